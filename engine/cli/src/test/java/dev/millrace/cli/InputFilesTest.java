package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that users name on the command line: read as they say, and what is wrong said in words. */
class InputFilesTest {
  @TempDir Path folder;

  @Test
  void an_at_sign_reaches_the_command_whole() throws IOException {
    var order = "@" + write("order.json", "{\"name\": \"Ada\"}");
    for (var line :
        List.of(
            List.of("run", "greet.yaml", "--input", order),
            List.of("run", "greet.yaml", "-i", order),
            List.of("run", "greet.yaml", "--input=" + order),
            List.of("signal", "o-1", "approval", order),
            List.of("event", order))) {
      var parsed =
          Millrace.commandLine(CommandLineRun.silent())
              .parseArgs(line.toArray(String[]::new))
              .subcommand();
      assertThat(parsed.matchedArgs())
          .as(line.toString())
          .anySatisfy(argument -> assertThat(argument.<Object>getValue()).isEqualTo(order));
    }
  }

  @Test
  void what_stands_in_the_file_is_read() throws IOException {
    var broken = "@" + write("broken.json", "{\"name\": \"Ada\"");
    for (var command : List.of(List.of("event", broken), List.of("signal", "o-1", "ok", broken))) {
      var run = command(command.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
      assertThat(run.err())
          .contains("not JSON", "line 1, column")
          .doesNotContain("REDACTED", "StreamReadFeature");
    }
  }

  @Test
  void a_file_that_is_not_there_is_said_so() {
    assertThat(command("validate", folder.resolve("no.yaml").toString()).err())
        .contains("cannot read " + folder.resolve("no.yaml") + ": there is no such file");
    assertThat(command("event", "@" + folder.resolve("no.json")).err())
        .contains("there is no such file");
  }

  @Test
  void a_folder_is_no_file() {
    assertThat(command("validate", folder.toString()).err()).contains("it is a folder");
  }

  @Test
  void what_is_not_text_is_said_so() throws IOException {
    var file = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    var run = command("validate", file.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("it is not UTF-8 text").doesNotContain("Input length");
  }

  @Test
  void errors_of_a_definition_follow_a_line_of_their_own() throws IOException {
    var file = write("bad.yaml", "document: {}\n");
    var run = command("run", file.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.err().lines().findFirst()).hasValue("millrace: " + file + " cannot be used:");
    assertThat(run.err().lines().skip(1).findFirst().orElse("")).startsWith(file + ":1:");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
  }

  private CommandLineRun command(String... command) {
    var arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--home", folder.toString()));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
