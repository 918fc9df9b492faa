package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo of agents, down to the broker and the MCP server; only the model is a script. */
class DemoAgentsIT {
  @TempDir Path home;

  @Test
  void every_pattern_comes_to_its_end() {
    var run = CommandLineRun.of("demo", "agents", "--home", home.toString());
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(run.out())
        .containsSubsequence(
            "tools: ",
            "offers [stock, quote, subjects, notes]",
            "wants stock",
            "ERROR: there is no",
            "426.60",
            "COMPLETED",
            "No model is configured")
        .containsSubsequence("routing: ", "\"product\"", "COMPLETED")
        .containsSubsequence("chain: ", "COMPLETED")
        .containsSubsequence("reflection: ", "names neither", "free of lead", "COMPLETED")
        .containsSubsequence(
            "research: ",
            "starts agents/researcher",
            "There are no notes",
            "starts agents/writer",
            "COMPLETED",
            "insurance");
  }

  @Test
  void what_the_script_does_not_know_fails_and_says_so() {
    var run =
        CommandLineRun.of(
            "demo", "agents", "--home", home.toString(), "--pattern", "tools", "--ask", "Sing!");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.WORKFLOW_FAILED.code());
    assertThat(run.out()).contains("the script has no reply").doesNotContain("COMPLETED");
  }
}
