package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectDirectory;
import static org.junit.platform.launcher.EngineFilter.includeEngines;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.millrace.core.definition.InvalidDefinitionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The language's own conformance kit, run on the real topology, unmodified but for hosts. Read from
 * {@code ../shared/ctk} beside the checkout; {@code -Dmillrace.ctk=DIR} points elsewhere.
 */
class ConformanceKitTest {

  /** Scenarios of language parts this version refuses; each has to be refused, with its place. */
  private static final Set<String> NOT_YET_COVERED = Set.of();

  private static final int SCENARIOS = 21;

  @TestFactory
  Stream<DynamicTest> every_covered_scenario_passes_and_every_other_is_refused() {
    return results().entrySet().stream()
        .map(result -> DynamicTest.dynamicTest(result.getKey(), () -> judge(result)));
  }

  @Test
  void the_kit_is_whole() {
    assertThat(results()).hasSize(SCENARIOS);
    assertThat(results().keySet().containsAll(NOT_YET_COVERED)).isTrue();
  }

  private static void judge(Map.Entry<String, TestExecutionResult> result) throws Throwable {
    var failure = result.getValue().getThrowable();
    if (NOT_YET_COVERED.contains(result.getKey())) {
      assertThat(failure).get().isInstanceOf(InvalidDefinitionException.class);
      assertThat(((InvalidDefinitionException) failure.orElseThrow()).problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem.line()).isPositive());
    } else if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Map<String, TestExecutionResult> results() {
    var features = features();
    assumeTrue(Files.isDirectory(features), () -> "no conformance kit at " + features);
    return Executed.RESULTS;
  }

  /** Run once, at first use. */
  private static final class Executed {
    static final Map<String, TestExecutionResult> RESULTS = execute(features());
  }

  private static Map<String, TestExecutionResult> execute(Path features) {
    var results = new LinkedHashMap<String, TestExecutionResult>();
    var launched =
        request()
            .selectors(selectDirectory(features.toFile()))
            .filters(includeEngines("cucumber"))
            .configurationParameter("cucumber.glue", "dev.millrace.server.conformance")
            .configurationParameter("cucumber.publish.quiet", "true")
            .build();
    LauncherFactory.create()
        .execute(
            launched,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                  results.put(test.getDisplayName(), result);
                }
              }
            });
    return results;
  }

  private static Path features() {
    var configured = System.getProperty("millrace.ctk");
    if (configured != null) {
      return Path.of(configured);
    }
    var root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.isRegularFile(root.resolve("millrace"))) {
      root = root.getParent();
    }
    return root.resolveSibling("shared").resolve("ctk/features");
  }
}
