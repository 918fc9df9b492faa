package dev.millrace.stages.asyncapi;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.resource.ExternalResources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages on a real Kafka that asks who comes. */
final class KafkaLoginIT {
  private static final String DOCUMENT =
      """
      asyncapi: 3.0.0
      info: {title: rooms, version: 1.0.0}
      servers:
        open: {host: '%1$s', protocol: kafka}
        scram: {host: '%1$s', protocol: kafka, security: [{type: scramSha256}]}
        tokens: {host: '%1$s', protocol: kafka, security: [{$ref: '#/components/securitySchemes/t'}]}
      components: {securitySchemes: {t: {type: oauth2}}}
      channels: {rooms: {address: rooms}}
      """;

  @TempDir private static Path folder;
  private static SaslBroker broker;
  private static HttpServer authority;
  private static AsyncApiStage stage;
  private static final AtomicInteger TOKENS = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    broker = SaslBroker.start(folder.resolve("kafka"));
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.openAddress()))) {
      admin.createTopics(List.of(new NewTopic("rooms", 1, (short) 1))).all().get();
    }
    Files.writeString(folder.resolve("api.yaml"), DOCUMENT.formatted(broker.address()));
    authority = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    authority.createContext(
        "/oauth2/token",
        exchange -> {
          var isStale = TOKENS.incrementAndGet() == 1;
          var body =
              "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": 3600}"
                  .formatted(jwt(Instant.now().minusSeconds(isStale ? 7_200 : 0)));
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length());
          exchange.getResponseBody().write(body.getBytes(UTF_8));
          exchange.close();
        });
    authority.start();
    var settings =
        new StageSettings(Path.of("target"), Map.of(ExternalResources.FOLDERS, folder.toString()));
    var sender = AuthorizedClient.of(settings);
    stage = new AsyncApiStage(settings, new ExternalResources(settings, sender), sender);
  }

  @AfterAll
  static void stop() {
    stage.close();
    authority.stop(0);
    broker.close();
  }

  /** Signed by nobody, which this broker believes. */
  private static String jwt(Instant issued) {
    long now = issued.getEpochSecond();
    return part("{\"alg\":\"none\"}")
        + "."
        + part("{\"sub\":\"clerk\",\"iat\":%d,\"exp\":%d}".formatted(now, now + 3600))
        + ".";
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static ObjectNode basic(String username, String password) {
    var authentication = (ObjectNode) json("{'basic': {}}");
    ((ObjectNode) authentication.get("basic")).put("username", username).put("password", password);
    return authentication;
  }

  private static JsonNode oauth() {
    var authority = "http://127.0.0.1:" + KafkaLoginIT.authority.getAddress().getPort();
    return json(
        "{'oauth2': {'authority': '"
            + authority
            + "', 'grant': 'client_credentials', 'client': {'id': 'me', 'secret': 'sesame-1'}}}");
  }

  private static StageAnswer ask(String server, JsonNode authentication, String what)
      throws Exception {
    var arguments =
        (ObjectNode)
            json(
                "{'document': '%s', 'channel': 'rooms', 'server': {'name': '%s'}, %s}"
                    .formatted(folder.resolve("api.yaml").toUri(), server, what));
    arguments.set("authentication", authentication);
    return stage.execute(request("asyncapi", "asyncapi", arguments));
  }

  private static void isHeard(String server, JsonNode authentication) throws Exception {
    var since = System.currentTimeMillis();
    var sent = ask(server, authentication, "'message': {'payload': {'id': 7}}");
    assertThat(sent).isInstanceOf(Completed.class);
    var heard =
        ask(
            server,
            authentication,
            "'subscription': {'since': %d, 'consume': {'amount': 1}}".formatted(since));
    assertThat(((Completed) heard).output().at("/0/payload/id").asInt()).isEqualTo(7);
  }

  @Test
  void a_name_and_a_password_are_said_by_plain_unless_the_document_says_how() throws Exception {
    isHeard("open", basic(SaslBroker.USERNAME, SaslBroker.PASSWORD));
    isHeard("scram", basic(SaslBroker.SCRAM_USERNAME, SaslBroker.SCRAM_PASSWORD));
  }

  @Test
  void a_token_is_the_definitions_or_the_authoritys_and_replaced_if_refused() throws Exception {
    isHeard("open", json("{'bearer': {'token': '%s'}}".formatted(jwt(Instant.now()))));
    var stale = ask("tokens", oauth(), "'message': {'payload': {'id': 7}}");
    assertThat(stale).isInstanceOf(Unavailable.class);
    isHeard("tokens", oauth());
    isHeard("tokens", oauth());
    assertThat(TOKENS).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({"open, clerk", "scram, scram"})
  void a_wrong_password_is_refused_and_not_repeated(String server, String username)
      throws Exception {
    for (var what :
        List.of(
            "'message': {'payload': 1}",
            "'subscription': {'since': 0, 'consume': {'amount': 1}}")) {
      var answer = ask(server, basic(username, "wrong-password-1"), what);
      assertThat(answer)
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> {
                assertThat(refused.error().status()).isEqualTo(401);
                assertThat(refused.error().detail()).doesNotContain("wrong-password-1");
              });
    }
  }

  @Test
  void a_server_that_takes_something_else_is_told_by_the_document() throws Exception {
    var answer = ask("tokens", basic("a", "b"), "'message': {'payload': 1}");
    assertThat(((Refused) answer).error().detail()).contains("takes oauth2");
  }
}
