package dev.millrace.server.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * A shop that asks who comes, the authority whose tokens it takes, an agent, and documents that
 * describe others. Answers under one idempotency key are the same.
 */
final class WebPeer implements AutoCloseable {
  static final String USERNAME = "clerk";
  static final String PASSWORD = "open-5b1e44";
  static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString((USERNAME + ":" + PASSWORD).getBytes(UTF_8));

  private static final JsonMapper JSON = new JsonMapper();
  private static final String PETS =
      """
      {"openapi": "3.0.3", "info": {"title": "pets", "version": "1"},
       "servers": [{"url": "/shop"}],
       "paths": {"/open": {"get": {"operationId": "look", "responses": {"200": {"description": "ok"}}}}}}
      """;

  /** In two documents. */
  private static final String FILES =
      """
      {"openapi": "3.0.3", "info": {"title": "files", "version": "1"},
       "servers": [{"url": "/shop"}],
       "paths": {"/echo": {"post": {"operationId": "upload",
         "requestBody": {"$ref": "parts.json#/upload"}, "responses": {"200": {"description": "ok"}}}}}}
      """;

  private static final String PARTS =
      """
      {"upload": {"content": {"multipart/form-data": {"schema": {"$ref": "#/form"}}}},
       "form": {"required": ["title"], "properties": {
         "title": {"type": "string"}, "note": {"type": "string", "format": "binary"}}}}
      """;

  private final HttpServer server;
  private final Tokens tokens;
  private final Map<String, Integer> answered = new ConcurrentHashMap<>();

  WebPeer(Tokens tokens) throws IOException {
    this.tokens = tokens;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    shop();
    login();
    documents();
    agent();
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void on(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  // The shop

  private void shop() {
    on("/shop/open", e -> json(e, 200, "{\"welcome\": \"anybody\"}"));
    on("/shop/basic", basic(e -> json(e, 200, "{\"welcome\": \"back\"}")));
    on("/shop/digest", this::digest);
    on("/shop/token", e -> guarded(e, 1));
    on("/shop/later-token", e -> guarded(e, 2));
    on("/shop/no-token", e -> json(e, 401, "{\"message\": \"not you\"}"));
    on("/shop/echo", e -> json(e, 200, said(e)));
    on("/shop/complain", e -> json(e, 400, said(e)));
  }

  private static HttpHandler basic(HttpHandler inside) {
    return e -> {
      if (BASIC.equals(authorization(e))) {
        inside.handle(e);
      } else {
        json(e, 401, "{}");
      }
    };
  }

  private void guarded(HttpExchange e, int first) throws IOException {
    var token = tokens.known(authorization(e)).filter(it -> it.number() >= first);
    if (token.isEmpty()) {
      json(e, 401, "{}");
      return;
    }
    var key = token.get().client() + e.getRequestHeaders().getFirst("Idempotency-Key");
    var number = answered.computeIfAbsent(key, _ -> token.get().number());
    json(e, 200, "{\"token\": " + number + "}");
  }

  private static String said(HttpExchange e) throws IOException {
    var body = new String(e.getRequestBody().readAllBytes(), UTF_8);
    return JSON.writeValueAsString(
        Map.of(
            "authorization", String.valueOf(authorization(e)),
            "key", String.valueOf(e.getRequestHeaders().getFirst("X-Key")),
            "query", String.valueOf(e.getRequestURI().getQuery()),
            "body", body));
  }

  private void digest(HttpExchange e) throws IOException {
    if (Digest.isAnswered(authorization(e), e.getRequestMethod(), e.getRequestURI().toString())) {
      json(e, 200, "{\"welcome\": \"back\"}");
    } else {
      e.getResponseHeaders().add("WWW-Authenticate", Digest.CHALLENGE);
      json(e, 401, "{}");
    }
  }

  // The authority

  private void login() {
    on("/login/oauth2/token", e -> token(e, 3_600));
    on("/login/brief/oauth2/token", e -> token(e, 1));
    on("/login/down/oauth2/token", e -> json(e, 503, "{}"));
    on("/login/.well-known/openid-configuration", this::discovery);
  }

  private void discovery(HttpExchange e) throws IOException {
    var base = "http://127.0.0.1:" + port() + "/login";
    json(
        e,
        200,
        JSON.writeValueAsString(
            Map.of(
                "issuer",
                base,
                "authorization_endpoint",
                base + "/authorize",
                "token_endpoint",
                base + "/oauth2/token",
                "jwks_uri",
                base + "/keys",
                "response_types_supported",
                new String[] {"code"},
                "subject_types_supported",
                new String[] {"public"},
                "id_token_signing_alg_values_supported",
                new String[] {"RS256"})));
  }

  private void token(HttpExchange e, int seconds) throws IOException {
    var form = new HashMap<String, String>();
    for (var pair : new String(e.getRequestBody().readAllBytes(), UTF_8).split("&", -1)) {
      var parts = pair.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
    }
    if (Tokens.CLIENT_SECRET.equals(form.get("client_secret"))) {
      var token = tokens.give(String.valueOf(form.get("client_id")));
      json(
          e,
          200,
          "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": %d}"
              .formatted(token.text(), seconds));
    } else {
      json(e, 401, "{\"error\": \"invalid_client\"}");
    }
  }

  // Documents

  private void documents() {
    on("/specs/greet.proto", e -> text(e, "text/plain", GrpcPeer.PROTO));
    on("/specs/private/greet.proto", basic(e -> text(e, "text/plain", GrpcPeer.PROTO)));
    on("/specs/files/api.json", e -> text(e, "application/json", FILES));
    on("/specs/files/parts.json", e -> text(e, "application/json", PARTS));
    on("/specs/private/pets.json", basic(e -> text(e, "application/json", PETS)));
  }

  // The agent

  private void agent() {
    on("/agent/rpc", this::answer);
    on(
        "/agent/private/card.json",
        basic(e ->
            json(
                e,
                200,
                "{\"name\": \"agent\", \"preferredTransport\": \"JSONRPC\", \"url\":"
                    + " \"http://127.0.0.1:%d/agent/private/rpc\"}".formatted(port()))));
    on("/agent/private/rpc", basic(this::answer));
    on(
        "/agent/token/rpc",
        e -> {
          if (tokens.later(authorization(e)).isPresent()) {
            answer(e);
          } else {
            json(e, 401, "{}");
          }
        });
  }

  private void answer(HttpExchange e) throws IOException {
    var request = JSON.readTree(e.getRequestBody().readAllBytes());
    var text = request.at("/params/message/parts/0/text").asText();
    switch (request.path("method").asText()) {
      case "message/send" -> json(e, 200, result(request, "you said " + text));
      case "message/stream" ->
          text(
              e,
              "text/event-stream",
              "data: %s\n\ndata: %s\n\n"
                  .formatted(result(request, "you"), result(request, "said " + text)));
      default ->
          json(
              e,
              200,
              "{\"jsonrpc\": \"2.0\", \"id\": 1, \"error\": {\"code\": -32001, \"message\":"
                  + " \"task not found\"}}");
    }
  }

  private static String result(JsonNode request, String text) {
    return "{\"jsonrpc\": \"2.0\", \"id\": %s, \"result\": {\"kind\": \"message\", \"text\": \"%s\"}}"
        .formatted(request.path("id"), text);
  }

  private static String authorization(HttpExchange e) {
    return e.getRequestHeaders().getFirst("Authorization");
  }

  private static void json(HttpExchange e, int status, String body) throws IOException {
    send(e, status, "application/json", body);
  }

  private static void text(HttpExchange e, String type, String body) throws IOException {
    send(e, 200, type, body);
  }

  private static void send(HttpExchange e, int status, String type, String body)
      throws IOException {
    try (e) {
      e.getRequestBody().readAllBytes();
      var bytes = body.getBytes(UTF_8);
      e.getResponseHeaders().add("Content-Type", type);
      e.sendResponseHeaders(status, bytes.length);
      e.getResponseBody().write(bytes);
    }
  }
}
