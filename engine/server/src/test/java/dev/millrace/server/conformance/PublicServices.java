package dev.millrace.server.conformance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** The two public services the kit's definitions call, near enough to answer its questions. */
final class PublicServices implements AutoCloseable {
  private static final String PET = "{\"id\":%d,\"name\":\"doggie\",\"status\":\"available\"}";
  private static final String CREDENTIALS =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(
                  "serverless-workflow:conformance-test".getBytes(StandardCharsets.UTF_8));
  private final HttpServer server;

  private PublicServices(HttpServer server) {
    this.server = server;
  }

  static PublicServices open() throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpServer.create(loopback, 0);
    var petstore = petstore();
    server.createContext("/v2/swagger.json", e -> json(e, 200, petstore));
    server.createContext("/v2/pet/findByStatus", PublicServices::findByStatus);
    server.createContext(
        "/v2/pet/getPetByName", e -> json(e, 404, "{\"message\":\"no such pet\"}"));
    server.createContext("/v2/pet/", PublicServices::pet);
    server.createContext("/basic-auth/", PublicServices::login);
    server.createContext("/bearer", PublicServices::bearer);
    server.createContext("/anything", PublicServices::echo);
    server.createContext("/status/", PublicServices::status);
    server.createContext("/redirect-to-anything", PublicServices::redirect);
    server.start();
    return new PublicServices(server);
  }

  /** Only hosts change; the definitions stay as the kit wrote them. */
  String rewriteHosts(String definition) {
    var address = "http://127.0.0.1:" + server.getAddress().getPort();
    return definition
        .replace("https://petstore.swagger.io", address)
        .replace("https://httpbin.org", address);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** Without a host: the operations are where the document is. */
  private static String petstore() throws IOException {
    try (var document = PublicServices.class.getResourceAsStream("/conformance/petstore.json")) {
      return new String(Objects.requireNonNull(document).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void findByStatus(HttpExchange exchange) throws IOException {
    var isAsked = "status=available".equals(exchange.getRequestURI().getQuery());
    json(exchange, isAsked ? 200 : 400, isAsked ? "[" + PET.formatted(1) + "]" : "{}");
  }

  private static void pet(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    json(exchange, 200, PET.formatted(id));
  }

  private static void login(HttpExchange exchange) throws IOException {
    var isKnown = CREDENTIALS.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    json(exchange, isKnown ? 200 : 401, "{\"authenticated\":" + isKnown + "}");
  }

  private static void bearer(HttpExchange exchange) throws IOException {
    var isKnown = "Bearer token-7".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    json(exchange, isKnown ? 200 : 401, "{\"authenticated\":" + isKnown + "}");
  }

  /** Says what it was asked. */
  private static void echo(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var headers = exchange.getRequestHeaders();
    var key = headers.getFirst("Idempotency-Key");
    var answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("method", exchange.getRequestMethod())
            .put("query", exchange.getRequestURI().getQuery())
            .put("body", body)
            .put("trace", headers.getFirst("X-Trace"))
            .put("hasKey", key != null && !key.isEmpty());
    json(exchange, 200, answer.toString());
  }

  private static void status(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var status = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    json(exchange, status, "{\"status\":" + status + "}");
  }

  private static void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Location", "/anything");
    json(exchange, 302, "{}");
  }

  private static void json(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
