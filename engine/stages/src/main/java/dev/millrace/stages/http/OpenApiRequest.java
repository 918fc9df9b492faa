package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.stages.http.OpenApiDocument.Operation;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operation and the values for its parameters, on their way to become a call.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.0.4.html#style-values">OpenAPI 3.0.4, style
 *     values</a>
 */
final class OpenApiRequest {
  private static final String BODY = "body";
  private static final String JSON_TYPE = "application/json";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";
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
    var body = body();
    checkAllUsed();
    if (!cookies.isEmpty()) {
      headers.put("Cookie", String.join("; ", cookies));
    }
    return new HttpCall(operation.method(), uri(), headers, body, authentication, output, redirect);
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
      default -> putQuery(parameter, name, value);
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

  private void putQuery(JsonNode parameter, String name, JsonNode value) {
    var style = parameter.path("style").asText("form");
    var commas = parameter.path("x-separated-by-commas").asBoolean(false);
    var explode = !commas && parameter.path("explode").asBoolean(style.equals("form"));
    var key = HttpCall.encoded(name);
    switch (style) {
      case "form" -> {
        if (value.isObject() && explode) {
          value
              .properties()
              .forEach(each ->
                  query.add(
                      HttpCall.encoded(each.getKey())
                          + "="
                          + scalar(parameter, each.getValue(), true)));
        } else if (explode) {
          elements(value).forEach(each -> query.add(key + "=" + scalar(parameter, each, true)));
        } else {
          query.add(key + "=" + joined(parameter, value, ","));
        }
      }
      case "spaceDelimited" -> query.add(key + "=" + joined(parameter, value, "%20"));
      case "pipeDelimited" -> query.add(key + "=" + joined(parameter, value, "%7C"));
      case "deepObject" ->
          value
              .properties()
              .forEach(each ->
                  query.add(
                      key
                          + "%5B"
                          + HttpCall.encoded(each.getKey())
                          + "%5D="
                          + scalar(parameter, each.getValue(), true)));
      default -> throw unsupported(parameter, "style '" + style + "'");
    }
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

  private static Iterable<JsonNode> elements(JsonNode value) {
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

  // The body

  private byte[] body() {
    var declared = operation.definition().path("requestBody");
    if (declared.isMissingNode()) {
      return new byte[0];
    }
    var body = operation.document().resolved(declared);
    var content = body.path("content");
    var type = type(content);
    if (type.equals(FORM_TYPE)) {
      return form(content.path(type));
    }
    if (type.startsWith("multipart/")) {
      throw new IllegalArgumentException(
          "operation '" + operation.id() + "' wants " + type + ", which is not supported yet");
    }
    return written(body, type);
  }

  private static String type(JsonNode content) {
    if (content.has(JSON_TYPE) || content.isEmpty()) {
      return JSON_TYPE;
    }
    var types = new ArrayList<String>();
    content.fieldNames().forEachRemaining(types::add);
    return types.stream()
        .filter(type -> type.endsWith("+json"))
        .findFirst()
        .orElseGet(() -> types.contains(FORM_TYPE) ? FORM_TYPE : types.getFirst());
  }

  private byte[] written(JsonNode body, String type) {
    var name = values.has(BODY) ? BODY : operation.document().bodyNames().get(operation.id());
    var value = name == null ? null : values.get(name);
    if (value == null) {
      if (body.path("required").asBoolean(false)) {
        throw new IllegalArgumentException(
            "operation '%s' needs the parameter '%s' (body)"
                .formatted(operation.id(), name == null ? BODY : name));
      }
      return new byte[0];
    }
    used.add(name);
    headers.put("Content-Type", type.contains("*") ? JSON_TYPE : type);
    var isJson = type.endsWith("json") || type.contains("*");
    return (value.isTextual() && !isJson ? value.textValue() : value.toString()).getBytes(UTF_8);
  }

  private byte[] form(JsonNode media) {
    var schema = operation.document().resolved(media.path("schema"));
    var fields = fields(schema);
    var pairs = new ArrayList<String>();
    for (var field : fields.properties()) {
      used.add(field.getKey());
      var parameter = JsonNodeFactory.instance.objectNode().put("name", field.getKey());
      for (var value : elements(field.getValue())) {
        pairs.add(HttpCall.encoded(field.getKey()) + "=" + scalar(parameter, value, true));
      }
    }
    checkFields(schema, fields);
    headers.put("Content-Type", FORM_TYPE);
    return String.join("&", pairs).getBytes(UTF_8);
  }

  /** Each field as a parameter of its own, or all of them as {@code body}. */
  private JsonNode fields(JsonNode schema) {
    if (values.path(BODY).isObject() && !schema.path("properties").has(BODY)) {
      used.add(BODY);
      return values.get(BODY);
    }
    var fields = JsonNodeFactory.instance.objectNode();
    schema
        .path("properties")
        .fieldNames()
        .forEachRemaining(name -> {
          @Nullable JsonNode value = values.get(name);
          if (value != null && !value.isNull()) {
            fields.set(name, value);
          }
        });
    return fields;
  }

  private void checkFields(JsonNode schema, JsonNode fields) {
    for (var name : schema.path("required")) {
      if (!fields.has(name.asText())) {
        throw new IllegalArgumentException(
            "operation '%s' needs the parameter '%s' (form)"
                .formatted(operation.id(), name.asText()));
      }
    }
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
