package dev.millrace.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.StageName;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A secret is used, sent back by the server in every way, and is in no topic and no log. */
class SecretsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOKEN = "tok3n-9f8e7d6c";
  private static final String PASSWORD = "correct-horse-battery";
  private static final DefinitionId ID = new DefinitionId("test", "secretive", "1.0.0");

  @TempDir Path folder;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger("dev.millrace");
  private Topics topics;
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    topics = new Topics(BrokerFixture.namespace());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ok", exchange -> echo(exchange, 200));
    server.createContext("/no", exchange -> echo(exchange, 400));
    server.start();
    log.start();
    root.setLevel(Level.DEBUG);
    root.addAppender(log);
  }

  @AfterEach
  void close() {
    server.stop(0);
    root.detachAppender(log);
    root.setLevel(null);
  }

  private void echo(HttpExchange exchange, int status) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      var said =
          exchange.getRequestURI()
              + " "
              + headers.getFirst("Authorization")
              + " "
              + headers.getFirst("X-Token");
      received.add(said);
      var body = new ObjectMapper().writeValueAsBytes(Map.of("you sent", said));
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String source() {
    return """
    document: {dsl: '1.0.3', namespace: test, name: secretive, version: '1.0.0'}
    use:
      secrets: [token, login]
      authentications: {clerk: {basic: {use: login}}}
    do:
      - first:
          try:
            - refused:
                call: http
                with:
                  method: POST
                  endpoint: ${ "%1$s/no/" + $secrets.token }
                  body: {comment: '${ .comment }'}
          catch: {as: error, do: [{keep: {set: {said: '${ $error.detail }'}}}]}
      - second:
          call: http
          with:
            method: GET
            endpoint: {uri: '%1$s/ok', authentication: {use: clerk}}
            query: {key: '${ $secrets.token }'}
            headers: {X-Token: '${ $secrets.token + "!" }'}
            output: response
    """
        .formatted("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void a_secret_is_in_no_topic_and_no_log() throws Exception {
    var secrets = Files.createDirectory(folder.resolve("secrets"));
    Files.writeString(secrets.resolve("token"), TOKEN + "\n");
    Files.writeString(
        secrets.resolve("login"), "{\"username\": \"clerk\", \"password\": \"" + PASSWORD + "\"}");
    var stages =
        Stages.discover(
            new StageSettings(
                folder,
                Map.of(
                    "secrets.folder",
                    secrets.toString(),
                    "secrets.allow",
                    "test/secretive: token, login")));
    var settings =
        EngineSettings.of(BrokerFixture.bootstrapServers(), topics, folder.resolve("engine"));
    var input =
        new ObjectMapper()
            .readTree(
                "{\"comment\": {\"$secret\": {\"expression\": \"$secrets.token\", \"now\":"
                    + " \"2026-11-21T10:00:00Z\"}}}");

    try (var node = MillraceNode.start(settings, BrokerFixture.bootstrapServers(), stages, true);
        var client = new NamespaceClient(BrokerFixture.bootstrapServers(), topics)) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      client.deploy(ID, source());
      client.submit("i-0", ID.ref(), input);
      await().atMost(PATIENCE).until(() -> !client.outcomes().isEmpty());

      assertThat(received).hasSize(2);
      assertThat(received.getFirst()).startsWith("/no/" + TOKEN);
      assertThat(received.getLast())
          .contains("?key=" + TOKEN)
          .endsWith(TOKEN + "!")
          .contains(basic());
      assertThat(client.outcomes())
          .extracting(InstanceOutcome::outcome)
          .singleElement()
          .isInstanceOfSatisfying(
              Outcome.Completed.class,
              it ->
                  assertThat(it.output().at("/content/you sent").asText())
                      .isEqualTo("/ok?key=*** Basic *** ***"));

      spoilARequest(client);
      await().atMost(PATIENCE).until(() -> !client.deadLetters().isEmpty());
      assertThat(everything()).isNotEmpty().allSatisfy(SecretsIT::tellsNothing);
      assertThat(log.list)
          .isNotEmpty()
          .allSatisfy(event -> tellsNothing(event.getFormattedMessage() + thrown(event)));
    }
  }

  /** A request the worker cannot read becomes a dead letter, which holds its bytes. */
  private void spoilARequest(NamespaceClient client) {
    var queue = topics.stage(new StageName("http"));
    var bytes = read(queue).getFirst().getBytes(ISO_8859_1);
    client.send(queue, "i-0", java.util.Arrays.copyOf(bytes, bytes.length - 1));
  }

  private static String thrown(ILoggingEvent event) {
    return event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage();
  }

  private static String basic() {
    return Base64.getEncoder().encodeToString(("clerk:" + PASSWORD).getBytes(UTF_8));
  }

  private static void tellsNothing(String text) {
    assertThat(text).doesNotContain(TOKEN, PASSWORD, basic());
  }

  /** Every record of every topic of the namespace, the internal ones included, as Latin 1. */
  private List<String> everything() throws Exception {
    var all = new ArrayList<String>();
    try (var admin =
        Admin.create(
            Map.<String, Object>of("bootstrap.servers", BrokerFixture.bootstrapServers()))) {
      for (var topic : admin.listTopics().names().get()) {
        if (topic.startsWith(topics.namespace())) {
          all.addAll(read(topic));
        }
      }
    }
    return all;
  }

  private static List<String> read(String topic) {
    var settings = Map.<String, Object>of("bootstrap.servers", BrokerFixture.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var values = new ArrayList<String>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          if (record.value() != null) {
            values.add(new String(record.value(), ISO_8859_1));
          }
        }
      }
      return values;
    }
  }
}
