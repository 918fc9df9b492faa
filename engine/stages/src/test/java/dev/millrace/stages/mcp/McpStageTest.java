package dev.millrace.stages.mcp;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against servers of the protocol's own SDK: over HTTP, and over stdio as a child process. */
@Timeout(120)
final class McpStageTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private ToolServer server;
  private McpStage stage = stage(Map.of());

  @BeforeEach
  void start() throws Exception {
    server = ToolServer.overHttp();
  }

  @AfterEach
  void stop() throws Exception {
    stage.close();
    server.close();
  }

  // Methods, over both transports

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void a_tool_is_called_and_its_result_is_the_output(String transport) throws Exception {
    var answer = ask(transport, "tools/call", "{'name': 'add', 'arguments': {'a': 2, 'b': 3}}");
    assertThat(answer)
        .isEqualTo(
            new Completed(json("{'content': [{'type': 'text', 'text': '5'}], 'isError': false}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void a_tool_that_fails_has_a_result_that_says_so(String transport) throws Exception {
    var output = output(ask(transport, "tools/call", "{'name': 'fail'}"));
    assertThat(output.path("isError").asBoolean()).isTrue();
    assertThat(output.at("/content/0/text").asText()).isEqualTo("no luck");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void the_idempotency_key_is_in_the_meta_data_of_the_request(String transport) throws Exception {
    var output = output(ask(transport, "tools/call", "{'name': 'key'}"));
    assertThat(output.at("/content/0/text").asText())
        .isEqualTo(request("mcp", "mcp", json("{}")).idempotencyKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void tools_and_prompts_are_listed_and_a_prompt_is_rendered(String transport) throws Exception {
    assertThat(output(ask(transport, "tools/list", "{}")).path("tools").findValuesAsText("name"))
        .contains("add", "hang");
    assertThat(output(ask(transport, "prompts/list", "{}")).at("/prompts/0/name").asText())
        .isEqualTo("greet");
    var prompt =
        output(ask(transport, "prompts/get", "{'name': 'greet', 'arguments': {'name': 'Ada'}}"));
    assertThat(prompt.at("/messages/0/content/text").asText()).isEqualTo("Greet Ada");
  }

  @Test
  void resources_and_their_templates_are_listed_and_read() throws Exception {
    assertThat(output(ask("http", "resources/list", "{}")).at("/resources/0/uri").asText())
        .isEqualTo("memo://one");
    assertThat(
            output(ask("http", "resources/templates/list", "{}"))
                .at("/resourceTemplates/0/uriTemplate")
                .asText())
        .isEqualTo("memo://by-name/{name}");
    assertThat(
            output(ask("http", "resources/read", "{'uri': 'memo://one'}"))
                .at("/contents/0/text")
                .asText())
        .isEqualTo("first");
  }

  @Test
  void a_definition_calls_a_tool() throws Exception {
    var request =
        CalledByDefinition.request(
            """
            call: mcp
            with:
              protocolVersion: '2025-06-18'
              method: tools/call
              parameters: {name: add, arguments: {a: '${ .n }', b: 1}}
              timeout: PT20S
              client: {name: me, version: 1.0.0}
              transport: {http: {endpoint: 'http://127.0.0.1:{port}/mcp', headers: {X-Mode: fast}}}
            """,
            "{'n': 41, 'port': %d}".formatted(server.port()));
    assertThat(output(stage.execute(request)).at("/content/0/text").asText()).isEqualTo("42");
  }

  // What goes wrong

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void a_json_rpc_error_is_final_and_leaves_the_session_in_order(String transport)
      throws Exception {
    var error = refusal(ask(transport, "tools/call", "{'name': 'nothing'}"));
    assertThat(error.type()).isEqualTo(Kind.COMMUNICATION.type());
    assertThat(error.status()).isEqualTo(400);
    assertThat(error.detail()).contains("tools/call", "-32602");
    assertThat(stage.openSessions()).isEqualTo(1);
  }

  @Test
  void a_parameter_that_is_missing_is_told_before_anything_is_sent() throws Exception {
    var error = refusal(ask("http", "tools/call", "{'arguments': {}}"));
    assertThat(error.type()).isEqualTo(Kind.CONFIGURATION.type());
    assertThat(error.detail()).isEqualTo("'parameters.name' of tools/call is text");
    assertThat(stage.openSessions()).isZero();
  }

  @Test
  void nobody_listening_is_unavailable() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var answer = stage.execute(request("mcp", "mcp", arguments(http(port), "tools/list", "{}")));
    assertThat(answer).isInstanceOf(Unavailable.class);
    assertThat(((Unavailable) answer).error().status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void a_server_that_turns_the_client_away_is_final(int status) throws Exception {
    var gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    gate.start();
    try {
      var arguments = arguments(http(gate.getAddress().getPort()), "tools/list", "{}");
      assertThat(refusal(stage.execute(request("mcp", "mcp", arguments))).status())
          .isEqualTo(status);
    } finally {
      gate.stop(0);
    }
  }

  @Test
  void a_tool_that_takes_too_long_is_unknown_and_other_calls_go_on() throws Exception {
    ask("http", "tools/list", "{}"); // the session is there
    var slow = arguments(http(server.port()), "tools/call", "{'name': 'hang'}");
    slow.put("timeout", "PT0.5S");
    var answer = stage.execute(request("mcp", "mcp", slow));
    assertThat(answer).isInstanceOf(Unknown.class);
    assertThat(((Unknown) answer).error().status()).isEqualTo(408);
    assertThat(ask("http", "tools/call", "{'name': 'add', 'arguments': {'a': 1, 'b': 1}}"))
        .isInstanceOf(Completed.class);
  }

  @Test
  void a_process_that_dies_during_a_call_is_unknown_and_the_next_call_has_a_new_one()
      throws Exception {
    assertThat(ask("stdio", "tools/call", "{'name': 'hang'}")).isInstanceOf(Unknown.class);
    assertThat(ask("stdio", "tools/call", "{'name': 'add', 'arguments': {'a': 1, 'b': 1}}"))
        .isInstanceOf(Completed.class);
  }

  @Test
  void a_connection_lost_during_a_call_is_unknown() throws Exception {
    var answer =
        CompletableFuture.supplyAsync(() -> askQuietly("http", "tools/call", "{'name': 'hang'}"));
    server.awaitCall();
    server.close();
    var given = answer.get();
    // The SDK tells of a lost connection at once, or leaves it to the timeout.
    assertThat(given).isInstanceOf(Unknown.class);
  }

  @Test
  void a_server_that_forgot_the_session_is_unavailable_and_then_there_is_a_new_session()
      throws Exception {
    int port = server.port();
    assertThat(ask("http", "tools/list", "{}")).isInstanceOf(Completed.class);
    server.close();
    server = ToolServer.overHttp(port);
    assertThat(ask("http", "tools/call", "{'name': 'key'}")).isInstanceOf(Unavailable.class);
    assertThat(ask("http", "tools/call", "{'name': 'key'}")).isInstanceOf(Completed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void a_message_beyond_the_bound_is_not_read(String transport) throws Exception {
    stage.close();
    stage = stage(Map.of(McpStage.MESSAGE_CHARS_MAX_SETTING, "10000"));
    // A process takes its time to start; that is not what is measured here.
    assertThat(ask(transport, "tools/list", "{}")).isInstanceOf(Completed.class);
    var slow = arguments(transport(transport), "tools/call", "{'name': 'much'}");
    slow.put("timeout", "PT3S");
    assertThat(stage.execute(request("mcp", "mcp", slow))).isInstanceOf(Unknown.class);
  }

  @Test
  void a_protocol_version_the_server_does_not_speak_is_told() throws Exception {
    var arguments = arguments(http(server.port()), "tools/list", "{}");
    arguments.put("protocolVersion", "1999-01-01");
    assertThat(refusal(stage.execute(request("mcp", "mcp", arguments))).detail())
        .contains("initialize", "Unsupported protocol version");
  }

  // Processes

  @Test
  void a_command_that_is_not_allowed_is_refused_with_the_setting_that_would_allow_it()
      throws Exception {
    stage.close();
    var settings = new StageSettings(Path.of("target"), Map.of());
    stage = new McpStage(settings, AuthorizedClient.of(settings));
    var error = refusal(ask("stdio", "tools/list", "{}"));
    assertThat(error.type()).isEqualTo(Kind.CONFIGURATION.type());
    assertThat(error.detail()).contains("may not run", "--set mcp.stdio-allow=" + JAVA);
  }

  @Test
  void a_command_that_does_not_exist_is_refused() throws Exception {
    stage.close();
    stage = stage(Map.of(McpStage.STDIO_ALLOW, "/no/such/command"));
    var transport = json("{'stdio': {'command': '/no/such/command'}}");
    var answer = stage.execute(request("mcp", "mcp", arguments(transport, "tools/list", "{}")));
    assertThat(refusal(answer).detail()).isEqualTo("cannot start the command '/no/such/command'");
  }

  @Test
  void a_process_gets_the_variables_it_is_given_and_none_of_the_workers_secrets() throws Exception {
    var output = output(ask("stdio", "tools/call", "{'name': 'environment'}"));
    var names = List.of(output.at("/content/0/text").asText().split(","));
    assertThat(names).contains("GIVEN", "PATH");
    assertThat(
            Arrays.asList(
                "GIVEN", "PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "SHELL"))
        .containsAll(names);
  }

  @Test
  void calls_share_a_process_and_it_ends_when_it_is_idle() throws Exception {
    stage.close();
    stage = stage(Map.of(McpStage.IDLE_MAX_SETTING, "PT1S"));
    var first = pid();
    assertThat(pid()).isEqualTo(first);
    await().atMost(Duration.ofSeconds(20)).until(() -> ProcessHandle.of(first).isEmpty());
    assertThat(stage.openSessions()).isZero();
    assertThat(pid()).isNotEqualTo(first);
  }

  @Test
  void a_process_ends_with_the_stage() throws Exception {
    var pid = pid();
    stage.close();
    await().atMost(Duration.ofSeconds(20)).until(() -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void calls_of_different_headers_do_not_share_a_session() throws Exception {
    ask("http", "tools/list", "{}");
    var other = (ObjectNode) http(server.port());
    ((ObjectNode) other.get("http")).putObject("headers").put("X-Tenant", "b");
    stage.execute(request("mcp", "mcp", arguments(other, "tools/list", "{}")));
    assertThat(stage.openSessions()).isEqualTo(2);
  }

  private long pid() throws Exception {
    var output = output(ask("stdio", "tools/call", "{'name': 'pid'}"));
    return Long.parseLong(output.at("/content/0/text").asText());
  }

  private StageAnswer ask(String transport, String method, String parameters) throws Exception {
    return stage.execute(
        request("mcp", "mcp", arguments(transport(transport), method, parameters)));
  }

  private StageAnswer askQuietly(String transport, String method, String parameters) {
    try {
      var arguments = arguments(transport(transport), method, parameters);
      arguments.put("timeout", "PT20S");
      return stage.execute(request("mcp", "mcp", arguments));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
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

  private JsonNode transport(String kind) {
    return kind.equals("http") ? http(server.port()) : stdio();
  }

  private static JsonNode http(int port) {
    return json("{'http': {'endpoint': 'http://127.0.0.1:%d/mcp'}}".formatted(port));
  }

  private static JsonNode stdio() {
    var stdio = JsonNodeFactory.instance.objectNode();
    stdio.put("command", JAVA);
    stdio
        .putArray("arguments")
        .add("-XX:TieredStopAtLevel=1")
        .add("-classpath")
        .add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")))
        .add(ToolServer.class.getName());
    stdio.putObject("environment").put("GIVEN", "yes");
    return JsonNodeFactory.instance.objectNode().set("stdio", stdio);
  }

  private static ObjectNode arguments(JsonNode transport, String method, String parameters) {
    var arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("method", method);
    arguments.set("parameters", json(parameters));
    arguments.set("transport", transport);
    return arguments;
  }

  private static McpStage stage(Map<String, String> more) {
    var values = new HashMap<>(Map.of(McpStage.STDIO_ALLOW, "npx, " + JAVA));
    values.putAll(more);
    var settings = new StageSettings(Path.of("target"), values);
    return new McpStage(settings, AuthorizedClient.of(settings));
  }
}
