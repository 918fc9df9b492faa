package dev.millrace.stages.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.mcp.McpPeer.Http;
import dev.millrace.stages.mcp.McpPeer.Stdio;
import dev.millrace.stages.mcp.McpPeer.Transport;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code call: mcp} task asks for, read from its evaluated arguments.
 *
 * @param parameters of the request; empty when there are none
 * @param timeout of the request; null if the definition sets none
 */
record McpCall(
    McpPeer peer, String method, Map<String, Object> parameters, @Nullable Duration timeout) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final String CLIENT_NAME = "millrace";
  private static final String CLIENT_VERSION = "1.0.0";

  /**
   * @throws IllegalArgumentException if the arguments are none of an MCP call; the message names
   *     the argument, and repeats no credential
   */
  static McpCall read(JsonNode arguments) {
    var client = arguments.path("client");
    var version = arguments.path("protocolVersion");
    var peer =
        new McpPeer(
            transport(arguments.path("transport")),
            client.path("name").asText(CLIENT_NAME),
            client.path("version").asText(CLIENT_VERSION),
            version.isTextual() ? version.textValue() : null);
    return new McpCall(
        peer,
        arguments.path("method").asText(),
        parameters(arguments.path("parameters")),
        timeout(arguments.path("timeout")));
  }

  /** Whom the call goes to, as far as it can be told: what its circuit breaker is about. */
  static String dependency(JsonNode arguments) {
    try {
      return switch (transport(arguments.path("transport"))) {
        case Http(var endpoint, _, _) -> endpoint.getScheme() + "://" + endpoint.getRawAuthority();
        case Stdio(var command, _, _) -> command;
      };
    } catch (IllegalArgumentException _) {
      return McpStage.NAME;
    }
  }

  /** RFC 9110's sense of the word: asked in vain, it has changed nothing. */
  boolean isSafe() {
    return !method.equals("tools/call");
  }

  /** A parameter that the method cannot do without. */
  String text(String parameter) {
    if (parameters.get(parameter) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "'parameters.%s' of %s is text".formatted(parameter, method));
  }

  @Nullable String optionalText(String parameter) {
    return parameters.containsKey(parameter) ? text(parameter) : null;
  }

  /** An object among the parameters; empty when there is none. */
  Map<String, Object> object(String parameter) {
    var value = parameters.get(parameter);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return JSON.convertValue(map, MAP);
    }
    throw new IllegalArgumentException(
        "'parameters.%s' of %s is an object".formatted(parameter, method));
  }

  private static Map<String, Object> parameters(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("'parameters' is an object");
    }
    return JSON.convertValue(node, MAP);
  }

  private static @Nullable Duration timeout(JsonNode node) {
    try {
      return node.isMissingNode() || node.isNull() ? null : Duration.parse(node.asText());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("'timeout' is an ISO 8601 duration, got " + node, e);
    }
  }

  private static Transport transport(JsonNode node) {
    if (node.path("http").isObject()) {
      var http = node.path("http");
      var endpoint = http.path("endpoint");
      return new Http(
          endpoint(Endpoint.text(endpoint)),
          texts("headers", http),
          Authentication.read(endpoint.path("authentication")));
    }
    if (node.path("stdio").isObject()) {
      var stdio = node.path("stdio");
      return new Stdio(
          stdio.path("command").asText(),
          list(stdio.path("arguments")),
          texts("environment", stdio));
    }
    throw new IllegalArgumentException("'transport' is {http: …} or {stdio: …}");
  }

  private static URI endpoint(String text) {
    try {
      var uri = URI.create(text);
      if (!SCHEMES.contains(String.valueOf(uri.getScheme())) || uri.getHost() == null) {
        throw new IllegalArgumentException("no http or https URI");
      }
      if (uri.getRawUserInfo() != null) {
        throw new IllegalArgumentException("it holds credentials");
      }
      return uri;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'transport.http.endpoint' is an http or https URI without credentials", e);
    }
  }

  private static Map<String, String> texts(String name, JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (var member : node.path(name).properties()) {
      if (member.getValue().isContainerNode()) {
        throw new IllegalArgumentException("'" + name + "' holds a value that is no text");
      }
      texts.put(member.getKey(), member.getValue().asText());
    }
    return texts;
  }

  private static List<String> list(JsonNode node) {
    var list = new ArrayList<String>();
    for (var element : node) {
      if (element.isContainerNode()) {
        throw new IllegalArgumentException("'arguments' holds a value that is no text");
      }
      list.add(element.asText());
    }
    return list;
  }
}
