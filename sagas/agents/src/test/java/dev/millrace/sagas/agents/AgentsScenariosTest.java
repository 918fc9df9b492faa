package dev.millrace.sagas.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The feature file beside this module, on the real topology and in virtual time. */
class AgentsScenariosTest {
  private static final int SCENARIOS_MIN = 15;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> scenarios() throws IOException {
    var settings = Scenarios.settings(folder, "none");
    var results = ScenarioSuite.of(List.of(Path.of("agents.feature"))).run(settings, _ -> {});
    assertThat(results).hasSizeGreaterThanOrEqualTo(SCENARIOS_MIN);
    var crashes =
        dynamicTest(
            "a crash after any commit makes no difference",
            () -> {
              var passed = results.stream().filter(result -> result.hasPassed()).toList();
              var verdict = new CrashGate(settings).judge(passed);
              assertThat(verdict.failures()).isEmpty();
              assertThat(verdict.points()).isGreaterThan(passed.size());
            });
    return Stream.concat(results.stream().map(Scenarios::test), Stream.of(crashes));
  }
}
