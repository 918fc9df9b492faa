package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioResult;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The language's own conformance kit, run on the real topology, unmodified but for hosts. Read from
 * {@code ../shared/ctk} beside the checkout; {@code -Dmillrace.ctk=DIR} points elsewhere.
 */
class ConformanceKitTest {

  /** Scenarios of language parts this version refuses; each has to be refused, with its place. */
  static final Set<String> NOT_YET_COVERED = Set.of();

  static final int SCENARIOS = 21;

  private static PublicServices services;
  private static List<ScenarioResult> results = List.of();

  @BeforeAll
  static void runTheKit() throws IOException {
    services = PublicServices.open();
    assumeTrue(Features.hasKit(), () -> "no conformance kit at " + Features.kit());
    results = Features.suite(Features.kit()).run(Features.settings(services), _ -> {});
  }

  @AfterAll
  static void closeServices() {
    services.close();
  }

  @TestFactory
  Stream<DynamicTest> every_covered_scenario_passes_and_every_other_is_refused() {
    return results.stream()
        .map(result -> DynamicTest.dynamicTest(result.name(), () -> judge(result)));
  }

  @Test
  void the_kit_is_whole() {
    assertThat(results).hasSize(SCENARIOS);
    assertThat(results).extracting(ScenarioResult::name).containsAll(NOT_YET_COVERED);
  }

  @Test
  void an_engine_that_ends_after_any_commit_changes_nothing() {
    var covered = results.stream().filter(r -> !NOT_YET_COVERED.contains(r.name())).toList();
    var verdict = new CrashGate(Features.settings(services)).judge(covered);
    System.out.println("conformance kit: " + Features.line(verdict));
    assertThat(verdict.failures()).isEmpty();
    assertThat(verdict.points()).isGreaterThan(verdict.scenarios());
  }

  private static void judge(ScenarioResult result) throws Throwable {
    if (NOT_YET_COVERED.contains(result.name())) {
      assertThat(result.failure())
          .isInstanceOfSatisfying(
              InvalidDefinitionException.class,
              refused ->
                  assertThat(refused.problems())
                      .isNotEmpty()
                      .allSatisfy(problem -> assertThat(problem.line()).isPositive()));
    } else {
      Features.require(result);
    }
  }
}
