package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sagas.rag.RagSaga;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String GREET =
      """
      document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
      do:
        - hello:
            set: { greeting: '${ "Hello \\(.name)" }' }
      """;
  private static final String MISSPELT =
      """
      document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
      do:
        - hello:
            sett: { greeting: hi }
      """;

  private static final String ODD_GRANT =
      """
      use:
        authentications:
          shop:
            oauth2:
              authority: https://login.example.com
              grant: refresh_token
              client: { id: a, secret: b }
      """;

  @TempDir Path folder;

  @Test
  void a_valid_definition_is_named() throws IOException {
    var run = validate(file("greet.yaml", GREET));
    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("greet.yaml: valid, shop/greet:1.0.0");
  }

  @Test
  void what_is_right_and_not_carried_out_is_refused_as_that() throws IOException {
    var oidc = GREET.replaceFirst("set: .*", "set: {a: 1}") + ODD_GRANT;
    var run = validate(file("grant.yaml", oidc));
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.out())
        .contains("grant.yaml:", ": error: the grant 'refresh_token' is not supported yet")
        .contains("[unsupported]", "grant.yaml: right by the language, but this version");
  }

  @Test
  void a_container_is_refused_with_the_reason_where_there_is_no_kubernetes() throws IOException {
    var build = GREET.replaceFirst("set: .*", "run: {container: {image: alpine}}");
    var run = validate(file("build.yaml", build));
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.toString())
        .contains("build.yaml:4:", "'run: container' cannot run here", "--kubernetes FILE");
  }

  @Test
  void a_problem_has_its_place_and_the_nearest_word() throws IOException {
    var file = file("greet.yaml", MISSPELT);
    var run = validate(file);
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.out()).contains(file + ":3:5: error: ").contains("did you mean 'set'?");
  }

  @Test
  void one_wrong_file_among_several_is_enough_to_fail() throws IOException {
    var run = validate(file("a.yaml", GREET), file("b.yaml", MISSPELT));
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.out()).contains("a.yaml: valid").contains("b.yaml:3:5: error");
  }

  @Test
  void for_a_script_a_problem_is_one_line_of_json() throws IOException {
    var run = CommandLineRun.of("validate", "-o", "json", file("b.yaml", MISSPELT));
    assertThat(run.out().strip().lines())
        .singleElement()
        .asString()
        .contains("\"severity\":\"ERROR\"", "\"line\":3", "\"pointer\":\"/do/0/hello");
  }

  @Test
  void a_file_that_cannot_be_read_is_wrong_usage() {
    var run = validate(folder.resolve("none.yaml").toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("cannot read").contains("none.yaml");
  }

  @Test
  void the_definitions_that_ship_are_valid() throws IOException {
    var run =
        validate(
            file("agentic-rag.yaml", RagSaga.agenticRag()),
            file("index-document.yaml", RagSaga.indexDocument()));
    assertThat(run.out()).contains("valid, rag/agentic-rag", "valid, rag/index-document");
    assertThat(run.exit()).isZero();
  }

  private static CommandLineRun validate(String... files) {
    var arguments = new String[files.length + 1];
    arguments[0] = "validate";
    System.arraycopy(files, 0, arguments, 1, files.length);
    return CommandLineRun.of(arguments);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }
}
