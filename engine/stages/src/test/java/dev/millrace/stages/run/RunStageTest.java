package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Real processes of this machine: sh and the tools of any Linux, node, and python3. */
final class RunStageTest {
  private static final String EVERYTHING = "sh, echo, cat, env, pwd, script:js, script:python";
  @TempDir private Path data;

  private StageAnswer answer(Map<String, String> more, String function, JsonNode arguments) {
    var settings = new HashMap<>(Map.of(RunSettings.ALLOW, EVERYTHING));
    settings.putAll(more);
    var guarded = new GuardedStage(RunStages.spec(new StageSettings(data, settings)));
    try {
      var outcome = guarded.execute(request("run", function, arguments), () -> true);
      return ((Answered) outcome).answer();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private StageAnswer shell(String arguments) {
    return answer(Map.of(), ShellStage.NAME, json(arguments));
  }

  private StageAnswer script(String arguments) {
    return answer(Map.of(), ScriptStage.NAME, json(arguments));
  }

  private static JsonNode output(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Completed.class);
    return ((Completed) answer).output();
  }

  private static WorkflowError refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error();
  }

  private static String line(String text, String more) {
    return "{'command': '" + text + "', 'computed': false" + more + "}";
  }

  private static boolean isRunning(String argument) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").endsWith(argument));
  }

  // What comes back.

  @Test
  void stdout_is_the_output_as_it_was_written() {
    assertThat(output(shell(line("echo hello", "")))).isEqualTo(json("'hello\\n'"));
  }

  @Test
  void all_tells_code_and_both_streams_and_no_code_is_an_error() {
    assertThat(output(shell(line("echo a; echo b >&2; exit 3", ", 'return': 'all'"))).toString())
        .isEqualTo(json("{'code': 3, 'stdout': 'a\\n', 'stderr': 'b\\n'}").toString());
    assertThat(output(shell(line("exit 3", ", 'return': 'code'"))).asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdout", "stderr", "none"})
  void any_other_code_than_zero_is_an_error_unless_the_code_is_asked_for(String outcome) {
    var error =
        refusal(shell(line("echo broken pipe >&2; exit 3", ", 'return': '" + outcome + "'")));
    assertThat(error.type()).isEqualTo(Kind.RUNTIME.type());
    assertThat(error.detail()).isEqualTo("the shell line ended with exit code 3: broken pipe");
  }

  @Test
  void none_gives_nothing_and_stderr_gives_stderr() {
    assertThat(output(shell(line("echo a", ", 'return': 'none'"))).isNull()).isTrue();
    assertThat(output(shell(line("echo b >&2", ", 'return': 'stderr'")))).isEqualTo(json("'b\\n'"));
  }

  @Test
  void of_long_output_the_beginning_and_the_end_are_kept() {
    var text =
        output(
                answer(
                    Map.of(RunSettings.OUTPUT_BYTES_MAX, "2000"),
                    ShellStage.NAME,
                    json(line("echo first; seq 1 100000", ""))))
            .asText();
    assertThat(text).startsWith("first\n1\n2\n").endsWith("99999\n100000\n");
    assertThat(text).contains("bytes left out …").hasSizeLessThan(2_100);
  }

  // What goes in.

  @Test
  void arguments_are_never_part_of_a_line() {
    var hostile = "$(touch " + data + "/touched); `id`";
    var arguments = ", 'arguments': ['" + hostile + "', 'two words']";
    assertThat(output(shell(line("printf \\\"[%s]\\\" \\\"$@\\\"", arguments))).asText())
        .isEqualTo("[" + hostile + "][two words]");
    assertThat(output(shell(line("echo", arguments))).asText()).isEqualTo(hostile + " two words\n");
    assertThat(data.resolve("touched")).doesNotExist();
  }

  @Test
  void named_arguments_follow_in_their_order() {
    var arguments = ", 'arguments': {'-q': null, '--user': 'john', '--tags': ['a']}";
    assertThat(output(shell(line("echo", arguments))).asText())
        .isEqualTo("-q --user=john --tags=[\"a\"]\n");
  }

  @Test
  void stdin_is_text_or_json() {
    assertThat(output(shell(line("cat", ", 'stdin': 'a b'"))).asText()).isEqualTo("a b");
    assertThat(output(shell(line("cat", ", 'stdin': {'a': [1]}"))).asText())
        .isEqualTo("{\"a\":[1]}");
  }

  @Test
  void the_environment_is_the_tasks_and_nothing_of_the_worker() {
    var names =
        output(shell(line("env", ", 'environment': {'GREETING': 'hi'}")))
            .asText()
            .lines()
            .map(variable -> variable.replaceFirst("=.*", ""))
            .filter(name -> !List.of("PWD", "SHLVL", "_").contains(name))
            .toList();
    assertThat(names)
        .containsExactlyInAnyOrder(
            "GREETING",
            "HOME",
            "LANG",
            "MILLRACE_ATTEMPT",
            "MILLRACE_IDEMPOTENCY_KEY",
            "PATH",
            "TMPDIR");
  }

  @Test
  void a_variable_of_the_worker_is_inherited_if_its_owner_names_it() {
    var settings = Map.of(RunSettings.ENVIRONMENT, "JAVA_HOME, NO_SUCH_VARIABLE");
    assertThat(output(answer(settings, ShellStage.NAME, json(line("env", "")))).asText())
        .contains("JAVA_HOME=" + System.getenv("JAVA_HOME"))
        .doesNotContain("NO_SUCH_VARIABLE");
  }

  @Test
  void the_key_is_the_same_for_every_attempt_and_the_mark_is_not() {
    var line = line("echo $MILLRACE_IDEMPOTENCY_KEY $MILLRACE_ATTEMPT", "");
    var first = output(shell(line)).asText().split(" ");
    var second = output(shell(line)).asText().split(" ");
    assertThat(first[0])
        .isEqualTo(second[0])
        .isEqualTo(request("run", ShellStage.NAME, json("{}")).idempotencyKey());
    assertThat(first[1]).isNotEqualTo(second[1]);
  }

  // Where it works.

  @Test
  void each_attempt_has_a_folder_of_its_own_that_goes_with_it() {
    var folder = Path.of(output(shell(line("touch a; ln -s / root; pwd", ""))).asText().strip());
    assertThat(folder.startsWith(data)).isTrue();
    assertThat(data.resolve("run")).isEmptyDirectory();
    assertThat(Path.of("/")).isNotEmptyDirectory();
  }

  @Test
  void a_configured_folder_is_used_and_kept(@TempDir Path folder) throws IOException {
    var settings = Map.of(RunSettings.FOLDER, folder.toString());
    output(answer(settings, ShellStage.NAME, json(line("echo x > made", ""))));
    assertThat(Files.readString(folder.resolve("made"))).isEqualTo("x\n");
  }

  // What it may run.

  @Test
  void nothing_runs_unless_the_worker_allows_it() {
    var error =
        refusal(answer(Map.of(RunSettings.ALLOW, ""), ShellStage.NAME, json(line("ls", ""))));
    assertThat(error.type()).isEqualTo(Kind.AUTHORIZATION.type());
    assertThat(error.status()).isEqualTo(403);
    assertThat(error.detail())
        .isEqualTo(
            "this worker may not run 'ls'; its owner allows it with --run-allow 'ls' (setting"
                + " run.allow)");
  }

  @Test
  void a_shell_line_needs_sh_whatever_is_in_it() {
    var settings = Map.of(RunSettings.ALLOW, "echo,cat");
    var error = refusal(answer(settings, ShellStage.NAME, json(line("echo a | cat", ""))));
    assertThat(error.detail()).contains("may not run 'sh'");
  }

  @Test
  void a_computed_command_meets_no_shell() {
    var error = refusal(shell("{'command': 'echo a; touch b', 'computed': true}"));
    assertThat(error.type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(error.detail()).contains("meets no shell");
    assertThat(output(shell("{'command': 'echo a', 'computed': true}")).asText()).isEqualTo("a\n");
  }

  @Test
  void a_folder_allows_its_programs_and_none_outside(@TempDir Path tools) throws IOException {
    var tool = Files.writeString(tools.resolve("tool"), "#!/bin/sh\necho tool\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    var settings = Map.of(RunSettings.ALLOW, tools + "/*");
    assertThat(output(answer(settings, ShellStage.NAME, json(line(tool.toString(), "")))).asText())
        .isEqualTo("tool\n");
    for (var other : List.of("/bin/ls", tools + "/../../bin/ls", "./tool", "tools/tool")) {
      assertThat(refusal(answer(settings, ShellStage.NAME, json(line(other, "")))).status())
          .isEqualTo(403);
    }
  }

  @Test
  void a_program_that_is_not_there_is_the_configurations_fault() {
    var settings = Map.of(RunSettings.ALLOW, "no-such-tool");
    var error = refusal(answer(settings, ShellStage.NAME, json(line("no-such-tool", ""))));
    assertThat(error.type()).isEqualTo(Kind.CONFIGURATION.type());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'LD_PRELOAD': 'x'}", "{'MILLRACE_ATTEMPT': 'x'}", "{'a b': 'x'}", "['x']"})
  void what_the_environment_may_not_hold_is_refused(String environment) {
    var error = refusal(shell(line("env", ", 'environment': " + environment)));
    assertThat(error.type()).isEqualTo(Kind.VALIDATION.type());
  }

  // How it ends.

  @Test
  void at_the_end_of_its_time_the_whole_tree_is_killed_and_nobody_knows_what_happened() {
    var tree = line("(setsid sleep 9471.25 &); sleep 9472.25", "");
    var answer = answer(Map.of(RunSettings.TIMEOUT_SECONDS, "1"), ShellStage.NAME, json(tree));
    assertThat(answer).isInstanceOf(Unknown.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !isRunning("sleep 9471.25") && !isRunning("sleep 9472.25"));
    await().atMost(Duration.ofSeconds(10)).until(() -> isEmpty(data.resolve("run")));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void what_a_process_leaves_behind_ends_with_it() {
    var output = output(shell(line("setsid sleep 9473.25 & echo done", "")));
    assertThat(output.asText()).isEqualTo("done\n");
    assertThat(isRunning("sleep 9473.25")).isFalse();
  }

  // What the log says.

  @Test
  void every_line_is_logged_with_instance_and_task_and_without_credentials() {
    var logger = (Logger) LoggerFactory.getLogger(Processes.class);
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    logger.addAppender(log);
    try {
      var given = ", 'environment': {'API_TOKEN': 's3cr3t'}, 'return': 'all'";
      var all = output(shell(line("echo one; echo $API_TOKEN >&2", given)));
      assertThat(all.path("stderr").asText()).isEqualTo("***\n");
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anySatisfy(line -> assertThat(line).contains("order-1", "/do/0/work", "out: one"))
        .anySatisfy(line -> assertThat(line).endsWith("err: ***"))
        .noneSatisfy(line -> assertThat(line).contains("s3cr3t"));
  }

  @Test
  void a_line_is_logged_while_the_process_runs() throws Exception {
    var told = new ListAppender<ILoggingEvent>();
    told.list = new java.util.concurrent.CopyOnWriteArrayList<>();
    told.start();
    var logger = (Logger) LoggerFactory.getLogger(Processes.class);
    logger.addAppender(told);
    var sign = data.resolve("go-on");
    var line = line("echo begun; while [ ! -e " + sign + " ]; do sleep 0.05; done; echo over", "");
    var answer = java.util.concurrent.CompletableFuture.supplyAsync(() -> shell(line));
    try {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() ->
              told.list.stream()
                  .anyMatch(event -> event.getFormattedMessage().endsWith("out: begun")));
      assertThat(answer).isNotDone();
      Files.createFile(sign);
      assertThat(output(answer.get()).asText()).isEqualTo("begun\nover\n");
    } finally {
      logger.detachAppender(told);
    }
  }

  // Scripts.

  @Test
  void named_arguments_are_variables_of_a_script() {
    var arguments = "'arguments': {'greeting': 'hi \\\"$(id)\\\"', 'list': [1, {'a': null}]}";
    assertThat(
            output(
                    script(
                        "{'language': 'js', 'code': 'console.log(greeting, list[1].a)', "
                            + arguments
                            + "}"))
                .asText())
        .isEqualTo("hi \"$(id)\" null\n");
    assertThat(
            output(
                    script(
                        "{'language': 'python', 'code': 'print(greeting, list[0] + 1)', "
                            + arguments
                            + "}"))
                .asText())
        .isEqualTo("hi \"$(id)\" 2\n");
  }

  @Test
  void a_list_of_arguments_is_a_scripts_argv() {
    var arguments = "'arguments': ['a b', 2]";
    assertThat(
            output(
                    script(
                        "{'language': 'js', 'code': 'console.log(process.argv.slice(2).join())', "
                            + arguments
                            + "}"))
                .asText())
        .isEqualTo("a b,2\n");
    assertThat(
            output(
                    script(
                        "{'language': 'python', 'code': 'import sys\\nprint(sys.argv[1:])', "
                            + arguments
                            + "}"))
                .asText())
        .isEqualTo("['a b', '2']\n");
  }

  @Test
  void a_script_may_be_a_module() {
    var code = "import { sep } from \\\"node:path\\\";\\nconsole.log(await Promise.resolve(sep));";
    assertThat(output(script("{'language': 'js', 'code': '" + code + "'}")).asText())
        .isEqualTo("/\n");
  }

  @Test
  void a_script_that_throws_fails_the_task() {
    var error = refusal(script("{'language': 'python', 'code': 'raise ValueError(42)'}"));
    assertThat(error.type()).isEqualTo(Kind.RUNTIME.type());
    assertThat(error.detail()).contains("exit code 1").endsWith("ValueError: 42");
  }

  @Test
  void scripts_have_to_be_allowed_by_their_language() {
    var settings = Map.of(RunSettings.ALLOW, "node,python3,script:js");
    var python = json("{'language': 'python', 'code': 'print(1)'}");
    assertThat(refusal(answer(settings, ScriptStage.NAME, python)).detail())
        .contains("scripts in python", "script:python");
  }

  @Test
  void a_script_can_lie_elsewhere() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/job.py",
        exchange -> {
          var body = "print('fetched')".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      var source =
          "{'language': 'python', 'source': {'method': 'GET', 'output': 'raw', 'endpoint':"
              + " 'http://localhost:%d/%s'}}";
      var port = server.getAddress().getPort();
      assertThat(output(script(source.formatted(port, "job.py"))).asText()).isEqualTo("fetched\n");
      assertThat(refusal(script(source.formatted(port, "none.py"))).status()).isEqualTo(404);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_script_may_lie_in_a_folder_that_is_allowed(@TempDir Path scripts) throws IOException {
    var file = Files.writeString(scripts.resolve("job.js"), "console.log('from a file')");
    var source =
        json(
            "{'language': 'js', 'source': {'method': 'GET', 'output': 'raw', 'endpoint': '%s'}}"
                .formatted(file.toUri()));
    var refused = refusal(answer(Map.of(), ScriptStage.NAME, source));
    assertThat(refused.detail()).contains("may not read", "--set resource.folders");
    var settings = Map.of("resource.folders", scripts.toString());
    assertThat(output(answer(settings, ScriptStage.NAME, source)).asText())
        .isEqualTo("from a file\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "99999999", "a lot", "-1"})
  void a_bound_that_is_none_is_told(String bytes) {
    var settings = new StageSettings(data, Map.of(RunSettings.OUTPUT_BYTES_MAX, bytes));
    assertThatThrownBy(() -> RunStages.spec(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("run.output-bytes-max", bytes);
  }

  @Test
  void the_stage_is_one_of_the_built_in_ones() {
    var spec = RunStages.spec(new StageSettings(data, Map.of()));
    assertThat(Objects.requireNonNull(spec.functions()).keySet())
        .contains("run.shell", "run.script");
  }
}
