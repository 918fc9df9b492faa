package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * docs/catalog.md says what the contracts say. Written anew with {@code
 * -Dmillrace.docs.write=true}.
 */
class CatalogDocumentTest {
  private static final String WRITE = "millrace.docs.write";
  private static final String HEAD =
      """
      # The default catalog

      Functions that a definition calls as `name:1.0.0@default`. Constant arguments are checked when it is deployed, computed ones before the
      function sees them (error `validation` 400). Written from the functions' contracts by `CatalogDocumentTest`.
      """;

  private final Path document =
      Repository.ofThisCheckout().root().resolve("docs").resolve("catalog.md");

  private static FunctionCatalog catalog() {
    return Stages.catalog(
        Stages.discover(new StageSettings(Path.of("target", "unused"), Map.of())));
  }

  @Test
  void the_document_is_what_the_contracts_say() throws IOException {
    var text = document(catalog());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(document, text);
    }
    assertThat(Files.readString(document)).isEqualTo(text);
  }

  @Test
  void the_functions_that_ship_for_any_definition_have_contracts() {
    assertThat(catalog().contracts())
        .containsKeys("llm.chat", "llm.embed", "rag.retrieve", "rag.validate");
  }

  private static String document(FunctionCatalog catalog) {
    var text = new StringBuilder(HEAD);
    new TreeMap<>(catalog.contracts())
        .forEach((name, contract) -> {
          var stage = catalog.stageOf(name).orElseThrow();
          text.append("\n## `%s:1.0.0@default`\n\nStage `%s`. ".formatted(name, stage));
          text.append(contract.doc()).append("\n\n").append(tables(contract));
        });
    return text.toString();
  }

  private static String tables(FunctionContract contract) {
    return table("argument", contract.input()) + "\n" + table("output", contract.output());
  }

  private static String table(String what, JsonNode schema) {
    var required = new HashSet<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    var table = new StringBuilder("| %s | type | |\n|---|---|---|\n".formatted(what));
    for (var property : schema.path("properties").properties()) {
      table.append(
          "| `%s`%s | %s | %s |\n"
              .formatted(
                  property.getKey(),
                  required.contains(property.getKey()) ? " (required)" : "",
                  type(property.getValue()),
                  property.getValue().path("description").asText("")));
    }
    return table.toString();
  }

  private static String type(JsonNode schema) {
    if (schema.has("enum")) {
      var words = new java.util.ArrayList<String>();
      schema.get("enum").forEach(word -> words.add("`" + word.asText() + "`"));
      return String.join(", ", words);
    }
    var type = schema.path("type");
    var names = new java.util.ArrayList<String>();
    if (type.isArray()) {
      type.forEach(name -> names.add(name.asText()));
    } else {
      names.add(type.asText("any"));
    }
    var items = schema.path("items");
    return String.join(" or ", names) + (items.isObject() ? " of " + members(items) : "");
  }

  private static String members(JsonNode items) {
    var names = new java.util.ArrayList<String>();
    items.path("properties").fieldNames().forEachRemaining(name -> names.add("`" + name + "`"));
    return names.isEmpty() ? type(items) : "{" + String.join(", ", names) + "}";
  }
}
