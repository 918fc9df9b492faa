package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stages.http.OpenApiDocument.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of an operation: JSON or text as a whole, or a form, whose fields are parameters of
 * their own or the members of {@code body}.
 */
final class OpenApiBody {
  private static final String BODY = "body";
  private static final String JSON_TYPE = "application/json";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/";

  private final Operation operation;
  private final JsonNode values;
  private final Pairs pairs;
  private final Set<String> used = new HashSet<>();
  private @Nullable String contentType;

  /** How a field is written as the document's style says. */
  @FunctionalInterface
  interface Pairs {
    List<String> of(JsonNode parameter, String name, JsonNode value);
  }

  /**
   * @param values by name of a parameter
   */
  OpenApiBody(Operation operation, JsonNode values, Pairs pairs) {
    this.operation = operation;
    this.values = values;
    this.pairs = pairs;
  }

  /** Names of the values that {@link #bytes} took. */
  Set<String> used() {
    return used;
  }

  /** Of what {@link #bytes} gave; empty if there is no body. */
  Optional<String> contentType() {
    return Optional.ofNullable(contentType);
  }

  /**
   * @throws IllegalArgumentException if a value is missing, too large, or not one that can be sent
   */
  byte[] bytes() {
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
    if (type.equals(MultipartForm.TYPE)) {
      return multipart(content.path(type));
    }
    if (type.startsWith(MULTIPART)) {
      throw new IllegalArgumentException(
          "operation '%s' wants %s; of multipart types only %s can be sent"
              .formatted(operation.id(), type, MultipartForm.TYPE));
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
    contentType = type.contains("*") ? JSON_TYPE : type;
    var isJson = type.endsWith("json") || type.contains("*");
    return (value.isTextual() && !isJson ? value.textValue() : value.toString()).getBytes(UTF_8);
  }

  // Forms

  private byte[] form(JsonNode media) {
    var schema = operation.document().resolved(media.path("schema"));
    var all = new ArrayList<String>();
    for (var field : fields(schema).properties()) {
      all.addAll(
          formField(media.path("encoding").path(field.getKey()), field.getKey(), field.getValue()));
    }
    contentType = FORM_TYPE;
    return String.join("&", all).getBytes(UTF_8);
  }

  /** Where the document says no style, an object is one value: its JSON. */
  private List<String> formField(JsonNode encoding, String name, JsonNode value) {
    var parameter = JsonNodeFactory.instance.objectNode().put("name", name);
    if (encoding.has("style") || encoding.has("explode")) {
      return pairs.of(parameter.setAll((ObjectNode) encoding), name, value);
    }
    var all = new ArrayList<String>();
    for (var element : OpenApiRequest.elements(value)) {
      var text = element.isContainerNode() ? element.toString() : element.asText();
      all.add(HttpCall.encoded(name) + "=" + HttpCall.encoded(text));
    }
    return all;
  }

  private byte[] multipart(JsonNode media) {
    var document = operation.document();
    var schema = document.resolvedOr(media.path("schema"), JsonNodeFactory.instance.objectNode());
    var form = new MultipartForm();
    for (var field : fields(schema).properties()) {
      var name = field.getKey();
      var own =
          document.resolvedOr(
              schema.path("properties").path(name), JsonNodeFactory.instance.objectNode());
      new OpenApiPart(operation, name, own, media.path("encoding").path(name))
          .put(field.getValue(), form);
    }
    var encoded = form.body();
    contentType = encoded.contentType();
    return encoded.bytes();
  }

  /** Each field as a parameter of its own, or all of them as {@code body}. */
  private JsonNode fields(JsonNode schema) {
    var fields = JsonNodeFactory.instance.objectNode();
    if (values.path(BODY).isObject() && !schema.path("properties").has(BODY)) {
      used.add(BODY);
      fields.setAll((ObjectNode) values.get(BODY));
    } else {
      schema.path("properties").fieldNames().forEachRemaining(name -> putField(fields, name));
    }
    fields.properties().removeIf(field -> field.getValue().isNull());
    checkFields(schema, fields);
    return fields;
  }

  private void putField(ObjectNode fields, String name) {
    @Nullable JsonNode value = values.get(name);
    if (value != null) {
      used.add(name);
      fields.set(name, value);
    }
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
}
