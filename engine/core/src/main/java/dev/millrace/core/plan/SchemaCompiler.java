package dev.millrace.core.plan;

import static com.networknt.schema.SpecificationVersion.DRAFT_2020_12;
import static java.util.stream.Collectors.toUnmodifiableList;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas, written in a definition or deployed with it. Nothing is loaded from anywhere: a
 * reference leads to a place in the same schema or is a problem. Patterns take linear time.
 */
final class SchemaCompiler {
  private static final String META_SCHEMAS = "json-schema.org/";

  /** Violations told of one value. */
  private static final int VIOLATIONS_MAX = 10;

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          DRAFT_2020_12,
          registry ->
              registry
                  .schemaCacheEnabled(false)
                  .schemaLoader(loader -> loader.block(iri -> !isMetaSchema(iri.toString())))
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .locale(Locale.ROOT)
                          .pathType(PathType.JSON_POINTER)
                          .regularExpressionFactory(SchemaCompiler::linearTime)
                          .build()));

  private static final Map<SpecificationVersion, Schema> META = new ConcurrentHashMap<>();

  private SchemaCompiler() {}

  /** The schema of an {@code input}, {@code output} or {@code export}; null after a problem. */
  static @Nullable ValueSchema compile(Source source, Outside outside) {
    if (!source.requireObject("a schema: {document: …}, or {resource: {endpoint: …}}")) {
      return null;
    }
    source.allow("a schema", Set.of("format", "document", "resource"), Set.of());
    var format = source.member("format");
    if (format != null && !format.value().asText().matches("json(:.*)?")) {
      format.error("expected json, the only format this version knows", "json");
    }
    var document = document(source, outside);
    return document == null || !document.requireObject("a JSON Schema") ? null : build(document);
  }

  private static @Nullable Source document(Source source, Outside outside) {
    var resource = source.member("resource");
    if (resource == null) {
      return source.required("document", "the JSON Schema, or 'resource': where it is");
    }
    if (source.has("document")) {
      resource.errorAtKey("a schema has a 'document' or a 'resource', not both", null);
    }
    return outside.schema(resource);
  }

  /** A schema in use. */
  record Rules(Schema schema) implements ValueSchema {
    @Override
    public List<String> violations(JsonNode value) {
      return SchemaCompiler.violations(schema, value);
    }

    /**
     * What is wrong, apart.
     *
     * @throws IllegalArgumentException if the schema cannot be applied to the value
     */
    List<Violation> broken(JsonNode value) {
      try {
        return schema.validate(value).stream().limit(VIOLATIONS_MAX).map(Violation::of).toList();
      } catch (RuntimeException | StackOverflowError e) {
        throw new IllegalArgumentException("the schema cannot be applied to the value", e);
      }
    }
  }

  /**
   * @param pointer of the value that is wrong, below the whole
   * @param keyword of the schema that says so
   * @param path of keywords and names that led there
   */
  record Violation(String pointer, String keyword, List<String> path, String message) {
    private static Violation of(com.networknt.schema.Error error) {
      return new Violation(
          error.getInstanceLocation().toString(),
          error.getKeyword(),
          List.of(error.getEvaluationPath().toString().split("/")),
          error.getMessage());
    }
  }

  /**
   * A schema of our own.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Rules rules(JsonNode schema) {
    var broken = META.computeIfAbsent(DRAFT_2020_12, SchemaCompiler::rules).validate(schema);
    if (!broken.isEmpty()) {
      throw new IllegalArgumentException("not a JSON Schema: " + broken);
    }
    var compiled = REGISTRY.getSchema(schema);
    compiled.initializeValidators();
    return new Rules(compiled);
  }

  private static @Nullable ValueSchema build(Source source) {
    try {
      if (!isSchema(source)) {
        return null;
      }
      var schema = REGISTRY.getSchema(source.value());
      schema.initializeValidators();
      return new Rules(schema);
    } catch (RuntimeException | StackOverflowError e) {
      source.error("not a JSON Schema that can be used here: " + e.getMessage());
      return null;
    }
  }

  /** Whether the source is a schema by the rules of its draft; reports each rule it breaks. */
  private static boolean isSchema(Source source) {
    var draft = SpecificationVersion.fromSchemaNode(source.value()).orElse(DRAFT_2020_12);
    var rules = META.computeIfAbsent(draft, SchemaCompiler::rules);
    var broken = rules.validate(source.value());
    for (var each : broken) {
      source
          .findings()
          .error(
              source.pointer() + each.getInstanceLocation(),
              "not a JSON Schema: " + each.getMessage(),
              null);
    }
    return broken.isEmpty();
  }

  private static Schema rules(SpecificationVersion draft) {
    return REGISTRY.getSchema(SchemaLocation.of(draft.getDialectId()));
  }

  private static List<String> violations(Schema schema, JsonNode value) {
    try {
      return schema.validate(value).stream()
          .limit(VIOLATIONS_MAX)
          .map(com.networknt.schema.Error::toString)
          .collect(toUnmodifiableList());
    } catch (RuntimeException | StackOverflowError e) {
      return List.of("the schema cannot be applied to the value: " + e);
    }
  }

  private static boolean isMetaSchema(String iri) {
    return iri.startsWith("http://" + META_SCHEMAS)
        || iri.startsWith("https://" + META_SCHEMAS)
        || iri.startsWith("classpath:draft");
  }

  private static RegularExpression linearTime(String pattern) {
    try {
      var compiled = Pattern.compile(pattern);
      return text -> compiled.matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("the pattern " + pattern + ": " + e.getMessage(), e);
    }
  }
}
