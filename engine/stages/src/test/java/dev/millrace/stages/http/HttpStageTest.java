package dev.millrace.stages.http;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against servers that speak for real. */
final class HttpStageTest {
  private static final int RESPONSE_BYTES_MAX = 1_000;

  private final HttpStage stage = new HttpStage(settings(Map.of()));
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  // What is sent

  @Test
  void a_body_is_sent_as_json_with_query_headers_and_the_idempotency_key() throws Exception {
    var seen = new AtomicReference<@Nullable HttpExchange>();
    var sent = new AtomicReference<@Nullable String>();
    on(
        "/orders",
        exchange -> {
          seen.set(exchange);
          sent.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          respond(exchange, 201, "application/json", "{\"id\": 7}");
        });
    var request =
        asked(
            "{'method': 'post', 'endpoint': '%s/orders?a=1', 'query': {'tag': ['x y', 'z'], 'n': 2,"
                + " 'none': null}, 'headers': {'X-Mode': 'fast'}, 'body': {'sum': 5}}");

    assertThat(stage.execute(request)).isEqualTo(new Completed(json("{'id': 7}")));
    assertThat(sent.get()).isEqualTo("{\"sum\":5}");
    var exchange = java.util.Objects.requireNonNull(seen.get());
    assertThat(exchange.getRequestMethod()).isEqualTo("POST");
    assertThat(exchange.getRequestURI().getRawQuery()).isEqualTo("a=1&tag=x%20y&tag=z&n=2");
    assertThat(exchange.getRequestHeaders().getFirst("X-Mode")).isEqualTo("fast");
    assertThat(exchange.getRequestHeaders().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(exchange.getRequestHeaders().getFirst("Idempotency-Key"))
        .isEqualTo(request.idempotencyKey());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'basic': {'username': 'me', 'password': 'pw'}} | Basic bWU6cHc=",
        "{'bearer': {'token': 'abc'}}                    | Bearer abc"
      })
  void credentials_are_sent_and_shown_to_nobody(String authentication, String header)
      throws Exception {
    var seen = new AtomicReference<@Nullable String>();
    on(
        "/who",
        exchange -> {
          seen.set(exchange.getRequestHeaders().getFirst("Authorization"));
          respond(exchange, 200, "application/json", "{}");
        });
    var answer =
        ask(
            "{'method': 'GET', 'endpoint': '%s/who', 'output': 'response', 'authentication': "
                + authentication
                + "}");
    assertThat(seen.get()).isEqualTo(header);
    assertThat(((Completed) answer).output().at("/request/headers/Authorization").asText())
        .isEqualTo("***");
    assertThat(answer.toString()).doesNotContain(header.split(" ")[1]);
  }

  @Test
  void credentials_a_server_sends_back_are_masked_in_the_error() throws Exception {
    on(
        "/echo",
        exchange ->
            respond(
                exchange,
                401,
                "text/plain",
                "no: " + exchange.getRequestHeaders().getFirst("Authorization")));
    assertThat(
            error(
                ask(
                    "{'method': 'GET', 'endpoint': '%s/echo?key=k1',"
                        + " 'authentication': {'bearer': {'token': 'abc'}}}")))
        .isEqualTo(Kind.COMMUNICATION.error(401, "GET " + base() + "/echo answered 401: no: ***"));
  }

  // What comes back

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "application/json                | {\"a\":[1,2]} | {'a':[1,2]}",
        "application/problem+json        | {\"a\":1}     | {'a':1}",
        "application/json; charset=utf-8 | \"text\"      | 'text'",
        "text/plain                      | plain         | 'plain'",
        "text/html                       | <p>           | '<p>'",
        "application/octet-stream        | bytes         | 'Ynl0ZXM='",
      })
  void content_is_read_by_its_type(String type, String body, String expected) throws Exception {
    on("/it", exchange -> respond(exchange, 200, type, body));
    assertThat(get("/it")).isEqualTo(new Completed(json(expected)));
  }

  @Test
  void no_content_is_null() throws Exception {
    on("/it", exchange -> respond(exchange, 204, "application/json", ""));
    assertThat(get("/it")).isEqualTo(new Completed(json("null")));
  }

  @Test
  void the_whole_response_is_an_output() throws Exception {
    on(
        "/it",
        exchange -> {
          exchange.getResponseHeaders().set("X-Trace", "t1");
          exchange.getResponseHeaders().set("Set-Cookie", "session=s3cret");
          respond(exchange, 202, "application/json", "{\"a\":1}");
        });
    var answer =
        ask(
            "{'method': 'GET', 'endpoint': '%s/it', 'headers': {'X-A': 'b'}, 'output': 'response'}");
    var output = (ObjectNode) ((Completed) answer).output();
    assertThat(output.remove("headers").path("x-trace").asText()).isEqualTo("t1");
    assertThat(output)
        .isEqualTo(
            json(
                ("{'request': {'method': 'GET', 'uri': '%s/it', 'headers': {'X-A': 'b'}},"
                        + " 'statusCode': 202, 'content': {'a': 1}}")
                    .formatted(base())));
    assertThat(answer.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_raw_output_is_base64() throws Exception {
    on("/it", exchange -> respond(exchange, 200, "application/json", "{}"));
    assertThat(ask("{'method': 'GET', 'endpoint': '%s/it', 'output': 'raw'}"))
        .isEqualTo(new Completed(json("'e30='")));
  }

  @Test
  void garbage_that_claims_to_be_json_is_refused() throws Exception {
    on("/it", exchange -> respond(exchange, 200, "application/json", "{\"a\": <html>"));
    assertThat(get("/it"))
        .isEqualTo(
            new Refused(
                Kind.COMMUNICATION.error(
                    "GET "
                        + base()
                        + "/it answered 200 with a body that is not the JSON its content type"
                        + " says")));
  }

  @Test
  void a_response_larger_than_the_bound_is_refused_and_names_it() throws Exception {
    on("/it", exchange -> respond(exchange, 200, "text/plain", "x".repeat(RESPONSE_BYTES_MAX + 1)));
    on("/fits", exchange -> respond(exchange, 200, "text/plain", "x".repeat(RESPONSE_BYTES_MAX)));
    assertThat(error(get("/it")).detail()).contains("http.response-bytes-max = 1,000 bytes");
    assertThat(get("/fits")).isInstanceOf(Completed.class);
  }

  // The table

  @ParameterizedTest
  @CsvSource({
    "GET, 300, Refused",
    "GET, 400, Refused",
    "GET, 401, Refused",
    "GET, 404, Refused",
    "POST, 409, Refused",
    "POST, 501, Refused",
    "POST, 408, Unavailable",
    "POST, 429, Unavailable",
    "POST, 503, Unavailable",
    "GET, 500, Unavailable",
    "GET, 502, Unavailable",
    "GET, 504, Unavailable",
    "POST, 500, Unknown",
    "POST, 502, Unknown",
    "PUT, 504, Unknown",
  })
  void every_status_is_one_of_the_answers(String method, int status, String expected)
      throws Exception {
    on("/it", exchange -> respond(exchange, status, "text/plain", "said"));
    var answer = ask("{'method': '" + method + "', 'endpoint': '%s/it'}");
    assertThat(answer.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(error(answer))
        .isEqualTo(
            Kind.COMMUNICATION.error(
                status, "%s %s/it answered %d: said".formatted(method, base(), status)));
  }

  @Test
  void the_pause_a_server_asks_for_is_passed_on() throws Exception {
    on(
        "/it",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          respond(exchange, 429, "text/plain", "");
        });
    assertThat(((Unavailable) get("/it")).retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void a_refused_connection_is_unavailable() throws Exception {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(ask("{'method': 'POST', 'endpoint': 'http://127.0.0.1:" + port + "/x?key=k'}"))
        .isEqualTo(
            new Unavailable(
                Kind.COMMUNICATION.error(503, "no connection to http://127.0.0.1:" + port + "/x"),
                Duration.ZERO));
  }

  @Test
  void a_host_without_address_is_unavailable() throws Exception {
    assertThat(ask("{'method': 'GET', 'endpoint': 'http://no-such-host.invalid/'}"))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void a_connection_reset_after_the_request_is_unknown() throws Exception {
    try (var resetting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> resetAfterReading(resetting));
      var answer =
          ask(
              "{'method': 'POST', 'body': 'x', 'endpoint': 'http://127.0.0.1:"
                  + resetting.getLocalPort()
                  + "/'}");
      assertThat(answer).isInstanceOf(Unknown.class);
      assertThat(error(answer).detail()).startsWith("the connection broke after the request");
    }
  }

  @Test
  void a_body_that_breaks_off_is_unknown() throws Exception {
    on(
        "/it",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    assertThat(get("/it")).isInstanceOf(Unknown.class);
  }

  @Test
  void a_slow_server_is_a_timeout_of_the_stage() throws Exception {
    var end = new CountDownLatch(1);
    on(
        "/slow",
        exchange -> {
          awaitEnd(end);
          respond(exchange, 200, "text/plain", "late");
        });
    var policy = new StagePolicy(Duration.ofMillis(300), 4, 50, 50, Duration.ofSeconds(1));
    var guarded =
        new GuardedStage(new StageSpec(new StageName("http"), policy, Map.of("http", stage)));
    var outcome = guarded.execute(asked("{'method': 'GET', 'endpoint': '%s/slow'}"), () -> true);
    end.countDown();
    assertThat(outcome)
        .isEqualTo(
            new Answered(new Unknown(Kind.TIMEOUT.error("'http' gave no answer within PT0.3S"))));
  }

  // Redirections

  @Test
  void a_redirection_is_an_error_unless_it_is_asked_for() throws Exception {
    redirect("/from", 302, "/to");
    on("/to", exchange -> respond(exchange, 200, "text/plain", "there"));
    assertThat(error(get("/from")).status()).isEqualTo(302);
    assertThat(getRedirected("/from")).isEqualTo(new Completed(json("'there'")));
  }

  @Test
  void a_post_is_redirected_as_its_status_says() throws Exception {
    redirect("/kept", 307, "/method");
    redirect("/changed", 303, "/method");
    on("/method", exchange -> respond(exchange, 200, "text/plain", exchange.getRequestMethod()));
    var post = "{'method': 'POST', 'body': 'x', 'redirect': true, 'endpoint': '%s";
    assertThat(ask(post + "/kept'}")).isEqualTo(new Completed(json("'POST'")));
    assertThat(ask(post + "/changed'}")).isEqualTo(new Completed(json("'GET'")));
  }

  @Test
  void a_redirection_without_end_is_refused() throws Exception {
    var hops = new AtomicInteger();
    on(
        "/loop",
        exchange -> {
          hops.incrementAndGet();
          exchange.getResponseHeaders().set("Location", "/loop");
          respond(exchange, 302, "text/plain", "");
        });
    assertThat(error(getRedirected("/loop")).detail()).startsWith("more than 5 redirections");
    assertThat(hops).hasValue(1 + HttpStage.REDIRECTS_MAX);
  }

  @Test
  void credentials_do_not_follow_to_another_origin() throws Exception {
    redirect("/from", 302, base().replace("127.0.0.1", "localhost") + "/who");
    on(
        "/who",
        exchange ->
            respond(
                exchange,
                200,
                "text/plain",
                "" + exchange.getRequestHeaders().getFirst("Authorization")));
    assertThat(
            ask(
                "{'method': 'GET', 'redirect': true, 'endpoint': '%s/from',"
                    + " 'authentication': {'bearer': {'token': 'abc'}}}"))
        .isEqualTo(new Completed(json("'null'")));
  }

  // What is not sent at all

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'method': 'GET'}",
        "{'method': 'GET', 'endpoint': 'file:///etc/passwd'}",
        "{'method': 'GET', 'endpoint': 'ftp://host/'}",
        "{'method': 'GET', 'endpoint': 'http://'}",
        "{'method': 'GET', 'endpoint': 'http://host/{id}'}",
        "{'method': 'GET', 'endpoint': 'http://me:pw@host/'}",
        "{'method': 'GE T', 'endpoint': '%s/'}",
        "{'endpoint': '%s/'}",
        "{'method': 'GET', 'endpoint': '%s/', 'output': 'everything'}",
        "{'method': 'GET', 'endpoint': '%s/', 'headers': {'X-A': 'b\\nC: d'}}",
        "{'method': 'GET', 'endpoint': '%s/', 'headers': {'Host': 'other'}}",
        "{'method': 'GET', 'endpoint': '%s/', 'headers': {'X-A': {}}}",
        "{'method': 'GET', 'endpoint': '%s/', 'authentication': {'digest': {}}}",
      })
  void arguments_that_are_no_call_are_a_configuration_error(String arguments) throws Exception {
    assertThat(ask(arguments))
        .isInstanceOfSatisfying(
            Refused.class,
            it -> assertThat(it.error().type()).isEqualTo(Kind.CONFIGURATION.type()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://100.100.100.200/",
        "http://[fd00:ec2::254]/"
      })
  void metadata_addresses_are_not_called(String endpoint) throws Exception {
    assertThat(error(ask("{'method': 'GET', 'endpoint': '" + endpoint + "'}")).detail())
        .contains("may not be called unless http.link-local-allowed is true");
  }

  @Test
  void a_redirection_to_a_metadata_address_is_not_followed() throws Exception {
    redirect("/from", 302, "http://169.254.169.254/latest/meta-data");
    assertThat(error(getRedirected("/from")).detail()).contains("may not be called");
  }

  @Test
  void link_local_addresses_are_called_where_the_setting_allows() {
    var destinations = new Destinations(true);
    org.assertj.core.api.Assertions.assertThatCode(
            () -> destinations.check(java.net.URI.create("http://169.254.169.254/")))
        .doesNotThrowAnyException();
  }

  @Test
  void calls_to_one_host_share_a_circuit() {
    assertThat(stage.dependency(asked("{'endpoint': 'https://a.example:8443/x?y'}")))
        .isEqualTo("https://a.example:8443");
    assertThat(stage.dependency(asked("{'endpoint': 5}"))).isEqualTo("http");
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void on(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private void redirect(String from, int status, String to) {
    on(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          respond(exchange, status, "text/plain", "");
        });
  }

  private static void respond(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    var bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void resetAfterReading(ServerSocket resetting) {
    try (var socket = resetting.accept()) {
      socket.getInputStream().read(new byte[16]);
      socket.setSoLinger(true, 0); // closes with a reset
    } catch (IOException _) {
      // the caller's assertion tells
    }
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private StageAnswer get(String path) throws InterruptedException {
    return ask("{'method': 'GET', 'endpoint': '%s" + path + "'}");
  }

  private StageAnswer getRedirected(String path) throws InterruptedException {
    return ask("{'method': 'GET', 'redirect': true, 'endpoint': '%s" + path + "'}");
  }

  private StageAnswer ask(String arguments) throws InterruptedException {
    return stage.execute(asked(arguments));
  }

  private StageRequest asked(String arguments) {
    JsonNode read = json(arguments.replace("%s", base()));
    return request("http", "http", read);
  }

  private static WorkflowError error(StageAnswer answer) {
    return switch (answer) {
      case Completed completed -> throw new AssertionError("completed: " + completed);
      case Refused refused -> refused.error();
      case Unavailable unavailable -> unavailable.error();
      case Unknown unknown -> unknown.error();
    };
  }

  private static StageSettings settings(Map<String, String> more) {
    var values = new java.util.HashMap<>(more);
    values.put(HttpStage.RESPONSE_BYTES_MAX_SETTING, Integer.toString(RESPONSE_BYTES_MAX));
    return new StageSettings(Path.of("target"), values);
  }
}
