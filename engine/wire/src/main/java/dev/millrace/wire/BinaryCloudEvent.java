package dev.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** An event whose attributes are headers and whose data are the record's value. */
final class BinaryCloudEvent {
  static final String PREFIX = "ce_";

  private BinaryCloudEvent() {}

  static ObjectNode read(Headers headers, @Nullable String contentType, byte @Nullable [] value)
      throws UndecodableException {
    var event = JsonNodeFactory.instance.objectNode();
    for (var header : headers) {
      if (header.key().startsWith(PREFIX)) {
        attribute(event, header);
      }
    }
    if (contentType != null) {
      event.put("datacontenttype", contentType);
    }
    if (value != null) {
      data(event, contentType, value);
    }
    return event;
  }

  private static void attribute(ObjectNode event, Header header) throws UndecodableException {
    var name = header.key().substring(PREFIX.length());
    if (name.equals("data") || name.equals("data_base64") || name.equals("datacontenttype")) {
      throw new UndecodableException(
          "the header '"
              + header.key()
              + "' is no attribute: data are the record's value, their"
              + " type is in the header "
              + CloudEventRecords.CONTENT_TYPE);
    }
    if (event.has(name)) {
      throw new UndecodableException("the header '" + header.key() + "' stands there twice");
    }
    if (event.size() >= CloudEventRecords.ATTRIBUTES_MAX) {
      throw new UndecodableException(
          "an event has at most " + CloudEventRecords.ATTRIBUTES_MAX + " attributes");
    }
    event.put(name, text(header));
  }

  private static void data(ObjectNode event, @Nullable String contentType, byte[] value)
      throws UndecodableException {
    var type = contentType == null ? "application/json" : CloudEventRecords.mediaType(contentType);
    if (type.endsWith("/json") || type.endsWith("+json")) {
      event.set("data", json(value));
      return;
    }
    var text = type.startsWith("text/") ? textOf(value) : null;
    if (text == null) {
      event.put("data_base64", Base64.getEncoder().encodeToString(value));
    } else {
      event.put("data", text);
    }
  }

  private static JsonNode json(byte[] value) throws UndecodableException {
    try {
      return JsonBytes.read(value, 0, value.length);
    } catch (IOException e) {
      throw new UndecodableException(
          "the data are not JSON; say what they are in the header "
              + CloudEventRecords.CONTENT_TYPE
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** The header's value; null when there is no such header. */
  static @Nullable String text(Headers headers, String name) throws UndecodableException {
    var header = headers.lastHeader(name);
    return header == null ? null : text(header);
  }

  private static String text(Header header) throws UndecodableException {
    var text = header.value() == null ? null : textOf(header.value());
    if (text == null) {
      throw new UndecodableException("the header '" + header.key() + "' is no text in UTF-8");
    }
    return text;
  }

  private static @Nullable String textOf(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
