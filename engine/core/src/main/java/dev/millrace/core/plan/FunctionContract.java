package dev.millrace.core.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Set;

/** What a function of the default catalog is for, what it takes, and what it gives. */
public final class FunctionContract implements ValueSchema {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> MEMBERS = Set.of("doc", "input", "output");

  private final String doc;
  private final JsonNode input;
  private final JsonNode output;
  private final SchemaCompiler.Rules arguments;

  /**
   * @param doc one paragraph for the person who calls it
   * @param input JSON Schema of its arguments
   * @param output JSON Schema of its output
   * @throws IllegalArgumentException if one of the schemas cannot be used
   */
  public FunctionContract(String doc, JsonNode input, JsonNode output) {
    this.doc = doc.strip();
    this.input = input;
    this.output = output;
    this.arguments = SchemaCompiler.rules(input);
    SchemaCompiler.rules(output);
  }

  /**
   * A contract as our files have it.
   *
   * @param yaml an object with {@code doc}, {@code input} and {@code output}
   * @throws IllegalArgumentException if it is not that
   */
  public static FunctionContract parse(String yaml) {
    try {
      var contract = YAML.readTree(yaml);
      for (var member : MEMBERS) {
        if (!contract.has(member)) {
          throw new IllegalArgumentException("a contract has " + Source.listed(MEMBERS));
        }
      }
      return new FunctionContract(
          contract.get("doc").asText(), contract.get("input"), contract.get("output"));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a contract: " + e.getMessage(), e);
    }
  }

  public String doc() {
    return doc;
  }

  /** JSON Schema of the arguments. */
  public JsonNode input() {
    return input;
  }

  /** JSON Schema of the output. */
  public JsonNode output() {
    return output;
  }

  /** What is wrong with evaluated arguments, each with its place; empty when they are valid. */
  @Override
  public List<String> violations(JsonNode arguments) {
    return this.arguments.violations(arguments);
  }

  /** As {@link #violations}, apart, for arguments as a definition has them. */
  List<SchemaCompiler.Violation> broken(JsonNode arguments) {
    return this.arguments.broken(arguments);
  }
}
