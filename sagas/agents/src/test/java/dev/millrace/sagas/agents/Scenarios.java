package dev.millrace.sagas.agents;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.DynamicTest;

/** How the scenarios of this saga are run: replies from the script that ships, all else as real. */
final class Scenarios {
  private Scenarios() {}

  /**
   * @param server command of an MCP server that may be run
   */
  static ScenarioSettings settings(Path folder, String server) throws IOException {
    var values = new HashMap<>(AgentsSaga.scripted(folder));
    values.putAll(AgentsSaga.allowing(server));
    return ScenarioSettings.of(Stages.discover(new StageSettings(folder, values)));
  }

  static DynamicTest test(ScenarioResult result) {
    return dynamicTest(
        result.name() + " (line " + result.line() + ")",
        () -> {
          if (result.failure() != null) {
            throw new AssertionError(
                result.wrongStep() + "\n" + String.join("\n", result.journalLines()),
                result.failure());
          }
        });
  }
}
