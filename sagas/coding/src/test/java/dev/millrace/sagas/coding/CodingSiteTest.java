package dev.millrace.sagas.coding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.scenarios.ScenarioSuite;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way with real processes and a real repository; only the time between is virtual. */
class CodingSiteTest {
  private static final String RUN = "scenario";

  private static final String FEATURE =
      """
      Feature: Real processes
        Scenario: A change
          Given the workflow of "change.yaml"
          And the workflow input is:
            \"""yaml
            { title: One dash, body: "mind the $(rm -rf .) 'quotes'", pollEvery: P1D }
            \"""
          When the workflow is executed
          And the time advances by 7 days
          Then %s
      """;

  /** A reviewer who merges whatever is pushed to be reviewed. */
  private static final String HOOK =
      "#!/bin/sh\ncd .. && while read -r _ _ ref; do case $ref in refs/heads/change/*)"
          + " sh bin/review \"${ref##*/}\" ;; esac; done\n";

  @TempDir Path folder;

  @Test
  void an_issue_becomes_a_merged_change_with_its_artifacts() throws Exception {
    var site = site(CodingSite.SCRIPTED_AGENT);
    var hook = Files.writeString(site.repository().resolve("hooks/post-receive"), HOOK);
    assertThat(hook.toFile().setExecutable(true)).isTrue();

    passes(
        run(
            site,
            "the workflow should complete with output:",
            """
            { status: merged, branch: change/scenario, rounds: 2, learnt: true, cleanedUp: true }\
            """));

    assertThat(git(site, "show", "main:slug.sh")).contains("sed 's/^-//; s/-$//'");
    assertThat(git(site, "log", "--format=%s", "main"))
        .contains("Merge change/scenario", "One dash");
    assertThat(git(site, "for-each-ref", "refs/wip")).isEmpty();
    assertThat(artifacts(site))
        .contains("plan.md", "lessons.md", "change.diff", "output.txt", "prompt.md", "closed");
    assertThat(site.workOf(RUN)).doesNotExist();
  }

  @Test
  void output_of_another_attempt_is_not_taken_for_this_ones() throws Exception {
    var site =
        site(
            "echo plan >$CODING_OUT/plan.md; case $CODING_STEP in plan) n=$CODING_NONCE; echo $n"
                + " >$CODING_HOME/first;; *) n=$(cat $CODING_HOME/first);; esac;"
                + " printf '%s\\nfine' $n >$CODING_OUT/result");
    passes(run(site, "the error's detail should mention \"no result with the nonce\"", ""));
    assertThat(git(site, "for-each-ref", "--format=%(refname)")).isEqualTo("refs/heads/main");
    assertThat(site.workOf(RUN)).doesNotExist();
  }

  @Test
  void an_agent_that_only_says_it_did_is_not_believed() throws Exception {
    var site =
        site(
            "cat >/dev/null; echo plan >$CODING_OUT/plan.md;"
                + " printf '%s\\nall done' $CODING_NONCE >$CODING_OUT/result");
    passes(run(site, "the error's detail should mention \"nothing was changed\"", ""));
  }

  @Test
  void a_change_that_makes_the_tests_agree_is_not_believed() throws Exception {
    var site =
        site(
            "echo plan >$CODING_OUT/plan.md; echo 'echo slug' >slug.sh; echo 'true' >test/run.sh;"
                + " printf '%s\\nall green' $CODING_NONCE >$CODING_OUT/result");
    passes(
        run(site, "the error's detail should mention \"the tests of before the change fail\"", ""));
  }

  @Test
  void an_agent_that_fails_without_a_word_is_told_as_that() throws Exception {
    passes(
        run(
            site("cat >/dev/null; exit 3"),
            "the error's detail should mention \"ended with exit code 3; it said nothing\"",
            ""));
    assertThat(CodingSite.install(folder.resolve("site"), "true").repositoryOf("next"))
        .isDirectory();
  }

  @Test
  void the_steps_are_those_of_the_definition_but_for_the_one_that_undoes() {
    var words = Pattern.compile("step: ([a-z-]+)").matcher(CodingSaga.definition());
    assertThat(words.results().map(word -> word.group(1)).filter(word -> !word.equals("close-pr")))
        .hasSameElementsAs(CodingSaga.STEPS);
  }

  @Test
  void what_nobody_reviews_is_withdrawn() throws Exception {
    var site = site(CodingSite.SCRIPTED_AGENT);
    passes(run(site, "the workflow should have undone createPr", ""));
    assertThat(git(site, "for-each-ref", "--format=%(refname)")).isEqualTo("refs/heads/main");
    assertThat(site.workOf(RUN)).doesNotExist();
  }

  private CodingSite site(String agent) throws IOException {
    return CodingSite.install(folder.resolve("site"), agent);
  }

  private ScenarioResult run(CodingSite site, String then, String text) throws IOException {
    Files.writeString(folder.resolve("change.yaml"), CodingSaga.definition());
    var block = text.isEmpty() ? "" : "\n      \"\"\"yaml\n      " + text + "\n      \"\"\"";
    var feature =
        Files.writeString(folder.resolve("real.feature"), FEATURE.formatted(then + block));
    var stages = Stages.discover(new StageSettings(folder.resolve("stages"), site.settings()));
    return ScenarioSuite.of(List.of(feature)).run(ScenarioSettings.of(stages), _ -> {}).getFirst();
  }

  private static void passes(ScenarioResult result) {
    assertThat(result.failure()).as(() -> result.wrongStep() + "\n" + result.journal()).isNull();
  }

  private List<String> artifacts(CodingSite site) throws IOException {
    try (var files = Files.walk(site.artifacts(RUN))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String git(CodingSite site, String... words) throws Exception {
    var command = new ArrayList<>(List.of("git", "--git-dir", site.repository().toString()));
    command.addAll(List.of(words));
    var process = new ProcessBuilder(command).start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
