package dev.millrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** JSON values as the UTF-8 bytes that records hold, both ways, with bounds. */
public final class JsonBytes {
  /** Objects and arrays inside one another, in values read and written alike. */
  public static final int DEPTH_MAX = 1000;

  /** Characters of one string: no record is larger, so no string can be. */
  static final int STRING_CHARS_MAX = 16 * 1024 * 1024;

  static final int NUMBER_CHARS_MAX = 1000;

  /** As long as any string: what an expression may name, a journal has to give back. */
  static final int NAME_CHARS_MAX = STRING_CHARS_MAX;

  // Names come from users' data, so interning them would fill a table that is never emptied.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxStringLength(STRING_CHARS_MAX)
                          .maxNumberLength(NUMBER_CHARS_MAX)
                          .maxNameLength(NAME_CHARS_MAX)
                          .build())
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBytes() {}

  /**
   * The value's text in UTF-8.
   *
   * @throws IllegalArgumentException if the value is nested deeper than {@link #DEPTH_MAX}
   */
  public static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a JSON value that cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  static ByteBuffer encode(JsonNode value) {
    return ByteBuffer.wrap(bytes(value));
  }

  static @Nullable ByteBuffer encodeNullable(@Nullable JsonNode value) {
    return value == null ? null : encode(value);
  }

  /**
   * @throws UncheckedIOException if the bytes are not exactly one JSON value within the bounds
   */
  static JsonNode decode(ByteBuffer bytes) {
    try {
      return read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static @Nullable JsonNode decodeNullable(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : decode(bytes);
  }

  /**
   * The value whose text stands in the range.
   *
   * @throws IOException if the bytes are not exactly one JSON value within the bounds
   */
  public static JsonNode read(byte[] bytes, int offset, int length) throws IOException {
    var value = MAPPER.readTree(bytes, offset, length);
    if (value.isMissingNode()) {
      throw new IOException("no JSON value, the text is empty");
    }
    return value;
  }
}
