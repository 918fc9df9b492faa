package dev.millrace.sagas.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Agents that use the real MCP server: the official SDK's, as a child process. */
class ToolServerTest {
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> agents_work_with_the_tools_of_a_process() throws IOException {
    var server = AgentsSaga.installToolServer(folder, CLASS_PATH);
    var results = run(server, server);
    assertThat(results).hasSize(2);
    return results.stream().map(Scenarios::test);
  }

  @Test
  void a_command_the_worker_does_not_allow_is_not_run() throws IOException {
    var server = AgentsSaga.installToolServer(folder, CLASS_PATH);
    assertThat(run(server, "another"))
        .noneMatch(ScenarioResult::hasPassed)
        .allSatisfy(
            result -> assertThat(String.join("\n", result.journalLines())).contains("may not run"));
  }

  private List<ScenarioResult> run(String server, String allowed) throws IOException {
    var definitions = Path.of("src/main/resources/sagas/agents").toAbsolutePath();
    var feature = folder.resolve("tools.feature");
    Files.writeString(
        feature, FEATURE.replace("DEFINITIONS", definitions.toString()).replace("SERVER", server));
    return ScenarioSuite.of(List.of(feature)).run(Scenarios.settings(folder, allowed), _ -> {});
  }

  private static final String FEATURE =
      """
      Feature: Agents with tools
        Scenario: A wrong name is put right by what the tool says about it
          Given the workflow of "DEFINITIONS/tool-agent.yaml"
          And the workflow input is:
            \"""yaml
            goal: How many blue teapots can we ship today, and what do twelve of them cost?
            server: SERVER
            \"""
          When the workflow is executed
          Then the workflow should complete with output:
            \"""yaml
            answer: We can ship 14 blue teapots today; twelve of them cost 426.60.
            provider: scripted
            turns: 3
            observations:
              - "stock: ERROR: there is no article 'teapots', there are [bowl-green, mug-blue, teapot-blue, teapot-white]"
              - 'stock: teapot-blue: 14 in stock, 39.50 each'
              - 'quote: 12 x teapot-blue: 426.60'
            \"""

        Scenario: Several agents write one report
          Given the workflow of "DEFINITIONS/research.yaml"
          And another workflow of "DEFINITIONS/researcher.yaml"
          And another workflow of "DEFINITIONS/analyst.yaml"
          And another workflow of "DEFINITIONS/writer.yaml"
          And the workflow input is:
            \"""yaml
            question: Does the pottery need a second kiln?
            server: SERVER
            \"""
          When the workflow is executed
          Then the workflow should complete
          And the workflow output should have a 'sources' property with value:
            \"""yaml
            [ kilns, glazes, clay ]
            \"""
          And the workflow output should have a 'missing' property with value:
            \"""yaml
            [ insurance ]
            \"""
      """;
}
