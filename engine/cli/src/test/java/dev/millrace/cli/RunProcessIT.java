package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes from a definition to their output, through a broker, an engine and a worker. */
class RunProcessIT {
  private static final String DEFINITION =
      """
      document: {dsl: '1.0.3', namespace: tools, name: count, version: '1.0.0'}
      do:
        - write:
            run:
              shell: {command: 'printf "%s\\n" "$@" | sort', arguments: '${ .words }'}
        - count:
            run:
              script:
                language: python
                code: |
                  print(len(text.split()), end='')
                arguments: {text: '${ . }'}
        - fail:
            try:
              - leave: {run: {shell: {command: 'exit 3'}}}
            catch:
              errors: {with: {type: 'https://serverlessworkflow.io/spec/1.0.0/errors/runtime'}}
              do:
                - report: {set: {words: '${ . }', failure: '${ $error.detail }'}}
      """;

  @TempDir Path home;

  private CommandLineRun run(String id, String... options) throws IOException {
    var file = Files.writeString(home.resolve("count.yaml"), DEFINITION);
    var arguments = new java.util.ArrayList<String>();
    arguments.addAll(java.util.List.of("run", file.toString(), "--home", home.toString()));
    arguments.addAll(java.util.List.of("--id", id, "--input", "{\"words\": [\"b; id\", \"a\"]}"));
    arguments.addAll(java.util.List.of(options));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void a_definition_runs_processes_that_its_worker_allows() throws IOException {
    var refused = run("r-1");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.toString()).contains("403", "--run-allow 'sh'");

    var allowed = run("r-2", "--run-allow", "sh,script:python");
    assertThat(allowed.exit()).as(allowed.toString()).isZero();
    assertThat(allowed.out())
        .contains("\"words\" : \"3\"", "the shell line ended with exit code 3");
  }
}
