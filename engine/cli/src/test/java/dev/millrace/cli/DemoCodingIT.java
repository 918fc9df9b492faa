package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo of an agent's change, down to the broker, the processes and the repository. */
class DemoCodingIT {
  @TempDir Path home;

  @Test
  void a_change_is_made_mended_merged_and_learnt_from() {
    var run = demo("--id", "c-1");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(run.out())
        .containsSubsequence(
            "✓ plan",
            "✓ implement",
            "✗ unit-test",
            "expected 'really', was 'really-'",
            "✓ fix-tests",
            "✓ unit-test",
            "✓ self-verify",
            "✓ create-pr",
            "merged change/c-1",
            "✓ poll",
            "✓ learn",
            "✓ cleanup",
            "COMPLETED");
    assertThat(site().resolve("artifacts/c-1/learn"))
        .isDirectoryRecursivelyContaining("glob:**/lessons.md");
    assertThat(site().resolve("runs/c-1")).doesNotExist();

    var second = demo("--id", "c-5");
    assertThat(second.exit()).as(second.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(second.out())
        .as("it begins where the first began")
        .containsSubsequence("✗ unit-test", "✓ fix-tests", "merged change/c-5", "COMPLETED");
    assertThat(site().resolve("remotes/c-1.git")).isDirectory();
  }

  /** The agent would think for an hour; the run ends at once, and so does the agent. */
  @Test
  void a_run_that_is_cancelled_in_the_middle_is_cleaned_up() throws Exception {
    var pid = home.resolve("agent.pid");
    var run =
        demo(
            "--id",
            "c-2",
            "--agent",
            "case $CODING_STEP in implement) echo $$ >"
                + pid
                + "; exec sleep 3600;; esac; "
                + "exec sh $CODING_HOME/bin/agent",
            "--cancel-at",
            "implement");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.WORKFLOW_FAILED.code());
    assertThat(run.out()).containsSubsequence("✓ plan", "■ cancel", "✓ cleanup", "CANCELLED");
    assertThat(site().resolve("runs/c-2")).doesNotExist();
    assertThat(site().resolve("remotes/c-2.git/refs/wip/c-2")).doesNotExist();
    if (Files.exists(pid)) {
      var agent = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
      assertThat(agent.filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void a_run_that_is_cancelled_while_it_waits_closes_its_pull_request() {
    var run = demo("--id", "c-3", "--no-merge", "--cancel-at", "poll");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.COMPENSATED.code());
    assertThat(run.out()).containsSubsequence("✓ create-pr", "✓ close-pr", "COMPENSATED");
    assertThat(site().resolve("remotes/c-3.git/refs/heads/change/c-3")).doesNotExist();
    assertThat(site().resolve("runs/c-3")).doesNotExist();
  }

  @Test
  void a_run_that_never_reaches_the_step_to_cancel_at_goes_on_to_its_end() {
    var agent = "exec sh $CODING_HOME/bin/agent";
    var run =
        demo(
            "--id",
            "c-4",
            "--agent",
            "[ $CODING_STEP != plan ] || exit 1; " + agent,
            "--cancel-at",
            "learn");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.WORKFLOW_FAILED.code());
    assertThat(run.err()).contains("not cancelled: the run came to its end without learn");
  }

  private Path site() {
    return home.resolve(".millrace/demo/coding");
  }

  private CommandLineRun demo(String... options) {
    var arguments = new ArrayList<>(List.of("demo", "coding"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--home", home.toString()));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
