package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Compiles every definition of the specification's conformance kit. The kit is read from {@code
 * ../shared/ctk/features} beside the repository, or from the folder that the system property {@code
 * millrace.ctk} names.
 */
class ConformanceKitTest {
  private static final Pattern SCENARIO =
      Pattern.compile(
          "Scenario: (?<name>[^\\n]+)\\n\\s*Given a workflow with definition:\\s*\\n"
              + "\\s*\"\"\"yaml\\n(?<yaml>.*?)\\n\\s*\"\"\"",
          Pattern.DOTALL);
  private static final FunctionCatalog NO_FUNCTIONS = new FunctionCatalog(java.util.Map.of());

  /** Scenarios that need what this version does not have. */
  private static final Set<String> NOT_COVERED = Set.of();

  private record Scenario(String name, String definition) {}

  private static Optional<Path> features() {
    var configured = System.getProperty("millrace.ctk");
    if (configured != null) {
      return Optional.of(Path.of(configured));
    }
    return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
        .map(parent -> parent.resolve("shared/ctk/features"))
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static List<Scenario> scenarios() throws IOException {
    var scenarios = new ArrayList<Scenario>();
    var folder = features();
    assumeTrue(folder.isPresent(), "no conformance kit beside the repository");
    try (var files = Files.list(folder.orElseThrow())) {
      for (var file :
          files.filter(each -> each.toString().endsWith(".feature")).sorted().toList()) {
        var match = SCENARIO.matcher(Files.readString(file));
        while (match.find()) {
          scenarios.add(
              new Scenario(match.group("name").strip(), match.group("yaml").stripIndent()));
        }
      }
    }
    return scenarios;
  }

  @Test
  void the_kit_is_read_completely() throws IOException {
    assertThat(scenarios()).hasSize(21);
  }

  @TestFactory
  Stream<DynamicTest> every_definition_compiles_or_is_refused_with_its_place() throws IOException {
    return scenarios().stream()
        .map(scenario -> dynamicTest(scenario.name(), () -> check(scenario)));
  }

  private static void check(Scenario scenario) {
    var problems = problems(scenario.definition());
    if (NOT_COVERED.contains(scenario.name())) {
      assertThat(problems)
          .singleElement()
          .satisfies(problem -> {
            assertThat(problem.message()).contains("not supported yet by this version");
            assertThat(problem.line()).isGreaterThan(6);
            assertThat(problem.pointer()).startsWith("/do/0/");
          });
    } else {
      assertThat(problems).isEmpty();
    }
  }

  private static List<Problem> problems(String definition) {
    try {
      return PlanCompiler.compile(definition, NO_FUNCTIONS).warnings();
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }
}
