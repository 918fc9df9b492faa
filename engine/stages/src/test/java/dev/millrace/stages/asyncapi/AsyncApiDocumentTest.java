package dev.millrace.stages.asyncapi;

import static dev.millrace.stages.StageRequests.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.stages.asyncapi.KafkaChannel.Cluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AsyncApiDocumentTest {
  private static final String VERSION_2 =
      """
      asyncapi: 2.6.0
      servers:
        web: {url: 'https://example.com', protocol: http}
        dev: {url: 'kafka://{host}:{port}', protocol: kafka, variables: {host: {default: localhost}, port: {default: '9092'}}}
        prod: {url: 'a:9093,b:9093', protocol: kafka-secure}
        closed: {url: 'c:9093', protocol: kafka-secure, security: [{sasl: []}]}
        portless: {url: localhost, protocol: kafka}
        orbit: {url: '{planet}:1', protocol: kafka}
      channels:
        orders:
          publish: {operationId: sendOrder}
        light/measured:
          bindings: {kafka: {topic: light-measured}}
          subscribe: {operationId: onLight}
        only-prod:
          servers: [prod]
        slashed/name: {}
        referred: {$ref: '#/components/channels/shared'}
      components:
        channels:
          shared: {bindings: {kafka: {topic: shared-topic}}}
      """;
  private static final String VERSION_3 =
      """
      asyncapi: 3.0.0
      servers:
        dev: {host: 'localhost:9092', protocol: kafka}
        other: {host: 'other:9092', protocol: kafka}
      channels:
        userSignedUp:
          address: user.signed-up
          servers: [{$ref: '#/servers/other'}]
        bound:
          address: ignored
          bindings: {kafka: {topic: bound-topic}}
        plain: {}
      operations:
        sendSignup: {action: send, channel: {$ref: '#/channels/userSignedUp'}}
        receivePlain: {action: receive, channel: {$ref: '#/channels/plain'}}
        lost: {action: send, channel: {$ref: '#/channels/nowhere'}}
        away: {action: send, channel: {$ref: 'https://example.com/x#/channels/y'}}
        circle: {$ref: '#/operations/circle'}
      """;

  @ParameterizedTest
  @CsvSource({
    "channel, orders, , orders, localhost:9092, false",
    "channel, light/measured, , light-measured, localhost:9092, false",
    "channel, only-prod, , only-prod, 'a:9093,b:9093', true",
    "channel, orders, prod, orders, 'a:9093,b:9093', true",
    "channel, referred, , shared-topic, localhost:9092, false",
    "operation, sendOrder, , orders, localhost:9092, false",
    "operation, onLight, , light-measured, localhost:9092, false"
  })
  void a_channel_of_version_2_is_a_topic_of_a_server(
      String kind,
      String name,
      @Nullable String server,
      String topic,
      String address,
      boolean tls) {
    assertThat(channel(VERSION_2, kind, name, server))
        .isEqualTo(new KafkaChannel(new Cluster(address, tls, null), topic));
  }

  @ParameterizedTest
  @CsvSource({
    "operation, sendSignup, , user.signed-up, other:9092",
    "operation, sendSignup, dev, user.signed-up, localhost:9092",
    "operation, receivePlain, , plain, localhost:9092",
    "channel, bound, , bound-topic, localhost:9092"
  })
  void an_operation_of_version_3_is_a_topic_of_a_server(
      String kind, String name, @Nullable String server, String topic, String address) {
    assertThat(channel(VERSION_3, kind, name, server))
        .isEqualTo(new KafkaChannel(new Cluster(address, false, null), topic));
  }

  @Test
  void variables_of_the_definition_go_before_those_of_the_document() {
    var call =
        AsyncApiCall.read(
            json(
                "{'document': 'http://x/', 'channel': 'orders', 'server': {'name': 'dev',"
                    + " 'variables': {'host': 'broker'}}, 'message': {}}"));
    assertThat(document(VERSION_2).channel(call).cluster().bootstrapServers())
        .isEqualTo("broker:9092");
  }

  @ParameterizedTest
  @CsvSource({
    "2, channel, gone, , no channel 'gone'",
    "2, operation, gone, , no operation 'gone'",
    "2, channel, slashed/name, , no name of a Kafka topic",
    "2, channel, orders, gone, no server 'gone'",
    "2, channel, orders, web, not supported yet",
    "2, channel, orders, closed, authenticate",
    "2, channel, orders, orbit, 'planet'' has no value'",
    "2, channel, orders, portless, not host:port",
    "3, operation, lost, , no operation 'lost' with a channel",
    "3, operation, away, , leads out of the document",
    "3, operation, circle, , in a circle"
  })
  void what_does_not_fit_is_told(
      int version, String kind, String name, @Nullable String server, String message) {
    assertThatThrownBy(() -> channel(version == 2 ? VERSION_2 : VERSION_3, kind, name, server))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"openapi: 3.0.0 | no AsyncAPI", "[ | neither YAML nor JSON", "text | no AsyncAPI"})
  void another_document_is_refused(String text, String message) {
    assertThatThrownBy(() -> document(text)).hasMessageContaining(message);
  }

  private static KafkaChannel channel(
      String document, String kind, String name, @Nullable String server) {
    var named = server == null ? "" : ", 'server': {'name': '" + server + "'}";
    var call =
        AsyncApiCall.read(
            json(
                "{'document': 'http://x/', '%s': '%s'%s, 'message': {}}"
                    .formatted(kind, name, named)));
    return document(document).channel(call);
  }

  private static AsyncApiDocument document(String text) {
    return AsyncApiDocument.read(text.getBytes(UTF_8));
  }
}
