package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} where nothing runs: it brings its own engine, and finds what an earlier one left. */
class RunCommandIT {
  private static final String GREET =
      """
      document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
      do:
        - hello:
            set: { greeting: '${ "Hello \\(.name)" }' }
      """;

  @TempDir Path home;
  private Path file = Path.of("");

  @BeforeEach
  void writeDefinition() throws IOException {
    file = Files.writeString(home.resolve("greet.yaml"), GREET);
  }

  @Test
  void a_run_without_an_engine_completes_and_its_id_stays_taken() throws IOException {
    var first = run("--id", "g-1", "--input", "{\"name\": \"Ada\"}");
    assertThat(first.exit()).as(first.toString()).isZero();
    assertThat(first.out()).contains("Hello Ada");
    assertThat(first.err()).contains("g-1 COMPLETED");

    var other = run("--id", "g-1", "--input", "{\"name\": \"Bo\"}");
    assertThat(other.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("g-1", "shop/greet:1.0.0", "Ada");

    Files.writeString(file, GREET.replace("Hello", "Good day"));
    var changed = run("--input", "{\"name\": \"Bo\"}");
    assertThat(changed.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(changed.err()).contains("shop/greet:1.0.0", "higher version");
  }

  @Test
  void a_workflow_it_runs_and_nobody_has_deployed_is_told() throws IOException {
    Files.writeString(
        file,
        """
        document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
        do:
          - again: { run: { workflow: { namespace: shop, name: order, version: '1.0.0' } }, if: '${ false }' }
          - ship: { run: { workflow: { namespace: shop, name: ship, version: '1.0.0' } }, if: '${ false }' }
        """);
    var run = run("--id", "g-2");
    assertThat(run.exit()).as(run.toString()).isZero();
    assertThat(run.err())
        .contains("warning: shop/order:1.0.0 runs shop/ship:1.0.0, of which no version")
        .doesNotContain("runs shop/order");
  }

  private CommandLineRun run(String... options) {
    var arguments = new String[options.length + 4];
    arguments[0] = "run";
    arguments[1] = file.toString();
    arguments[2] = "--home";
    arguments[3] = home.toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return CommandLineRun.of(arguments);
  }
}
