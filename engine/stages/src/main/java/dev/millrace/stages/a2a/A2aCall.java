package dev.millrace.stages.a2a;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stages.http.Endpoint;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code call: a2a} task asks for, read from its evaluated arguments.
 *
 * @param server null if only the card says where the agent is
 * @param card null if the definition names a server
 * @param parameters of the request, as they are sent
 */
record A2aCall(
    String method, @Nullable Endpoint server, @Nullable Endpoint card, ObjectNode parameters) {
  private static final Set<String> SAFE =
      Set.of(
          "tasks/get",
          "tasks/list",
          "tasks/resubscribe",
          "tasks/pushNotificationConfig/get",
          "tasks/pushNotificationConfig/list",
          "agent/getAuthenticatedExtendedCard");
  private static final Set<String> STREAMS = Set.of("message/stream", "tasks/resubscribe");
  private static final Set<String> MESSAGES = Set.of("message/send", "message/stream");

  /**
   * @param idempotencyKey becomes the id of a message that has none, so that an agent can tell a
   *     message that is sent again from a new one
   * @throws IllegalArgumentException if the arguments are none of an A2A call; the message names
   *     the argument
   */
  static A2aCall read(JsonNode arguments, String idempotencyKey) {
    var method = arguments.path("method").asText();
    var server = arguments.path("server");
    var card = arguments.path("agentCard");
    if (!Endpoint.isOne(server) && !Endpoint.isOne(card)) {
      throw new IllegalArgumentException("'server' or 'agentCard' says where the agent is");
    }
    return new A2aCall(
        method,
        Endpoint.isOne(server) ? server(server) : null,
        Endpoint.isOne(card) ? Endpoint.read(card) : null,
        parameters(method, arguments.path("parameters"), idempotencyKey));
  }

  /** Where the call goes, as far as it can be told: what its circuit breaker is about. */
  static String dependency(JsonNode arguments) {
    var named = Endpoint.isOne(arguments.path("server")) ? "server" : "agentCard";
    try {
      var uri = URI.create(Endpoint.text(arguments.path(named)));
      return uri.getScheme() + "://" + uri.getRawAuthority();
    } catch (IllegalArgumentException _) {
      return A2aStage.NAME;
    }
  }

  /** RFC 9110's sense of the word: asked in vain, it has changed nothing. */
  boolean isSafe() {
    return SAFE.contains(method);
  }

  /** Whether the answer is a stream of events. */
  boolean isStream() {
    return STREAMS.contains(method);
  }

  private static Endpoint server(JsonNode node) {
    endpoint("server", Endpoint.text(node));
    return Endpoint.read(node);
  }

  /**
   * @throws IllegalArgumentException if this is no place to send a call to
   */
  static URI endpoint(String argument, String text) {
    var uri = URI.create(text);
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme)
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "'" + argument + "' is an http or https URI without credentials");
    }
    return uri;
  }

  private static ObjectNode parameters(String method, JsonNode given, String idempotencyKey) {
    if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
      throw new IllegalArgumentException("'parameters' is an object");
    }
    ObjectNode parameters =
        given.isObject() ? given.deepCopy() : JsonNodeFactory.instance.objectNode();
    if (MESSAGES.contains(method)) {
      if (!(parameters.get("message") instanceof ObjectNode message)) {
        throw new IllegalArgumentException("'parameters.message' of " + method + " is an object");
      }
      complete(message, idempotencyKey);
    }
    return parameters;
  }

  /** What every message has, and a definition need not repeat. */
  private static void complete(ObjectNode message, String idempotencyKey) {
    putIfAbsent(message, "kind", "message");
    putIfAbsent(message, "role", "user");
    putIfAbsent(message, "messageId", idempotencyKey);
  }

  private static void putIfAbsent(ObjectNode node, String name, String value) {
    if (!node.has(name)) {
      node.put(name, value);
    }
  }
}
