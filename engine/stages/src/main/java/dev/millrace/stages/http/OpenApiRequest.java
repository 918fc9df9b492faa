package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.stages.http.OpenApiDocument.Operation;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An operation and the values for its parameters, on their way to become a call.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.0.4.html#style-values">OpenAPI 3.0.4, style
 *     values</a>
 */
final class OpenApiRequest {
  private static final Set<String> PLACES = Set.of("path", "query", "header", "cookie");

  private final Operation operation;
  private final JsonNode values;
  private final Set<String> used = new HashSet<>();
  private final List<String> query = new ArrayList<>();
  private final List<String> cookies = new ArrayList<>();
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private String path;

  OpenApiRequest(Operation operation, JsonNode values) {
    this.operation = operation;
    this.values = values;
    this.path = operation.path();
  }

  /**
   * @throws IllegalArgumentException if a parameter is missing, unknown, or not one that can be
   *     sent; the message names it
   */
  HttpCall call(Authentication authentication, HttpCall.Output output, boolean redirect) {
    operation.parameters().values().forEach(this::put);
    var body = new OpenApiBody(operation, values, this::pairs);
    var bytes = body.bytes();
    used.addAll(body.used());
    body.contentType().ifPresent(type -> headers.put("Content-Type", type));
    checkAllUsed();
    if (!cookies.isEmpty()) {
      headers.put("Cookie", String.join("; ", cookies));
    }
    return new HttpCall(
        operation.method(), uri(), headers, bytes, authentication, output, redirect);
  }

  private URI uri() {
    var server = operation.document().server(operation);
    var base = server.getRawPath().replaceAll("/$", "");
    var whole =
        HttpCall.origin(server)
            + base
            + path
            + (query.isEmpty() ? "" : "?" + String.join("&", query));
    try {
      return HttpCall.checked(URI.create(whole));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "operation '" + operation.id() + "' makes no URI: " + e.getMessage(), e);
    }
  }

  private void put(JsonNode parameter) {
    var name = parameter.path("name").asText();
    var place = parameter.path("in").asText();
    if (!PLACES.contains(place)) {
      return;
    }
    var value = values.path(name);
    used.add(name);
    if (value.isMissingNode() || value.isNull()) {
      if (parameter.path("required").asBoolean(false)) {
        throw new IllegalArgumentException(
            "operation '%s' needs the parameter '%s' (%s)".formatted(operation.id(), name, place));
      }
      return;
    }
    put(parameter, name, place, value);
  }

  private void put(JsonNode parameter, String name, String place, JsonNode value) {
    switch (place) {
      case "path" -> path = path.replace("{" + name + "}", segment(parameter, value));
      case "header" -> headers.put(name, simple(parameter, value, false));
      case "cookie" -> cookies.add(name + "=" + simple(parameter, value, true));
      default -> query.addAll(pairs(parameter, name, value));
    }
  }

  /** Dots alone would lead to another path. */
  private String segment(JsonNode parameter, JsonNode value) {
    var segment =
        switch (parameter.path("style").asText("simple")) {
          case "label" -> label(parameter, value);
          case "matrix" -> matrix(parameter, value);
          default -> simple(parameter, value, true);
        };
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      throw unsupported(parameter, "'" + segment + "', which is no part of a path");
    }
    return segment;
  }

  private String label(JsonNode parameter, JsonNode value) {
    var separator = isExploded(parameter) ? "." : ",";
    return "." + String.join(separator, parts(parameter, value, true));
  }

  /** An exploded object's pairs stand for themselves, everything else has the parameter's name. */
  private String matrix(JsonNode parameter, JsonNode value) {
    var parts = parts(parameter, value, true);
    var key = ";" + HttpCall.encoded(parameter.path("name").asText());
    if (!isExploded(parameter)) {
      return parts.isEmpty() ? "" : valued(key, String.join(",", parts));
    }
    return parts.stream()
        .map(part -> value.isObject() ? ";" + part : valued(key, part))
        .collect(Collectors.joining());
  }

  private static String valued(String key, String value) {
    return value.isEmpty() ? key : key + "=" + value;
  }

  private String simple(JsonNode parameter, JsonNode value, boolean encodes) {
    var style = parameter.path("style").asText("simple");
    if (!style.equals("simple") && !style.equals("form")) {
      throw unsupported(parameter, "style '" + style + "'");
    }
    return String.join(",", parts(parameter, value, encodes));
  }

  private static boolean isExploded(JsonNode parameter) {
    return parameter.path("explode").asBoolean(false);
  }

  /** What a value is written as: of an object its pairs, else its elements. */
  private List<String> parts(JsonNode parameter, JsonNode value, boolean encodes) {
    var parts = new ArrayList<String>();
    if (value.isObject()) {
      var sign = isExploded(parameter) ? "=" : ",";
      value
          .properties()
          .forEach(each ->
              parts.add(
                  text(parameter, each.getKey(), encodes)
                      + sign
                      + scalar(parameter, each.getValue(), encodes)));
    } else {
      elements(value).forEach(each -> parts.add(scalar(parameter, each, encodes)));
    }
    return parts;
  }

  /** How a query and a form have it: one pair or several. */
  private List<String> pairs(JsonNode parameter, String name, JsonNode value) {
    var style = parameter.path("style").asText("form");
    var commas = parameter.path("x-separated-by-commas").asBoolean(false);
    var explode = !commas && parameter.path("explode").asBoolean(style.equals("form"));
    var key = HttpCall.encoded(name);
    return switch (style) {
      case "form" ->
          explode
              ? exploded(parameter, key, value)
              : List.of(key + "=" + joined(parameter, value, ","));
      case "spaceDelimited" -> List.of(key + "=" + joined(parameter, value, "%20"));
      case "pipeDelimited" -> List.of(key + "=" + joined(parameter, value, "%7C"));
      case "deepObject" -> members(parameter, value, each -> key + "%5B" + each + "%5D");
      default -> throw unsupported(parameter, "style '" + style + "'");
    };
  }

  private List<String> exploded(JsonNode parameter, String key, JsonNode value) {
    if (value.isObject()) {
      return members(parameter, value, each -> each);
    }
    var pairs = new ArrayList<String>();
    elements(value).forEach(each -> pairs.add(key + "=" + scalar(parameter, each, true)));
    return pairs;
  }

  private List<String> members(JsonNode parameter, JsonNode value, UnaryOperator<String> key) {
    return value.properties().stream()
        .map(each ->
            key.apply(HttpCall.encoded(each.getKey()))
                + "="
                + scalar(parameter, each.getValue(), true))
        .toList();
  }

  private String joined(JsonNode parameter, JsonNode value, String separator) {
    var parts = new ArrayList<String>();
    if (value.isObject()) {
      for (var each : value.properties()) {
        parts.add(HttpCall.encoded(each.getKey()));
        parts.add(scalar(parameter, each.getValue(), true));
      }
    } else {
      elements(value).forEach(each -> parts.add(scalar(parameter, each, true)));
    }
    return String.join(separator, parts);
  }

  static Iterable<JsonNode> elements(JsonNode value) {
    return value.isArray() ? value : List.of(value);
  }

  private String scalar(JsonNode parameter, JsonNode value, boolean encodes) {
    if (value.isContainerNode()) {
      throw unsupported(parameter, "a value that is no text, number or boolean");
    }
    return text(parameter, value.asText(), encodes);
  }

  private String text(JsonNode parameter, String text, boolean encodes) {
    if (!encodes && text.chars().anyMatch(Character::isISOControl)) {
      throw unsupported(parameter, "a line break");
    }
    return encodes ? HttpCall.encoded(text) : text;
  }

  private IllegalArgumentException unsupported(JsonNode parameter, String what) {
    return new IllegalArgumentException(
        "the parameter '%s' of operation '%s' cannot be sent with %s"
            .formatted(parameter.path("name").asText(), operation.id(), what));
  }

  private void checkAllUsed() {
    var unknown = new TreeSet<String>();
    values.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(used);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "operation '%s' has no parameter '%s'; it has %s"
              .formatted(operation.id(), unknown.first(), new TreeSet<>(used)));
    }
  }
}
