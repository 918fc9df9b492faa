package dev.millrace.wire;

import static dev.millrace.wire.Samples.json;
import static dev.millrace.wire.Samples.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The other side is the SDK of CloudEvents itself. */
class CloudEventRecordsTest {
  private static final String TOPIC = Samples.TOPICS.events();
  private static final JsonNode PAID =
      json(
          """
          {"specversion": "1.0", "id": "e-1", "source": "/shop/order", "type": "com.example.paid",
           "subject": "order-ü", "time": "2026-11-21T07:00:00Z", "tenant": "blue",
           "datacontenttype": "application/json", "data": {"amount": 12.5, "items": [1, null]}}\
          """);
  private final CloudEventRecords records = new CloudEventRecords(RecordLimits.DEFAULT);

  @Test
  void what_is_written_the_sdk_reads() {
    CloudEvent read;
    try (var deserializer = new CloudEventDeserializer()) {
      read =
          deserializer.deserialize(
              TOPIC, CloudEventRecords.headers(), CloudEventRecords.value(PAID));
    }

    assertThat(read.getId()).isEqualTo("e-1");
    assertThat(read.getSource()).isEqualTo(URI.create("/shop/order"));
    assertThat(read.getType()).isEqualTo("com.example.paid");
    assertThat(read.getSubject()).isEqualTo("order-ü");
    assertThat(read.getExtension("tenant")).isEqualTo("blue");
    var data = requireNonNull(read.getData()).toBytes();
    assertThat(json(new String(data, UTF_8))).isEqualTo(PAID.get("data"));
  }

  @Test
  void what_the_sdk_writes_in_structured_mode_is_read() throws Exception {
    assertThat(bySdk(Encoding.STRUCTURED, paid())).isEqualTo(PAID);
  }

  @Test
  void what_the_sdk_writes_in_binary_mode_is_read_as_the_same_event() throws Exception {
    assertThat(bySdk(Encoding.BINARY, paid())).isEqualTo(PAID);
  }

  private static CloudEvent paid() {
    return CloudEventBuilder.v1()
        .withId("e-1")
        .withSource(URI.create("/shop/order"))
        .withType("com.example.paid")
        .withSubject("order-ü")
        .withTime(OffsetDateTime.parse("2026-11-21T07:00:00Z"))
        .withExtension("tenant", "blue")
        .withData("application/json", utf8("{\"amount\":12.5,\"items\":[1,null]}"))
        .build();
  }

  private JsonNode bySdk(Encoding encoding, CloudEvent event) throws UndecodableException {
    var config = new HashMap<String, Object>();
    config.put(CloudEventSerializer.ENCODING_CONFIG, encoding);
    if (encoding == Encoding.STRUCTURED) {
      config.put(CloudEventSerializer.EVENT_FORMAT_CONFIG, JsonFormat.CONTENT_TYPE);
    }
    try (var serializer = new CloudEventSerializer()) {
      serializer.configure(config, false);
      var headers = new RecordHeaders();
      var value = serializer.serialize(TOPIC, headers, event);
      return records.read(headers, value);
    }
  }

  @Test
  void an_event_read_is_the_event_written() throws Exception {
    assertThat(records.read(CloudEventRecords.headers(), CloudEventRecords.value(PAID)))
        .isEqualTo(PAID);
  }

  @Test
  void data_that_are_no_json_come_as_text_or_in_base64() throws Exception {
    assertThat(binary("text/plain; charset=utf-8", utf8("paid ü")).get("data"))
        .isEqualTo(json("\"paid ü\""));
    assertThat(binary("application/pdf", new byte[] {0, -1}).get("data_base64").binaryValue())
        .containsExactly(0, -1);
    assertThat(binary("text/plain", new byte[] {-1}).get("data_base64").binaryValue())
        .containsExactly(-1);
    assertThat(binary("application/vnd.x+json", utf8("[7]")).get("data")).isEqualTo(json("[7]"));
    assertThat(binary(null, utf8("7")).get("data")).isEqualTo(json("7"));
    assertThat(binary("application/json", null).has("data")).isFalse();
  }

  private JsonNode binary(@Nullable String contentType, byte @Nullable [] data)
      throws UndecodableException {
    return records.read(binaryHeaders(contentType), data);
  }

  private static Headers binaryHeaders(@Nullable String contentType) {
    var headers =
        with(Map.of("ce_specversion", "1.0", "ce_id", "e", "ce_source", "/s", "ce_type", "t"));
    return contentType == null ? headers : headers.add("content-type", utf8(contentType));
  }

  private static Headers with(Map<String, String> texts) {
    var headers = new RecordHeaders();
    texts.forEach((name, text) -> headers.add(name, utf8(text)));
    return headers;
  }

  @Test
  void an_attribute_of_null_is_not_set_and_data_may_be_null() throws Exception {
    var event = changed("subject", json("null"));
    event.putNull("data");

    var read = records.read(CloudEventRecords.headers(), CloudEventRecords.value(event));

    assertThat(read.has("subject")).isFalse();
    assertThat(read.get("data").isNull()).isTrue();
  }

  @Test
  void a_record_that_holds_no_cloud_event_is_refused_with_what_is_missing() {
    refused(new RecordHeaders(), utf8("{}"), "neither the header content-type", "ce_specversion");
    refused(structured(), null, "the event is not JSON");
    refused(structured(), utf8("[]"), "a CloudEvent is a JSON object");
    refused(structured(), utf8("{\"specversion\":"), "the event is not JSON");
    refused(with(Map.of("ce_specversion", "1.0")), null, "a CloudEvent needs '");
    refused(
        with(Map.of("content-type", "application/cloudevents-batch+json")),
        utf8("[]"),
        "expected one event with content-type application/cloudevents+json");
    refused(binaryHeaders("application/json"), utf8("paid"), "the data are not JSON");
  }

  @Test
  void an_attribute_of_the_wrong_kind_is_named() {
    refused("id", "7", "needs 'id', a text");
    refused("specversion", "\"0.3\"", "'specversion' is 1.0, got \"0.3\"");
    refused("time", "\"yesterday\"", "'time' is like 2026-11-21T07:00:00Z, got 'yesterday'");
    refused("Tenant", "\"blue\"", "lower-case letters and digits, got 'Tenant'");
    refused("tenant", "{\"name\":\"blue\"}", "'tenant' is a text, a number or a truth value");
    refused("data_base64", "\"AAA=\"", "'data' or 'data_base64', not both");
  }

  @Test
  void data_in_base64_are_base64() {
    var event = changed("data_base64", json("\"%%\""));
    event.remove("data");

    refused(structured(), CloudEventRecords.value(event), "'data_base64' is a text in Base64");
  }

  @Test
  void a_header_that_is_no_attribute_is_named() {
    refused(binaryHeaders(null).add("ce_data", utf8("x")), null, "'ce_data' is no attribute");
    refused(binaryHeaders(null).add("ce_id", utf8("x")), null, "'ce_id' stands there twice");
    refused(
        binaryHeaders(null).add("ce_subject", new byte[] {-1}),
        null,
        "'ce_subject' is no text in UTF-8");
    refused(binaryHeaders(null).add("ce_subject", null), null, "'ce_subject' is no text");
  }

  @Test
  void an_event_has_room_in_the_records_that_pass_it_on() {
    var limit = RecordLimits.DEFAULT.recordBytesMax() - CloudEventRecords.ENVELOPE_BYTES;
    var tooLong = changed("data", json("\"" + "x".repeat(limit) + "\""));

    refused(structured(), CloudEventRecords.value(tooLong), "the limit is " + limit);
    refused(binaryHeaders("image/png"), new byte[limit - 1000], "the limit is " + limit);
    assertThatThrownBy(() -> new CloudEventRecords(new RecordLimits(1000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("records of at most 1000 bytes hold no event");
  }

  @Test
  void attributes_are_counted_in_either_mode() {
    var headers = binaryHeaders(null);
    var event = changed("a", json("1"));
    for (int i = 0; i < CloudEventRecords.ATTRIBUTES_MAX; i++) {
      headers.add("ce_x" + i, utf8("1"));
      event.put("x" + i, 1);
    }
    refused(headers, null, "at most 100 attributes");
    refused(structured(), CloudEventRecords.value(event), "at most 100 attributes");
  }

  @Property
  void noise_is_refused_with_a_reason(@ForAll byte[] header, @ForAll byte[] value) {
    refused(structured(), value, "");
    refused(new RecordHeaders().add("content-type", header).add("ce_id", header), value, "");
  }

  private static Headers structured() {
    return CloudEventRecords.headers();
  }

  private static ObjectNode changed(String attribute, JsonNode value) {
    return ((ObjectNode) PAID.deepCopy()).set(attribute, value);
  }

  private void refused(String attribute, String value, String reason) {
    refused(structured(), CloudEventRecords.value(changed(attribute, json(value))), reason);
  }

  private void refused(Headers headers, byte @Nullable [] value, String... reasons) {
    assertThatThrownBy(() -> records.read(headers, value))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContainingAll(reasons);
  }
}
