package dev.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.workflow.CloudEvents;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents as Kafka records: written in the structured content mode, as JSON; read in that and
 * in the binary content mode, with attributes in {@code ce_*} headers. An event is a JSON object
 * here as in the core, whichever mode it came in.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">
 *     Kafka Protocol Binding for CloudEvents 1.0.2</a>
 */
public final class CloudEventRecords {
  public static final String STRUCTURED = "application/cloudevents+json";

  /** Attributes of one event, those of the specification included. */
  public static final int ATTRIBUTES_MAX = 100;

  /** Characters of an attribute's name; the specification advises 20. */
  public static final int NAME_CHARS_MAX = 64;

  /** What the engine puts around an event when it passes it on in a record of its own. */
  public static final int ENVELOPE_BYTES = 16 * 1024;

  static final String CONTENT_TYPE = "content-type";
  private static final String ANY_STRUCTURED = "application/cloudevents";
  private static final String SPEC_VERSION = "specversion";
  private static final String DATA = "data";
  private static final String DATA_BASE64 = "data_base64";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1," + NAME_CHARS_MAX + "}");

  private final int eventBytesMax;

  /**
   * @throws IllegalArgumentException if there is no room for an event in such records
   */
  public CloudEventRecords(RecordLimits limits) {
    eventBytesMax = limits.recordBytesMax() - ENVELOPE_BYTES;
    if (eventBytesMax < 1) {
      throw new IllegalArgumentException(
          "records of at most "
              + limits.recordBytesMax()
              + " bytes hold no event: what is around one takes "
              + ENVELOPE_BYTES);
    }
  }

  /** Those of every record this class writes; the caller's own to add to. */
  public static Headers headers() {
    return new RecordHeaders().add(CONTENT_TYPE, STRUCTURED.getBytes(UTF_8));
  }

  /**
   * The event's JSON text.
   *
   * @throws IllegalArgumentException if the event is nested deeper than {@link JsonBytes#DEPTH_MAX}
   */
  public static byte[] value(JsonNode event) {
    return JsonBytes.bytes(event);
  }

  /**
   * The event of a record, complete and within the bounds.
   *
   * @throws UndecodableException if the record holds no CloudEvent 1.0, or one that is too large
   */
  public JsonNode read(Headers headers, byte @Nullable [] value) throws UndecodableException {
    requireSize(value == null ? 0 : value.length);
    var contentType = BinaryCloudEvent.text(headers, CONTENT_TYPE);
    var event =
        contentType != null && mediaType(contentType).startsWith(ANY_STRUCTURED)
            ? structured(mediaType(contentType), value)
            : binary(headers, contentType, value);
    requireCloudEvent(event);
    return event;
  }

  static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    var type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private void requireSize(long bytes) throws UndecodableException {
    if (bytes > eventBytesMax) {
      throw new UndecodableException(
          "an event of "
              + bytes
              + " bytes, the limit is "
              + eventBytesMax
              + "; keep large data elsewhere and send a reference");
    }
  }

  private static ObjectNode structured(String mediaType, byte @Nullable [] value)
      throws UndecodableException {
    if (!mediaType.equals(STRUCTURED)) {
      throw new UndecodableException(
          "expected one event with content-type " + STRUCTURED + ", got " + mediaType);
    }
    try {
      var bytes = value == null ? new byte[0] : value;
      if (JsonBytes.read(bytes, 0, bytes.length) instanceof ObjectNode event) {
        return withoutNulls(event);
      }
      throw new UndecodableException("a CloudEvent is a JSON object");
    } catch (IOException e) {
      throw new UndecodableException("the event is not JSON: " + e.getMessage(), e);
    }
  }

  /** An attribute of null is one that is not set; data may be null. */
  private static ObjectNode withoutNulls(ObjectNode event) {
    event.properties().removeIf(it -> !it.getKey().equals(DATA) && it.getValue().isNull());
    return event;
  }

  private ObjectNode binary(Headers headers, @Nullable String contentType, byte @Nullable [] value)
      throws UndecodableException {
    if (headers.lastHeader(BinaryCloudEvent.PREFIX + SPEC_VERSION) == null) {
      throw new UndecodableException(
          "no CloudEvent: it has neither the header content-type: "
              + STRUCTURED
              + " nor the header "
              + BinaryCloudEvent.PREFIX
              + SPEC_VERSION);
    }
    var event = BinaryCloudEvent.read(headers, contentType, value);
    requireSize(JsonBytes.bytes(event).length);
    return event;
  }

  private static void requireCloudEvent(ObjectNode event) throws UndecodableException {
    var problem = CloudEvents.problem(event);
    if (!problem.isEmpty()) {
      throw new UndecodableException(problem);
    }
    if (!event.path(SPEC_VERSION).textValue().equals("1.0")) {
      throw new UndecodableException(
          "'specversion' is 1.0, got " + event.path(SPEC_VERSION).toString());
    }
    if (event.size() > ATTRIBUTES_MAX) {
      throw new UndecodableException(
          "an event has at most " + ATTRIBUTES_MAX + " attributes, got " + event.size());
    }
    for (var attribute : event.properties()) {
      requireAttribute(attribute.getKey(), attribute.getValue());
    }
    requireOneData(event);
    requireTime(event.get("time"));
  }

  private static void requireAttribute(String name, JsonNode value) throws UndecodableException {
    if (name.equals(DATA) || name.equals(DATA_BASE64)) {
      return;
    }
    if (!NAME.matcher(name).matches()) {
      throw new UndecodableException(
          "the name of an attribute is 1 to "
              + NAME_CHARS_MAX
              + " lower-case letters and digits, got '"
              + shown(name)
              + "'");
    }
    if (value.isContainerNode()) {
      throw new UndecodableException(
          "the attribute '" + name + "' is a text, a number or a truth value; data go into 'data'");
    }
  }

  private static void requireOneData(ObjectNode event) throws UndecodableException {
    var base64 = event.get(DATA_BASE64);
    if (base64 == null) {
      return;
    }
    if (event.has(DATA)) {
      throw new UndecodableException("an event has 'data' or 'data_base64', not both");
    }
    try {
      Base64.getDecoder().decode(base64.isTextual() ? base64.textValue() : "*");
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("'data_base64' is a text in Base64", e);
    }
  }

  private static void requireTime(@Nullable JsonNode time) throws UndecodableException {
    if (time == null) {
      return;
    }
    try {
      OffsetDateTime.parse(time.asText());
    } catch (DateTimeParseException e) {
      throw new UndecodableException(
          "'time' is like 2026-11-21T07:00:00Z, got '" + shown(time.asText()) + "'", e);
    }
  }

  private static String shown(String text) {
    return text.length() <= NAME_CHARS_MAX ? text : text.substring(0, NAME_CHARS_MAX) + "…";
  }
}
