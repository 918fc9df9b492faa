package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {
  private static final String TRAPS =
      """
      document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
      do:
        - hello: {set: {names: '${ .guests[].name }'}, if: .guests, then: end}
        - never: {set: {a: 12345678901234567890}}
      """;

  @TempDir Path folder;
  private String file = "";

  @BeforeEach
  void writeDefinition() throws IOException {
    file = Files.writeString(folder.resolve("greet.yaml"), TRAPS).toString();
  }

  @Test
  void every_trap_is_told_with_its_place_and_the_name_of_its_rule() {
    var run = CommandLineRun.of("lint", file);
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            file + ":3:",
            "[many-results]",
            "[if-then]",
            file + ":4:",
            "[unreachable]",
            "[large-number]",
            "valid, shop/greet:1.0.0");
  }

  @Test
  void validate_tells_of_those_that_everybody_has_to_know() {
    assertThat(CommandLineRun.of("validate", file).out())
        .contains("[if-then]", "[large-number]")
        .doesNotContain("[unreachable]", "[many-results]");
  }

  @Test
  void a_rule_can_be_allowed() {
    var run = CommandLineRun.of("lint", "--allow", "many-results", "--allow", "unreachable", file);
    assertThat(run.out()).doesNotContain("[many-results]", "[unreachable]").contains("[if-then]");
  }

  @Test
  void strictly_a_warning_is_an_error_until_it_is_allowed() {
    assertThat(CommandLineRun.of("lint", "--strict", file).exit())
        .isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(
            CommandLineRun.of(
                    "lint",
                    "--strict",
                    "--allow",
                    "many-results",
                    "--allow",
                    "unreachable",
                    "--allow",
                    "if-then",
                    "--allow",
                    "large-number",
                    file)
                .exit())
        .isZero();
  }

  @Test
  void a_rule_that_does_not_exist_is_wrong_usage() {
    var run = CommandLineRun.of("lint", "--allow", "many-result", file);
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("did you mean 'many-results'?");
  }

  @Test
  void for_a_script_a_warning_is_one_line_with_its_rule() {
    assertThat(CommandLineRun.of("lint", "-o", "json", file).out().lines())
        .hasSize(4)
        .anySatisfy(line ->
            assertThat(line)
                .contains("\"severity\":\"WARNING\"", "\"rule\":\"unreachable\"", "\"line\":4"));
  }

  @Test
  void the_rules_explain_themselves() {
    assertThat(CommandLineRun.of("lint", "--rules").out())
        .contains("retry-then-do", "engines differ", "own-timeout");
  }
}
