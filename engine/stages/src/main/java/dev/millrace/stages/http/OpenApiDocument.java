package dev.millrace.stages.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.core.NearestWord;
import io.apicurio.datamodels.Library;
import io.apicurio.datamodels.models.ModelType;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * An OpenAPI 3 document, and what was made of one in Swagger 2, as far as a call needs it. Follows
 * references within the document, and into those others that were given to it: it loads nothing.
 *
 * @param uri where it came from; what it says of servers may be relative to that
 * @param bodyNames what the body of an operation is called in Swagger 2, by operation id
 * @param others documents that references lead to, by their URI
 */
record OpenApiDocument(
    JsonNode root, URI uri, Map<String, String> bodyNames, Map<URI, JsonNode> others) {
  private static final int DEPTH_MAX = 100;
  private static final int REFERENCES_MAX = 20;

  /** Others that one document may lead to. */
  static final int OTHERS_MAX = 32;

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(constraints())
                  .build())
          .build();
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .loaderOptions(loaderOptions())
                  .streamReadConstraints(constraints())
                  .build())
          .build();

  /**
   * One operation with what it has from its path.
   *
   * @param path with names in braces
   * @param parameters by place and name
   */
  record Operation(
      OpenApiDocument document,
      String id,
      String method,
      String path,
      JsonNode definition,
      JsonNode pathItem,
      Map<String, JsonNode> parameters) {}

  private static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build();
  }

  private static LoaderOptions loaderOptions() {
    var options = new LoaderOptions();
    options.setCodePointLimit(OpenApiStage.DOCUMENT_BYTES_MAX);
    options.setNestingDepthLimit(DEPTH_MAX);
    return options;
  }

  /**
   * @throws IllegalArgumentException if this is no OpenAPI document
   */
  static OpenApiDocument read(byte[] bytes, URI uri) {
    var root = parsed(bytes, uri);
    if (root.path("swagger").asText().equals("2.0")) {
      return new OpenApiDocument(upgraded((ObjectNode) root, uri), uri, bodyNames(root), Map.of());
    }
    if (!root.path("openapi").asText().startsWith("3.")) {
      throw new IllegalArgumentException(
          "what " + shown(uri) + " has is no document of Swagger 2.0 or OpenAPI 3");
    }
    return new OpenApiDocument(root, uri, Map.of(), Map.of());
  }

  /** What a reference needs, and is not here yet. */
  static final class ElsewhereException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final URI uri;

    ElsewhereException(URI uri) {
      super("a reference leads to " + shown(uri));
      this.uri = uri;
    }

    /** Without a fragment. */
    URI uri() {
      return uri;
    }
  }

  /**
   * The same with another document, which a reference leads to. What that one refers to is relative
   * to where it came from itself.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  OpenApiDocument with(URI other, byte[] bytes) {
    var read = parsed(bytes, other);
    if (!read.isContainerNode()) {
      throw new IllegalArgumentException(
          "what " + shown(other) + " has is no part of an OpenAPI document");
    }
    for (var holder : read.findParents("$ref")) {
      var reference = holder.path("$ref");
      if (holder instanceof ObjectNode object && reference.isTextual()) {
        object.put("$ref", target(other, reference.textValue()).toString());
      }
    }
    var all = new HashMap<>(others);
    all.put(other, read);
    return new OpenApiDocument(root, uri, bodyNames, Map.copyOf(all));
  }

  private static URI target(URI base, String reference) {
    try {
      return base.resolve(reference);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the reference '%s' in %s is no URI".formatted(reference, shown(base)), e);
    }
  }

  private static JsonNode parsed(byte[] bytes, URI uri) {
    try {
      var start =
          new String(bytes, 0, Math.min(bytes.length, 64), java.nio.charset.StandardCharsets.UTF_8)
              .strip();
      return (start.startsWith("{") ? JSON : YAML).readTree(bytes);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "what " + shown(uri) + " has is no JSON or YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("what " + shown(uri) + " has cannot be read", e);
    }
  }

  private static String shown(URI uri) {
    return HttpCall.origin(uri) + uri.getRawPath();
  }

  /** Swagger 2 as OpenAPI 3; what it leaves out is where the document came from. */
  private static JsonNode upgraded(ObjectNode root, URI uri) {
    if (!root.has("host")) {
      root.put("host", uri.getRawAuthority());
    }
    if (root.path("schemes").isEmpty()) {
      root.putArray("schemes").add(uri.getScheme());
    }
    sayCommas(root);
    try {
      return Library.writeDocument(
          Library.transformDocument(Library.readDocument(root), ModelType.OPENAPI30));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "what " + shown(uri) + " has is no document of Swagger 2.0: " + e, e);
    }
  }

  /** A list in a query is separated by commas in Swagger 2 and repeated in OpenAPI 3. */
  private static void sayCommas(ObjectNode root) {
    for (var parameter : root.findParents("in")) {
      var format = parameter.path("collectionFormat").asText("csv");
      if (parameter.path("in").asText().equals("query")
          && parameter.path("type").asText().equals("array")
          && format.equals("csv")) {
        ((ObjectNode) parameter).put("x-separated-by-commas", true);
      }
    }
  }

  private static Map<String, String> bodyNames(JsonNode root) {
    var names = new HashMap<String, String>();
    for (var path : root.path("paths")) {
      for (var operation : path) {
        for (var parameter : operation.path("parameters")) {
          if (parameter.path("in").asText().equals("body")) {
            names.put(operation.path("operationId").asText(), parameter.path("name").asText());
          }
        }
      }
    }
    return names;
  }

  /**
   * @throws IllegalArgumentException if there is no such operation
   */
  Operation operation(String id) {
    var ids = new java.util.TreeSet<String>();
    for (var path : pathsNearFirst()) {
      var item = resolved(path.getValue());
      for (var method : item.properties()) {
        var found = method.getValue().path("operationId").asText();
        if (METHODS.contains(method.getKey()) && found.equals(id)) {
          return operation(id, path.getKey(), item, method.getKey());
        }
        ids.add(found);
      }
    }
    var near = NearestWord.to(id, ids);
    throw new IllegalArgumentException(
        "%s has no operation '%s'%s"
            .formatted(shown(uri), id, near == null ? "" : "; did you mean '" + near + "'?"));
  }

  /** Paths in other documents come last: they are loaded if the operation is nowhere else. */
  private List<Map.Entry<String, JsonNode>> pathsNearFirst() {
    return root.path("paths").properties().stream()
        .sorted(Comparator.comparing(path -> path.getValue().path("$ref").isTextual()))
        .toList();
  }

  private Operation operation(String id, String path, JsonNode item, String method) {
    var parameters = new LinkedHashMap<String, JsonNode>();
    var definition = item.path(method);
    for (var list : new JsonNode[] {item.path("parameters"), definition.path("parameters")}) {
      for (var each : list) {
        var parameter = resolved(each);
        parameters.put(
            parameter.path("in").asText() + " " + parameter.path("name").asText(), parameter);
      }
    }
    return new Operation(
        this, id, method.toUpperCase(java.util.Locale.ROOT), path, definition, item, parameters);
  }

  /** As {@link #resolved}, of a value that may be missing. */
  JsonNode resolvedOr(JsonNode value, JsonNode otherwise) {
    return value.isMissingNode() ? otherwise : resolved(value);
  }

  /**
   * What a reference stands for, or the value itself.
   *
   * @throws IllegalArgumentException if a reference leads nowhere, or where none may lead
   * @throws ElsewhereException if it leads to a document that is still to be loaded
   */
  JsonNode resolved(JsonNode value) {
    var found = value;
    for (var followed = 0; found.path("$ref").isTextual(); followed++) {
      var reference = found.path("$ref").textValue();
      if (followed == REFERENCES_MAX) {
        throw new IllegalArgumentException(
            "'%s' in %s: references lead over %d others at most"
                .formatted(reference, shown(uri), REFERENCES_MAX));
      }
      found = reference.startsWith("#/") ? at(root, reference.substring(1)) : elsewhere(reference);
    }
    if (found.isMissingNode()) {
      throw new IllegalArgumentException("a reference in " + shown(uri) + " leads nowhere");
    }
    return found;
  }

  private static JsonNode at(JsonNode document, String pointer) {
    try {
      return document.at(pointer);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'#" + pointer + "' is no place in a document", e);
    }
  }

  private JsonNode elsewhere(String reference) {
    var target = target(uri, reference);
    var fragment = target.getFragment();
    var other = withoutFragment(target);
    if (!HttpCall.origin(other).equalsIgnoreCase(HttpCall.origin(uri))) {
      throw new IllegalArgumentException(
          "'%s' in %s: references lead to documents of the same server only"
              .formatted(reference, shown(uri)));
    }
    var document = other.equals(withoutFragment(uri)) ? root : others.get(other);
    if (document != null) {
      return fragment == null || fragment.isEmpty() ? document : at(document, fragment);
    }
    if (others.size() == OTHERS_MAX) {
      throw new IllegalArgumentException(
          "references of %s lead to more than OTHERS_MAX = %d documents"
              .formatted(shown(uri), OTHERS_MAX));
    }
    throw new ElsewhereException(other);
  }

  private static URI withoutFragment(URI uri) {
    var text = uri.toString();
    var end = text.indexOf('#');
    return end < 0 ? uri : URI.create(text.substring(0, end));
  }

  /**
   * Where an operation's path begins: the first server of the operation, its path or the document,
   * with the defaults of its variables.
   *
   * @throws IllegalArgumentException if that is no http or https URI
   */
  URI server(Operation operation) {
    for (var holder : new JsonNode[] {operation.definition(), operation.pathItem(), root}) {
      var server = holder.path("servers").path(0);
      if (server.isObject()) {
        return server(server);
      }
    }
    return HttpCall.checked(uri.resolve("/"));
  }

  private URI server(JsonNode server) {
    var url = server.path("url").asText();
    for (var variable : server.path("variables").properties()) {
      url =
          url.replace("{" + variable.getKey() + "}", variable.getValue().path("default").asText());
    }
    return HttpCall.checked(uri.resolve(url));
  }
}
