package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private static final String ORDER =
      """
      document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
      do:
        - charge: {set: {paid: true}, timeout: {after: PT5S}}
      """;

  @TempDir Path folder;

  @Test
  void a_new_version_is_safe_because_instances_stay_where_they_are() throws IOException {
    var run = diff(ORDER.replace("1.0.0", "1.1.0").replace("paid: true", "paid: false"));
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            "shop/order:1.0.0 → shop/order:1.1.0",
            "changed  /do/charge  set: {\"paid\":true} → {\"paid\":false}",
            "Safe for running instances: they stay on 1.0.0",
            "Starts without a version get 1.1.0",
            "Due version: 1.1.0");
  }

  @Test
  void other_content_under_the_same_version_is_refused() throws IOException {
    var run = diff(ORDER.replace("PT5S", "PT6S"));
    assertThat(run.exit()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(run.out()).contains("Refused by the engine", "Due version: 1.0.1");
  }

  @Test
  void strictly_a_version_that_says_too_little_is_refused_as_well() throws IOException {
    var now = ORDER.replace("1.0.0", "1.0.1") + "input: {schema: {document: {required: [id]}}}\n";
    assertThat(diff(now).exit()).isZero();
    assertThat(diff(now).out()).contains("due is 2.0.0");
    assertThat(diff(now, "--strict").exit()).isEqualTo(ExitCode.REFUSED.code());
  }

  @Test
  void for_a_script_the_difference_is_json() throws IOException {
    assertThat(diff(ORDER.replace("PT5S", "PT6S"), "-o", "json").out())
        .contains("\"deployable\" : false", "\"dueVersion\" : \"1.0.1\"", "\"impact\" : \"PATCH\"");
  }

  private CommandLineRun diff(String now, String... options) throws IOException {
    var arguments = new String[options.length + 3];
    arguments[0] = "diff";
    arguments[1] = Files.writeString(folder.resolve("old.yaml"), ORDER).toString();
    arguments[2] = Files.writeString(folder.resolve("new.yaml"), now).toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return CommandLineRun.of(arguments);
  }
}
