package dev.millrace.stages.http;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StageSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server of documents that shows what else it is sent, for the tests of one class. */
abstract class OpenApiServer {
  final List<String> fetched = new CopyOnWriteArrayList<>();
  private final OpenApiStage stage =
      new OpenApiStage(new StageSettings(Path.of("unused"), Map.of()));
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::echo);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  void serve(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  void document(String path, String text) {
    document(path, 200, text);
  }

  void document(String path, int status, String text) {
    serve(
        path,
        exchange -> {
          var authorization = exchange.getRequestHeaders().getFirst("Authorization");
          fetched.add(path + (authorization == null ? "" : " " + authorization));
          respond(exchange, status, "application/yaml", text);
        });
  }

  /** Answers with method and URI, content type and body, each on a line; bytes as Latin 1. */
  void echo(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
    respond(
        exchange,
        200,
        "text/plain; charset=utf-8",
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + "\n"
            + exchange.getRequestHeaders().getFirst("Content-Type")
            + "\n"
            + body);
  }

  static void respond(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      var bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  StageAnswer call(String document, String operation, String parameters)
      throws InterruptedException {
    return call(document, operation, parameters, "");
  }

  /**
   * @param more members of the arguments, each after a comma
   */
  StageAnswer call(String document, String operation, String parameters, String more)
      throws InterruptedException {
    var arguments =
        "{'document': {'endpoint': 'http://127.0.0.1:%d%s'}, 'operationId': '%s', 'parameters': %s%s}"
            .formatted(port(), document, operation, parameters, more);
    return stage.execute(request("http", "openapi", json(arguments)));
  }

  StageAnswer authorizedCall(String document, String operation) throws InterruptedException {
    var arguments =
        "{'document': {'endpoint': 'http://127.0.0.1:%d%s', 'authentication': {'bearer': {'token': 't0'}}}, 'operationId': '%s'}"
            .formatted(port(), document, operation);
    return stage.execute(request("http", "openapi", json(arguments)));
  }

  /** What was sent; or why nothing was. */
  static String said(StageAnswer answer) {
    return answer instanceof Completed(var output)
        ? output.asText()
        : answer instanceof Refused(var error) ? "refused: " + error.detail() : answer.toString();
  }
}
