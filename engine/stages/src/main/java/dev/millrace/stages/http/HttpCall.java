package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a {@code call: http} task asks for, read from its evaluated arguments.
 *
 * @param headers without regard to case; content type included
 * @param body empty when there is none
 * @param redirect whether redirections are followed, and are no error
 */
record HttpCall(
    String method,
    URI uri,
    Map<String, String> headers,
    byte[] body,
    Authentication authentication,
    Output output,
    boolean redirect) {

  /** What of the response becomes the task's output. */
  enum Output {
    CONTENT,
    RESPONSE,
    RAW
  }

  private static final String CONTENT_TYPE = "Content-Type";
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /**
   * @throws IllegalArgumentException if the arguments are none of an HTTP call; the message names
   *     the argument, and repeats no credential
   */
  static HttpCall read(JsonNode arguments) {
    var endpoint = arguments.path("endpoint");
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    arguments
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), scalar("headers", header.getValue())));
    return new HttpCall(
        method(arguments.path("method")),
        withQuery(uri(endpoint), arguments.path("query")),
        headers,
        body(arguments.path("body"), headers),
        Authentication.read(
            endpoint.has("authentication")
                ? endpoint.get("authentication")
                : arguments.path("authentication")),
        output(arguments.path("output")),
        arguments.path("redirect").asBoolean(false));
  }

  /** Where the call goes, as far as it can be told: what its circuit breaker is about. */
  static String dependency(JsonNode arguments) {
    try {
      return origin(uri(arguments.path("endpoint")));
    } catch (IllegalArgumentException _) {
      return "http";
    }
  }

  static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** Scheme, host and path: what an error may show, because a query may hold a key. */
  String shownUri() {
    return origin(uri) + uri.getRawPath();
  }

  /** RFC 9110 §9.2.1: asked in vain, it has changed nothing. */
  boolean isSafe() {
    return Set.of("GET", "HEAD", "OPTIONS", "TRACE").contains(method);
  }

  /** The same, of another resource of the same origin. */
  HttpCall to(URI other) {
    return new HttpCall(method, checked(other), headers, body, authentication, output, redirect);
  }

  HttpCall redirected(URI target, boolean asGet) {
    var kept = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    kept.putAll(headers);
    var sameOrigin = origin(target).equalsIgnoreCase(origin(uri));
    if (!sameOrigin) {
      kept.keySet().removeIf(Secrets::isSecret);
    }
    var credentials = sameOrigin ? authentication : new Authentication.None();
    if (!asGet) {
      return new HttpCall(method, target, kept, body, credentials, output, redirect);
    }
    kept.remove(CONTENT_TYPE);
    return new HttpCall("GET", target, kept, new byte[0], credentials, output, redirect);
  }

  private static String method(JsonNode method) {
    var name = method.asText("").toUpperCase(Locale.ROOT);
    if (!name.matches("[A-Z]{1,20}")) {
      throw new IllegalArgumentException("'method' is an HTTP method, got " + method);
    }
    return name;
  }

  private static URI uri(JsonNode endpoint) {
    var text = endpoint.isObject() ? endpoint.path("uri").asText() : endpoint.asText();
    try {
      return checked(new URI(text));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'endpoint' is no URI: " + e.getReason(), e);
    }
  }

  /**
   * @throws IllegalArgumentException if this is no place to send a call to
   */
  static URI checked(URI uri) {
    var scheme = uri.getScheme();
    if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("'endpoint' is an http or https URI, got " + scheme + ":");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("'endpoint' names no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "'endpoint' holds credentials; say them in 'authentication'");
    }
    return uri;
  }

  private static URI withQuery(URI uri, JsonNode query) {
    List<String> pairs = new ArrayList<>();
    if (uri.getRawQuery() != null) {
      pairs.add(uri.getRawQuery());
    }
    query
        .properties()
        .forEach(parameter -> {
          var values = parameter.getValue();
          for (var value : values.isArray() ? values : List.of(values)) {
            if (!value.isNull()) {
              pairs.add(encoded(parameter.getKey()) + "=" + encoded(scalar("query", value)));
            }
          }
        });
    return pairs.isEmpty()
        ? uri
        : URI.create(origin(uri) + uri.getRawPath() + "?" + String.join("&", pairs));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static String scalar(String argument, JsonNode value) {
    if (value.isContainerNode()) {
      throw new IllegalArgumentException("'" + argument + "' holds a value that is no text");
    }
    return value.asText();
  }

  /** Text goes as it stands; every other value as JSON. */
  private static byte[] body(JsonNode body, Map<String, String> headers) {
    if (body.isMissingNode() || body.isNull()) {
      return new byte[0];
    }
    headers.putIfAbsent(
        CONTENT_TYPE, body.isTextual() ? "text/plain; charset=utf-8" : "application/json");
    return (body.isTextual() ? body.textValue() : body.toString()).getBytes(UTF_8);
  }

  static Output output(JsonNode output) {
    var name = output.asText("content");
    return switch (name) {
      case "content" -> Output.CONTENT;
      case "response" -> Output.RESPONSE;
      case "raw" -> Output.RAW;
      default ->
          throw new IllegalArgumentException(
              "'output' is content, response or raw, got '" + name + "'");
    };
  }
}
