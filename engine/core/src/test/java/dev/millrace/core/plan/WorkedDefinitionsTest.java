package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Rule;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The definitions that the language contract is explained with, read where they lie beside the
 * repository. With the functions their stages bring, they compile.
 */
class WorkedDefinitionsTest {
  private static final FunctionCatalog CATALOG =
      new FunctionCatalog(
          Map.of(
              "rag.retrieve", new StageName("retrieve"),
              "rag.validate", new StageName("llm"),
              "llm.chat", new StageName("llm"),
              "deploy.run", new StageName("deploy")));

  /** What a definition may be refused for by this version, by the end of its file's name. */
  private static final Map<String, List<String>> NOT_COVERED =
      Map.of(
          "c-ai-coding.yaml",
          List.of("/use/functions/agent/run/container/volumes/artifact:workspace"));

  /** Refused, or a warning where the task names the stage. */
  private static final Pattern LACKS =
      Pattern.compile("^(the default catalog has no|no stage known here has)");

  private static List<DefinitionCorpus.Entry> worked() {
    var worked = DefinitionCorpus.beside("definitions", ".yaml");
    assumeTrue(!worked.isEmpty(), "no definitions beside the repository");
    return worked;
  }

  @Test
  void they_compile_but_for_what_is_known_to_be_missing() {
    assertThat(worked())
        .hasSize(6)
        .allSatisfy(entry ->
            assertThat(refusals(entry.definition()))
                .as(entry.place())
                .isSubsetOf(notCovered(entry.place())));
  }

  @Test
  void the_functions_their_stages_lack_are_told() {
    for (var entry : worked()) {
      var needsFunctions =
          CATALOG.functions().stream().anyMatch(name -> entry.definition().contains(name));
      var told = told(entry.definition(), new FunctionCatalog(Map.of())).stream();
      assertThat(told.anyMatch(LACKS.asPredicate())).as(entry.place()).isEqualTo(needsFunctions);
    }
  }

  @Test
  void whatever_has_no_effect_is_said() throws Exception {
    for (var entry : worked()) {
      if (entry.place().endsWith("a-agentic-rag.yaml")) {
        var warnings = PlanCompiler.compile(entry.definition(), CATALOG).warnings();
        assertThat(warnings)
            .filteredOn(warning -> warning.rule() == Rule.NOT_ENFORCED)
            .extracting(Problem::pointer)
            .containsExactly("/document/metadata/millrace/budget");
      }
    }
  }

  private static List<String> notCovered(String place) {
    return NOT_COVERED.entrySet().stream()
        .filter(known -> place.endsWith(known.getKey()))
        .flatMap(known -> known.getValue().stream())
        .toList();
  }

  private static List<String> refusals(String definition) {
    return problems(definition, CATALOG).stream().map(Problem::pointer).distinct().toList();
  }

  private static List<String> told(String definition, FunctionCatalog catalog) {
    try {
      var warnings = PlanCompiler.compile(definition, catalog).warnings();
      return warnings.stream().map(Problem::message).toList();
    } catch (InvalidDefinitionException e) {
      return e.problems().stream().map(Problem::message).toList();
    }
  }

  private static List<Problem> problems(String definition, FunctionCatalog catalog) {
    try {
      PlanCompiler.compile(definition, catalog);
      return List.of();
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }
}
