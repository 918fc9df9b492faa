package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.wire.Codec;
import dev.millrace.wire.JsonBytes;
import dev.millrace.wire.UndecodableException;
import java.io.IOException;

/** CloudEvents of the engine, which are JSON in the structured content mode. */
final class JsonCodec implements Codec<JsonNode> {
  @Override
  public byte[] encode(JsonNode value) {
    return JsonBytes.bytes(value);
  }

  @Override
  public JsonNode decode(byte[] bytes) throws UndecodableException {
    try {
      return JsonBytes.read(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UndecodableException("no JSON: " + e.getMessage(), e);
    }
  }
}
