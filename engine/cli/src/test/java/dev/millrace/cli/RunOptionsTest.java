package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RunOptionsTest {
  private static Map<String, String> settings(Map<String, String> environment, String... options) {
    return CommandLine.populateCommand(new RunOptions(), options).settings(environment);
  }

  @Test
  void nothing_given_is_nothing_set() {
    assertThat(settings(Map.of())).isEmpty();
  }

  @Test
  void each_option_is_a_setting_of_the_stage() {
    assertThat(
            settings(
                Map.of(),
                "--run-allow=git,sh",
                "--run-env=HOME",
                "--run-folder=/work",
                "--kubernetes=/etc/kube",
                "--run-images=alpine"))
        .isEqualTo(
            Map.of(
                "run.allow", "git,sh",
                "run.environment", "HOME",
                "run.folder", "/work",
                "run.kubernetes", "/etc/kube",
                "run.container-allow", "alpine"));
  }

  @Test
  void an_option_counts_for_more_than_the_environment() {
    var environment = Map.of("MILLRACE_RUN_ALLOW", "sh", "MILLRACE_KUBERNETES", "config");
    assertThat(settings(environment, "--run-allow=git"))
        .isEqualTo(Map.of("run.allow", "git", "run.kubernetes", "config"));
  }
}
