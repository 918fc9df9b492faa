package dev.millrace.sagas.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.scenarios.ScenarioSuite;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The feature file beside this module, on the real topology and in virtual time. */
class ScenariosTest {
  private static final int SCENARIOS_MIN = 10;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> scenarios() throws IOException {
    var settings = ScenarioSettings.of(Stages.discover(new StageSettings(folder, Map.of())));
    var results =
        ScenarioSuite.of(List.of(Path.of("change.feature").toAbsolutePath()))
            .run(settings, _ -> {});
    assertThat(results).hasSizeGreaterThanOrEqualTo(SCENARIOS_MIN);
    var each =
        results.stream()
            .map(result ->
                dynamicTest(
                    result.name(),
                    () -> {
                      if (result.failure() != null) {
                        throw new AssertionError(
                            result.wrongStep() + "\n" + result.journal(), result.failure());
                      }
                    }));
    var crashes =
        dynamicTest(
            "a crash after any commit makes no difference",
            () -> {
              var passed = results.stream().filter(result -> result.hasPassed()).toList();
              var verdict = new CrashGate(settings).judge(passed);
              assertThat(verdict.failures()).isEmpty();
              assertThat(verdict.points()).isGreaterThan(passed.size());
            });
    return Stream.concat(each, Stream.of(crashes));
  }
}
