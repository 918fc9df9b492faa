package dev.millrace.stages.a2a;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.CalledByDefinition;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.resource.ExternalResources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an agent that speaks JSON-RPC and server-sent events for real. */
@Timeout(60)
final class A2aStageTest {
  private static final String TASK =
      "{'kind': 'task', 'id': 't1', 'contextId': 'c1', 'status': {'state': 'completed'}}";

  private final AtomicReference<@Nullable JsonNode> asked = new AtomicReference<>();
  private final AtomicReference<@Nullable HttpExchange> seen = new AtomicReference<>();
  private A2aStage stage = stage(Map.of());
  private HttpServer agent;

  @BeforeEach
  void listen() throws IOException {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    agent.start();
  }

  @AfterEach
  void stop() {
    agent.stop(0);
  }

  @Test
  void a_message_is_sent_and_the_result_is_the_output() throws Exception {
    replies("/rpc", "application/json", result(TASK));
    var answer = ask("message/send", "{'message': {'parts': [{'kind': 'text', 'text': 'why?'}]}}");
    assertThat(answer).isEqualTo(new Completed(json(TASK)));
    assertThat(asked().path("jsonrpc").asText()).isEqualTo("2.0");
    assertThat(asked().path("method").asText()).isEqualTo("message/send");
    assertThat(asked().at("/params/message/parts/0/text").asText()).isEqualTo("why?");
  }

  @Test
  void a_message_gets_what_every_message_has_and_an_id_that_is_the_same_when_sent_again()
      throws Exception {
    replies("/rpc", "application/json", result(TASK));
    ask("message/send", "{'message': {'parts': []}}");
    var key = request("a2a", "a2a", json("{}")).idempotencyKey();
    assertThat(asked().at("/params/message"))
        .isEqualTo(
            json(
                "{'parts': [], 'kind': 'message', 'role': 'user', 'messageId': '%s'}"
                    .formatted(key)));
    assertThat(asked().path("id").asText()).isEqualTo(key);
    assertThat(Objects.requireNonNull(seen.get()).getRequestHeaders().getFirst("Idempotency-Key"))
        .isEqualTo(key);
  }

  @Test
  void what_a_definition_says_of_a_message_stays() throws Exception {
    replies("/rpc", "application/json", result(TASK));
    ask("message/send", "{'message': {'messageId': 'm', 'role': 'agent', 'parts': []}}");
    assertThat(asked().at("/params/message/messageId").asText()).isEqualTo("m");
    assertThat(asked().at("/params/message/role").asText()).isEqualTo("agent");
  }

  @Test
  void a_definition_sends_a_message() throws Exception {
    replies("/rpc", "application/json", result(TASK));
    var request =
        CalledByDefinition.request(
            """
            call: a2a
            with:
              method: message/send
              server: {uri: '%s/rpc'}
              parameters: {message: {parts: [{kind: text, text: '${ .q }'}]}}
            """
                .formatted(base()),
            "{'q': 'why?'}");
    assertThat(stage.execute(request)).isEqualTo(new Completed(json(TASK)));
    assertThat(asked().at("/params/message/parts/0/text").asText()).isEqualTo("why?");
  }

  @Test
  void a_stream_is_the_list_of_its_events() throws Exception {
    replies(
        "/rpc",
        "text/event-stream",
        ": hello\n\nevent: message\ndata: "
            + result("{'n': 1}")
            + "\n\ndata: {\"jsonrpc\": \"2.0\",\r\ndata: \"result\": {\"n\": 2}}\r\n\r\n");
    assertThat(ask("message/stream", "{'message': {'parts': []}}"))
        .isEqualTo(new Completed(json("[{'n': 1}, {'n': 2}]")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks/get", "tasks/list", "tasks/cancel"})
  void tasks_are_asked_for_and_cancelled(String method) throws Exception {
    replies("/rpc", "application/json", result(TASK));
    assertThat(ask(method, "{'id': 't1'}")).isEqualTo(new Completed(json(TASK)));
    assertThat(asked().path("params")).isEqualTo(json("{'id': 't1'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'url': '%s/rpc', 'preferredTransport': 'JSONRPC'}",
        "{'url': '%s/rpc'}",
        "{'url': '%s/grpc', 'preferredTransport': 'GRPC', 'additionalInterfaces': [{'url':"
            + " '%1$s/rpc', 'transport': 'JSONRPC'}]}",
        "{'supportedInterfaces': [{'url': '%s/grpc', 'protocolBinding': 'GRPC'}, {'url':"
            + " '%1$s/rpc', 'protocolBinding': 'JSONRPC'}]}"
      })
  void an_agent_is_found_by_its_card(String card) throws Exception {
    replies("/rpc", "application/json", result(TASK));
    replies("/card", "application/json", card.replace('\'', '"').formatted(base()));
    var arguments =
        "{'method': 'tasks/get', 'agentCard': '%s/card', 'parameters': {'id': 't'}}"
            .formatted(base());
    assertThat(stage.execute(request("a2a", "a2a", json(arguments))))
        .isEqualTo(new Completed(json(TASK)));
  }

  @Test
  void a_card_without_json_rpc_is_refused() throws Exception {
    replies("/card", "application/json", "{\"url\": \"x\", \"preferredTransport\": \"GRPC\"}");
    var arguments = "{'method': 'tasks/get', 'agentCard': '%s/card'}".formatted(base());
    var error = refusal(stage.execute(request("a2a", "a2a", json(arguments))));
    assertThat(error.type()).isEqualTo(Kind.CONFIGURATION.type());
    assertThat(error.detail()).isEqualTo("the agent card offers no interface JSONRPC");
  }

  @ParameterizedTest
  @CsvSource({"-32602, 400", "-32601, 404", "-32001, 404", "-32603, 500", "-32004, 500"})
  void a_json_rpc_error_is_final(int code, int status) throws Exception {
    replies("/rpc", "application/json", error("{'code': %d, 'message': 'no'}".formatted(code)));
    var error = refusal(ask("tasks/cancel", "{'id': 't1'}"));
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.detail()).contains("tasks/cancel", String.valueOf(code), "no");
  }

  @Test
  void a_json_rpc_error_may_ask_for_another_attempt() throws Exception {
    replies(
        "/rpc",
        "application/json",
        error("{'code': -32000, 'message': 'busy', 'data': {'retryAfter': 2}}"));
    assertThat(((Unavailable) ask("tasks/get", "{'id': 't1'}")).retryAfter())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void an_error_within_a_stream_is_the_answer() throws Exception {
    replies(
        "/rpc",
        "text/event-stream",
        "data: " + result("{'n': 1}") + "\n\ndata: " + error("{'code': -32603}") + "\n\n");
    assertThat(refusal(ask("message/stream", "{'message': {}}")).status()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({
    "message/send, 401, Refused",
    "message/send, 503, Unavailable",
    "message/send, 500, Unknown",
    "tasks/get, 500, Unavailable"
  })
  void a_status_is_one_of_the_four_answers(String method, int status, String kind)
      throws Exception {
    agent.createContext(
        "/rpc",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    assertThat(ask(method, "{'message': {}}").getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void nobody_listening_is_unavailable() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var arguments = "{'method': 'tasks/get', 'server': 'http://127.0.0.1:%d/'}".formatted(port);
    assertThat(stage.execute(request("a2a", "a2a", json(arguments))))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void a_stream_that_breaks_off_is_unknown() throws Exception {
    agent.createContext(
        "/rpc",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 1_000);
          exchange
              .getResponseBody()
              .write(("data: " + result("{'n': 1}") + "\n\n").getBytes(UTF_8));
          exchange.getResponseBody().flush();
          exchange.getHttpContext().getServer().stop(0);
        });
    assertThat(ask("message/stream", "{'message': {}}")).isInstanceOf(Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void an_answer_beyond_its_bound_is_refused(String type) throws Exception {
    stage = stage(Map.of(A2aStage.RESPONSE_BYTES_MAX_SETTING, "1000"));
    replies("/rpc", type, "data: " + result("'" + "x".repeat(2_000) + "'"));
    assertThat(refusal(ask("message/stream", "{'message': {}}")).detail())
        .contains("a2a.response-bytes-max");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html/>", "{}", "[]", ""})
  void an_answer_that_is_no_json_rpc_is_refused(String body) throws Exception {
    replies("/rpc", "application/json", body);
    assertThat(refusal(ask("tasks/get", "{'id': 't'}")).detail()).contains("no JSON-RPC");
  }

  private JsonNode asked() {
    return Objects.requireNonNull(asked.get());
  }

  private StageAnswer ask(String method, String parameters) throws InterruptedException {
    var arguments =
        "{'method': '%s', 'server': '%s/rpc', 'parameters': %s}"
            .formatted(method, base(), parameters);
    return stage.execute(request("a2a", "a2a", json(arguments)));
  }

  private String base() {
    return "http://127.0.0.1:" + agent.getAddress().getPort();
  }

  private void replies(String path, String type, String body) {
    agent.createContext(
        path,
        exchange -> {
          seen.set(exchange);
          var sent = exchange.getRequestBody().readAllBytes();
          if (sent.length > 0) {
            asked.set(new ObjectMapper().readTree(sent));
          }
          var bytes = body.getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static String result(String result) {
    return json("{'jsonrpc': '2.0', 'id': 'x', 'result': " + result + "}").toString();
  }

  private static String error(String error) {
    return json("{'jsonrpc': '2.0', 'id': 'x', 'error': " + error + "}").toString();
  }

  private static WorkflowError refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error();
  }

  private static A2aStage stage(Map<String, String> values) {
    var settings = new StageSettings(Path.of("target"), values);
    var client = AuthorizedClient.of(settings);
    return new A2aStage(settings, new ExternalResources(settings, client), client);
  }
}
