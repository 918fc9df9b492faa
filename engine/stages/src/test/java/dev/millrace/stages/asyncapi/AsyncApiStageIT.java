package dev.millrace.stages.asyncapi;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.CalledByDefinition;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.testkit.BrokerFixture;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker. */
@Timeout(120)
final class AsyncApiStageIT {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir private Path folder;
  private final String topic =
      "asyncapi-" + ProcessHandle.current().pid() + "-" + TOPICS.incrementAndGet();
  private final Map<String, Object> client =
      Map.of("bootstrap.servers", BrokerFixture.bootstrapServers());
  private AsyncApiStage stage;

  @BeforeEach
  void start() throws Exception {
    var settings =
        new StageSettings(Path.of("target"), Map.of(ExternalResources.FOLDERS, folder.toString()));
    var sender = AuthorizedClient.of(settings);
    stage = new AsyncApiStage(settings, new ExternalResources(settings, sender), sender);
    try (var admin = Admin.create(client)) {
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }
    Files.writeString(folder.resolve("api.yaml"), document(BrokerFixture.bootstrapServers()));
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void a_message_is_published_with_its_headers_and_the_idempotency_key() throws Exception {
    var since = Instant.now();
    var published =
        output(ask("'message': {'payload': {'id': 7}, 'headers': {'X-Mode': 'fast', 'n': 2}}"));
    assertThat(published.path("topic").asText()).isEqualTo(topic);
    assertThat(published.path("offset").asLong(-1)).isZero();

    var read = output(ask("'subscription': {'since': %d, 'consume': {'amount': 1}}", since));
    assertThat(read.at("/0/payload")).isEqualTo(json("{'id': 7}"));
    assertThat(read.at("/0/headers"))
        .isEqualTo(
            json(
                "{'X-Mode': 'fast', 'n': '2', 'content-type': 'application/json',"
                    + " 'idempotency-key': '%s'}"
                        .formatted(request("asyncapi", "asyncapi", json("{}")).idempotencyKey())));
    assertThat(published.path("headers")).isEqualTo(read.at("/0/headers"));
  }

  @Test
  void a_definition_publishes_and_another_subscribes() throws Exception {
    var subscription =
        CalledByDefinition.request(
            """
            call: asyncapi
            with:
              document: {endpoint: 'file://%s/api.yaml'}
              operation: onMessage
              protocol: kafka
              subscription:
                filter: '${ .payload.room == $input.room }'
                consume: {amount: 1, for: {seconds: 30}}
            """
                .formatted(folder),
            "{'room': 'b'}");
    for (var room : List.of("a", "b")) {
      stage.execute(
          CalledByDefinition.request(
              """
              call: asyncapi
              with:
                document: {endpoint: 'file://%s/api.yaml'}
                channel: messages
                message: {payload: {room: '${ .room }'}, headers: {X-Room: '${ .room }'}}
              """
                  .formatted(folder),
              "{'room': '%s'}".formatted(room)));
    }
    assertThat(output(stage.execute(subscription)).at("/0/headers/X-Room").asText()).isEqualTo("b");
  }

  @Test
  void payloads_are_json_text_or_base64() throws Exception {
    var since = Instant.now();
    send("{\"a\": [1]}", "plain text", "\"quoted\"");
    ask("'message': {'payload': 'words'}");
    var read = output(ask("'subscription': {'since': %d, 'consume': {'amount': 4}}", since));
    assertThat(read.findValues("payload"))
        .containsExactlyInAnyOrder(
            json("{'a': [1]}"), json("'plain text'"), json("'quoted'"), json("'words'"));
  }

  @Test
  void a_subscription_takes_the_messages_that_pass_its_filter() throws Exception {
    var since = Instant.now();
    for (int room = 0; room < 6; room++) {
      send("{\"room\": " + room % 2 + ", \"n\": " + room + "}");
    }
    var read =
        output(
            ask(
                "'subscription': {'since': %d, 'filter': {'expression': '${ .payload.room == $input"
                    + " }', 'variables': {'input': 1}}, 'consume': {'amount': 3}}",
                since));
    assertThat(read.findValuesAsText("n")).containsExactlyInAnyOrder("1", "3", "5");
  }

  @Test
  void a_subscription_goes_on_while_and_until_a_condition_of_its_messages() throws Exception {
    var since = Instant.now();
    send("1", "2", "3", "4");
    assertThat(
            output(
                ask(
                    "'subscription': {'since': %d, 'consume': {'while': {'expression': 'length <"
                        + " 2'}}}",
                    since)))
        .hasSize(2);
    assertThat(
            output(
                ask(
                    "'subscription': {'since': %d, 'consume': {'until': {'expression': 'length =="
                        + " 3'}}}",
                    since)))
        .hasSize(3);
    assertThat(
            output(
                ask(
                    "'subscription': {'since': %d, 'consume': {'until': {'expression': 'true'}}}",
                    since)))
        .isEmpty();
  }

  @Test
  void what_has_come_when_the_time_is_over_is_enough() throws Exception {
    var since = Instant.now();
    send("1");
    var read =
        output(
            ask("'subscription': {'since': %d, 'consume': {'amount': 5, 'for': 'PT2S'}}", since));
    assertThat(read.findValuesAsText("payload")).containsExactly("1");
  }

  @Test
  void messages_from_before_the_task_do_not_count_and_another_attempt_sees_the_same()
      throws Exception {
    send("\"old\"");
    var since = Instant.now().plusMillis(1);
    while (!Instant.now().isAfter(since)) {
      Thread.onSpinWait();
    }
    send("\"new\"");
    for (int attempt = 1; attempt <= 2; attempt++) {
      var read =
          output(
              ask("'subscription': {'since': %d, 'consume': {'amount': 2, 'for': 'PT2S'}}", since));
      assertThat(read.findValuesAsText("payload")).containsExactly("new");
    }
  }

  @Test
  void a_subscription_waits_for_messages_that_are_to_come() throws Exception {
    var since = Instant.now();
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return ask("'subscription': {'since': %d, 'consume': {'amount': 1}}", since);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    send("\"late\"");
    assertThat(output(answer.get()).at("/0/payload").asText()).isEqualTo("late");
  }

  @Test
  void an_interrupted_subscription_ends() throws Exception {
    var ended = new CompletableFuture<String>();
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                ask("'subscription': {'since': 0, 'consume': {'amount': 1}}");
                ended.complete("answered");
              } catch (InterruptedException _) {
                ended.complete("interrupted");
              }
            });
    thread.interrupt();
    assertThat(ended.get()).isEqualTo("interrupted");
  }

  @Test
  void a_condition_that_fails_is_an_expression_error() throws Exception {
    var since = Instant.now();
    send("\"text\"");
    var error =
        refusal(
            ask(
                "'subscription': {'since': %d, 'filter': {'expression': '.payload + 1'}, 'consume':"
                    + " {'amount': 1}}",
                since));
    assertThat(error.type()).endsWith("/expression");
  }

  @Test
  void a_topic_that_is_not_there_is_told_and_a_message_too_large_refused() throws Exception {
    assertThat(
            refusal(ask("'message': {'payload': '%s'}".formatted("x".repeat(2_000_000)))).status())
        .isEqualTo(413);
    Files.writeString(
        folder.resolve("api.yaml"),
        document(BrokerFixture.bootstrapServers()).replace(topic, "not-there"));
    stop();
    var settings =
        new StageSettings(Path.of("target"), Map.of(ExternalResources.FOLDERS, folder.toString()));
    var sender = AuthorizedClient.of(settings);
    stage = new AsyncApiStage(settings, new ExternalResources(settings, sender), sender);
    assertThat(ask("'message': {'payload': 1}")).isInstanceOf(Unavailable.class);
  }

  @Test
  void a_cluster_that_is_not_there_is_unavailable() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.writeString(folder.resolve("api.yaml"), document("127.0.0.1:" + port));
    assertThat(ask("'message': {'payload': 1}")).isInstanceOf(Unavailable.class);
    assertThat(ask("'subscription': {'since': 0, 'consume': {'amount': 1}}"))
        .isInstanceOf(Unavailable.class);
  }

  private StageAnswer ask(String action, Instant since) throws InterruptedException {
    return ask(action.formatted(since.toEpochMilli()));
  }

  private StageAnswer ask(String action) throws InterruptedException {
    var arguments = (ObjectNode) json("{'operation': 'onMessage', " + action + "}");
    arguments.put("document", folder.resolve("api.yaml").toUri().toString());
    return stage.execute(request("asyncapi", "asyncapi", arguments));
  }

  private String document(String bootstrapServers) {
    return """
    asyncapi: 3.0.0
    servers: {dev: {host: '%s', protocol: kafka}}
    channels: {messages: {address: %s}}
    operations: {onMessage: {action: receive, channel: {$ref: '#/channels/messages'}}}
    """
        .formatted(bootstrapServers, topic);
  }

  private void send(String... values) throws Exception {
    try (var producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      for (var value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  private static JsonNode output(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Completed.class);
    return ((Completed) answer).output();
  }

  private static WorkflowError refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error();
  }
}
