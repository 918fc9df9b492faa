package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {
  private static final String DEFINITION =
      """
      document: { dsl: '1.0.3', namespace: test, name: greet, version: '1.0.0' }
      do:
        - ask: { call: 'ask:1.0.0@default', with: { name: '${ .name }' } }
      """;
  private static final String FEATURE =
      """
      Feature: Greeting
        Scenario: Somebody is greeted
          Given the workflow of "greet.yaml"
          And the workflow input is:
            \"""yaml
            name: Ada
            \"""
          And the stage ask returns { text: '${ "Hello \\(.name)" }' }
          When the workflow is executed
          Then the workflow should complete with output:
            \"""yaml
            text: Hello %s
            \"""
      """;

  @TempDir Path folder;

  @Test
  void scenarios_of_a_users_own_definition_pass() throws IOException {
    write("greet.yaml", DEFINITION);
    write("greet.feature", FEATURE.formatted("Ada"));
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.OK.code());
    assertThat(run.out()).contains("✓ Somebody is greeted");
    assertThat(run.err()).contains("1 scenario, all passed");
  }

  @Test
  void a_failed_scenario_shows_its_step_the_difference_and_the_journal() throws IOException {
    write("greet.yaml", DEFINITION);
    write("greet.feature", FEATURE.formatted("Alan"));
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.SCENARIO_FAILED.code());
    assertThat(run.err())
        .contains("the workflow should complete with output", "Hello Alan", "Hello Ada")
        .contains("ask asks stage ask");
  }

  @Test
  void a_definition_that_is_refused_is_told_as_compilers_do() throws IOException {
    write("greet.yaml", DEFINITION.replace("call:", "cal:"));
    write("greet.feature", FEATURE.formatted("Ada"));
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.SCENARIO_FAILED.code());
    assertThat(run.err())
        .containsPattern("(?m)^ *3:\\d+: error: .*\\(did you mean 'call'\\?\\)")
        .doesNotContain("Problem[");
  }

  @Test
  void crashes_after_every_commit_are_counted() throws IOException {
    write("greet.yaml", DEFINITION);
    write("greet.feature", FEATURE.formatted("Ada"));
    var run = test("--crashes");
    assertThat(run.exit()).isEqualTo(ExitCode.OK.code());
    assertThat(run.err()).containsPattern("[3-9] crashes, none made a difference");
  }

  @Test
  void a_script_gets_one_line_of_json_for_each_scenario() throws IOException {
    write("greet.yaml", DEFINITION);
    write("greet.feature", FEATURE.formatted("Alan"));
    var line = new ObjectMapper().readTree(test("-o", "json").out());
    assertThat(line.path("name").asText()).isEqualTo("Somebody is greeted");
    assertThat(line.path("passed").asBoolean(true)).isFalse();
    assertThat(line.path("journal")).isNotEmpty();
  }

  @Test
  void a_definition_with_errors_is_said_with_its_place() throws IOException {
    write("greet.yaml", DEFINITION.replace("with:", "wiht:"));
    write("greet.feature", FEATURE.formatted("Ada"));
    assertThat(test().err()).contains("the definition is refused", "wiht");
  }

  @Test
  void a_step_that_nobody_knows_fails_its_scenario() throws IOException {
    write("odd.feature", "Feature: Odd\n  Scenario: Odd\n    Given the moon is full\n");
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.SCENARIO_FAILED.code());
    assertThat(run.err()).contains("the moon is full", "a step that nobody knows");
  }

  @Test
  void what_is_not_gherkin_is_wrong_usage() throws IOException {
    write("odd.feature", "no feature at all");
    assertThat(test().exit()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void a_folder_without_features_is_wrong_usage() {
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("no .feature file");
  }

  @Test
  void a_misspelt_scenario_is_said_with_its_place() throws IOException {
    write("odd.feature", "Feature: Odd\n  Scenrio: Odd\n    Given the moon is full\n");
    for (var options : List.of(List.<String>of(), List.of("-o", "json"))) {
      var run = test(options.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
      assertThat(run.err())
          .contains("odd.feature:2: ", "'Scenrio:'", "did you mean 'Scenario:'?")
          .doesNotContain("passed");
    }
  }

  @Test
  void a_misspelt_scenario_is_not_hidden_by_those_that_pass() throws IOException {
    write("greet.yaml", DEFINITION);
    write("greet.feature", FEATURE.formatted("Ada"));
    write("odd.feature", "Feature: Odd\n  Scenrio: Odd\n    Given the moon is full\n");
    assertThat(test().exit()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void prose_may_look_like_a_heading() throws IOException {
    write("greet.yaml", DEFINITION);
    var feature = FEATURE.formatted("Ada");
    write("greet.feature", feature.replace("Greeting\n", "Greeting\n  Role: a clerk\n"));
    assertThat(test().exit()).isEqualTo(ExitCode.OK.code());
  }

  @Test
  void a_syntax_error_is_said_with_its_place() throws IOException {
    write("odder.feature", "Feature: Odd\n  Scenario: A\n    Given x\n    Gven y\n");
    var run = test();
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("odder.feature:4:", "Gven y");
  }

  @Test
  void a_feature_without_scenarios_is_no_success() throws IOException {
    write("empty.feature", "Feature: Empty\n");
    for (var options : List.of(List.<String>of(), List.of("-o", "json"))) {
      var run = test(options.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
      assertThat(run.err()).contains("empty.feature", "no scenario");
    }
  }

  @Test
  void a_file_that_is_no_feature_is_wrong_usage() throws IOException {
    write("greet.yaml", DEFINITION);
    var file = folder.resolve("greet.yaml").toString();
    var run = CommandLineRun.of("test", file, "--home", folder.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("greet.yaml", "is no .feature file");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private CommandLineRun test(String... options) {
    var arguments = new ArrayList<String>();
    arguments.add("test");
    arguments.add(folder.toString());
    arguments.add("--home");
    arguments.add(folder.toString());
    arguments.addAll(List.of(options));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
