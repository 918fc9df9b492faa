package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.stages.http.OpenApiDocument.Operation;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A field of a multipart form: one part, or one for each element of an array.
 *
 * <p>What is binary is a file: base64 text, as {@code output: raw} of a call gives it, or an object
 * of {@code content} (base64) or {@code text}, {@code filename} and {@code contentType}.
 *
 * @param schema of its value, resolved
 * @param encoding what the document says of the part
 * @see <a href="https://spec.openapis.org/oas/v3.0.4.html#encoding-object">OpenAPI 3.0.4, Encoding
 *     Object</a>
 */
record OpenApiPart(Operation operation, String name, JsonNode schema, JsonNode encoding) {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String BYTES = "application/octet-stream";
  private static final List<String> MEMBERS = List.of("content", "text", "filename", "contentType");
  private static final Pattern TYPE =
      Pattern.compile("[\\w.+-]+/[\\w.+-]+(; ?[\\w-]+=(\"[^\"\\p{Cntrl}]*\"|[\\w.+-]+))*");

  /**
   * @throws IllegalArgumentException if the value cannot be sent
   */
  void put(JsonNode value, MultipartForm form) {
    for (var header : encoding.path("headers").properties()) {
      if (operation.document().resolved(header.getValue()).path("required").asBoolean(false)) {
        throw wrong(
            "its part has to have the header " + header.getKey() + ", which cannot be sent");
      }
    }
    var element =
        value.isArray() ? operation.document().resolvedOr(schema.path("items"), schema) : schema;
    for (var each : OpenApiRequest.elements(value)) {
      if (isBinary(element)) {
        putFile(each, element, form);
      } else {
        form.add(
            name,
            null,
            type(each.isContainerNode() ? JSON : TEXT),
            (each.isContainerNode() ? each.toString() : each.asText()).getBytes(UTF_8));
      }
    }
  }

  /** OpenAPI 3.0 says it by a format, 3.1 by a media type that is not encoded. */
  private static boolean isBinary(JsonNode schema) {
    return schema.path("format").asText().equals("binary")
        || schema.has("contentMediaType") && !schema.has("contentEncoding");
  }

  private void putFile(JsonNode value, JsonNode schema, MultipartForm form) {
    var otherwise = type(schema.path("contentMediaType").asText(BYTES));
    if (value.isTextual()) {
      form.add(name, name, otherwise, decoded(value.textValue()));
      return;
    }
    checkMembers(value);
    var given = text(value, "contentType");
    if (given != null && !TYPE.matcher(given).matches()) {
      throw wrong("'" + given + "' is no content type");
    }
    var filename = text(value, "filename");
    form.add(
        name,
        filename == null ? name : filename,
        given == null ? otherwise : given,
        content(value));
  }

  private void checkMembers(JsonNode value) {
    if (!value.isObject()) {
      throw wrong("a file is base64 text or an object of " + MEMBERS);
    }
    for (var member : value.properties()) {
      if (!MEMBERS.contains(member.getKey()) || !member.getValue().isTextual()) {
        throw wrong("a file has text for " + MEMBERS + ", not '" + member.getKey() + "'");
      }
    }
    if (value.has("content") == value.has("text")) {
      throw wrong("a file has either 'content' or 'text'");
    }
  }

  private byte[] content(JsonNode value) {
    var plain = text(value, "text");
    return plain == null ? decoded(value.path("content").asText()) : plain.getBytes(UTF_8);
  }

  private byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw wrong("what is binary is given in base64, or as {text: …}");
    }
  }

  private static @Nullable String text(JsonNode value, String member) {
    return value.has(member) ? value.path(member).asText() : null;
  }

  /** The first that the document allows, unless it allows a range. */
  private String type(String otherwise) {
    var listed = encoding.path("contentType").asText("");
    return Arrays.stream(listed.split(","))
        .map(String::strip)
        .filter(type -> TYPE.matcher(type).matches())
        .findFirst()
        .orElse(TYPE.matcher(otherwise).matches() ? otherwise : BYTES);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "the parameter '%s' of operation '%s': %s".formatted(name, operation.id(), what));
  }
}
