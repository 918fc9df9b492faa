package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.expression.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run}: what reaches the stage, and what its author is told. The task stands on line 7. */
class RunCompilerTest {
  private static final FunctionCatalog ALL = new FunctionCatalog(Map.of());
  private static final FunctionCatalog NO_CONTAINERS =
      new FunctionCatalog(Map.of(), Map.of(), Map.of("run.container", "set --kubernetes"));

  private record Data(JsonNode current) implements Scope {
    @Override
    public @Nullable JsonNode variable(String name) {
      return name.equals("input") ? current : null;
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Compilation compiled(String run) {
    try {
      return PlanCompiler.compile(HEAD + "do:\n- a: {run: " + run + "}\n", ALL);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static TaskPlan.Call call(String run) {
    return (TaskPlan.Call) compiled(run).plan().body().tasks().getFirst();
  }

  private static JsonNode arguments(String run, String input) {
    return call(run).arguments().evaluate(new Data(json(input)));
  }

  private static List<Problem> problems(FunctionCatalog catalog, String run) {
    var e =
        catchThrowableOfType(
            InvalidDefinitionException.class,
            () -> PlanCompiler.compile(HEAD + "do:\n- a: {run: " + run + "}\n", catalog));
    return e == null ? List.of() : e.problems();
  }

  private static Problem problem(String run) {
    assertThat(problems(ALL, run)).hasSize(1);
    return problems(ALL, run).getFirst();
  }

  @Test
  void a_shell_command_is_work_for_the_stage_run() {
    var call = call("{shell: {command: 'git status'}, return: all}");
    assertThat(call.stage()).isEqualTo(new StageName("run"));
    assertThat(call.function()).isEqualTo("run.shell");
    assertThat(arguments("{shell: {command: 'git status'}, return: all}", "{}"))
        .isEqualTo(json("{'command': 'git status', 'computed': false, 'return': 'all'}"));
  }

  @Test
  void arguments_environment_and_stdin_are_evaluated_and_the_order_is_kept() {
    var run =
        "{shell: {command: make, arguments: ['-C', '${ .folder }'], environment: {A: '${ .a }'},"
            + " stdin: '${ .text }'}}";
    assertThat(arguments(run, "{'folder': 'x y', 'a': 1, 'text': 'hi'}"))
        .isEqualTo(
            json(
                "{'command': 'make', 'computed': false, 'arguments': ['-C', 'x y'],"
                    + " 'environment': {'A': 1}, 'stdin': 'hi', 'return': 'stdout'}"));
  }

  @Test
  void a_computed_command_is_marked_so_that_it_meets_no_shell() {
    assertThat(arguments("{shell: {command: '${ .tool }'}}", "{'tool': 'x; rm -rf /'}"))
        .isEqualTo(json("{'command': 'x; rm -rf /', 'computed': true, 'return': 'stdout'}"));
  }

  @Test
  void the_variables_of_a_shell_line_are_its_own() {
    assertThat(arguments("{shell: {command: 'echo ${HOME} $1'}}", "{}").path("command").asText())
        .isEqualTo("echo ${HOME} $1");
  }

  @Test
  void the_code_of_a_script_is_taken_as_it_stands() {
    var run = "{script: {language: js, code: 'console.log(`${a}`)', arguments: {a: '${ .x }'}}}";
    assertThat(arguments(run, "{'x': [1]}"))
        .isEqualTo(
            json(
                "{'language': 'js', 'code': 'console.log(`${a}`)', 'arguments': {'a': [1]},"
                    + " 'return': 'stdout'}"));
  }

  @Test
  void a_worker_knows_javascript_by_one_name() {
    var language = arguments("{script: {language: javascript, code: x}}", "{}").path("language");
    assertThat(language.asText()).isEqualTo("js");
  }

  @Test
  void a_script_from_elsewhere_is_fetched_as_an_http_call_would() {
    var run = "{script: {language: python, source: {endpoint: 'https://example.com/job.py'}}}";
    assertThat(arguments(run, "{}").path("source"))
        .isEqualTo(
            json("{'method': 'GET', 'endpoint': 'https://example.com/job.py', 'output': 'raw'}"));
  }

  @Test
  void a_container_keeps_its_words_and_durations() {
    var run =
        "{container: {image: 'alpine:3', command: 'ls /data', volumes: {claim: /data},"
            + " pullPolicy: ifNotPresent, lifetime: {cleanup: eventually, after: PT1M}}}";
    assertThat(arguments(run, "{}").toString())
        .isEqualTo(
            json("{'image': 'alpine:3', 'command': 'ls /data', 'computed': false,"
                    + " 'volumes': {'claim': '/data'}, 'lifetime': {'cleanup': 'eventually',"
                    + " 'afterSeconds': 60}, 'pullPolicy': 'IfNotPresent', 'return': 'stdout'}")
                .toString());
  }

  @Test
  void a_container_may_have_standard_input_and_volumes_of_three_kinds() {
    var run =
        "{container: {image: a, command: cat, stdin: '${ .text }', volumes: {claim: /a,"
            + " 'configMap:rules': /b, 'emptyDir:scratch': /c}}}";
    var arguments = arguments(run, "{'text': 'hi'}");
    assertThat(arguments.path("stdin").asText()).isEqualTo("hi");
    assertThat(arguments.path("volumes").toString())
        .isEqualTo(
            json("{'claim': '/a', 'configMap:rules': '/b', 'emptyDir:scratch': '/c'}").toString());
  }

  private static Plan withSecret(String run) throws InvalidDefinitionException {
    var use = "use: {secrets: [token]}\n";
    return PlanCompiler.compile(HEAD + use + "do:\n- a: {run: " + run + "}\n", ALL).plan();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{shell: {command: ls, environment: {A: b, T: '${ $secrets.token }'}}}|/environment/T",
        "{shell: {command: ls, environment: '${ {T: $secrets.token} }'}}|/environment",
        "{shell: {command: ls, arguments: [a, '${ \"k=\" + $secrets.token }']}}|/arguments/1",
        "{shell: {command: '${ \"ls \" + $secrets.token }'}}|/command",
        "{script: {language: js, code: x, arguments: {t: '${ $secrets.token }'}}}|/arguments/t",
        "{container: {image: a, environment: {T: '${ $secrets.token }'}}}|/environment/T",
        "{container: {image: a, command: cat, stdin: '${ $secrets.token }'}}|/stdin",
      })
  void a_secret_is_left_to_the_worker(String run, String pointer)
      throws InvalidDefinitionException {
    var call = (TaskPlan.Call) withSecret(run).body().tasks().getFirst();
    assertThat(call.secretPointers()).containsExactly(pointer);
    assertThat(call.arguments().evaluate(new Data(json("{}"))).at(pointer).has("$secret")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'image: \"${ $secrets.token }\"', image",
    "'image: a, name: \"${ $secrets.token }\"', name",
    "'image: a, command: \"${ $secrets.token }\"', command",
    "'image: a, arguments: [\"${ $secrets.token }\"]', arguments",
  })
  void what_stands_in_a_job_is_no_place_for_a_secret(String container, String member) {
    assertThatExceptionOfType(InvalidDefinitionException.class)
        .isThrownBy(() -> withSecret("{container: {" + container + "}}"))
        .satisfies(e -> {
          assertThat(e.problems()).hasSize(1);
          assertThat(e.problems().getFirst().pointer())
              .isEqualTo("/do/0/a/run/container/" + member);
          assertThat(e.problems().getFirst().message()).contains("in 'environment' or 'stdin'");
        });
  }

  @Test
  void a_process_may_not_be_awaited() {
    assertThat(call("{shell: {command: ls}, await: false}").isAwaited()).isFalse();
    assertThat(call("{shell: {command: ls}, await: true}").isAwaited()).isTrue();
    assertThat(call("{shell: {command: ls}}").isAwaited()).isTrue();
  }

  @Test
  void a_container_is_refused_with_the_reason_where_there_is_no_kubernetes() {
    var problems = problems(NO_CONTAINERS, "{container: {image: alpine}}");
    assertThat(problems)
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message())
              .isEqualTo("'run: container' cannot run here: set --kubernetes");
          assertThat(problem.pointer()).isEqualTo("/do/0/a/run/container");
          assertThat(problem.line()).isEqualTo(7);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{shell: {}}|/run/shell|expected 'command'",
        "{shell: {command: ' '}}|/run/shell/command|found nothing",
        "{shell: {command: 'echo ${ .x }!'}}|/run/shell/command|data is never put into a command",
        "{shell: {command: ls, args: []}}|/run/shell/args|unknown key 'args'",
        "{shell: {command: ls, arguments: x}}|/run/shell/arguments|a list of arguments",
        "{shell: {command: ls, environment: {1A: b}}}|/run/shell/environment/1A|letters, digits",
        "{shell: {command: ls, environment: {LD_PRELOAD: b}}}|/run/shell/environment/LD_PRELOAD|"
            + "a definition cannot set LD_PRELOAD",
        "{shell: {command: ls}, return: output}|/run/return|expected all, code, none, stderr",
        "{shell: {command: ls}, await: 7}|/run/await|expected true or false",
        "{shell: {command: ls}, script: {}}|/run|expected one of container, script, shell",
        "{script: {language: ruby, code: x}}|/run/script/language|expected javascript, js, python",
        "{script: {language: js}}|/run/script|either 'code' or 'source'",
        "{script: {language: js, code: '${ .x }'}}|/run/script/code|never computed",
        "{script: {language: js, code: x, arguments: {a-b: 1}}}|/run/script/arguments/a-b|letters",
        "{script: {language: js, source: {endpoint: '${ .uri }'}}}|/run/script/source/endpoint|"
            + "never computed",
        "{script: {language: js, source: {endpoint: {uri: 'https://a/{b}.js'}}}}|"
            + "/run/script/source/endpoint/uri|never computed",
        "{container: {image: a, ports: {}}}|/run/container/ports|a job has no address",
        "{container: {image: a, stdin: x}}|/run/container/stdin|handed to 'command'",
        "{container: {image: a, volumes: {'artifact:x': /x}}}|/run/container/volumes/artifact:x|"
            + "not supported yet",
        "{container: {image: a, volumes: {A_b: /x}}}|/run/container/volumes/A_b|"
            + "expected the name of a persistent volume's claim",
        "{container: {image: a, volumes: {/etc: /x}}}|/run/container/volumes/~1etc|"
            + "folders of a node",
        "{container: {image: a, volumes: {'secret:x': /x}}}|/run/container/volumes/secret:x|"
            + "could read them",
        "{container: {image: a, volumes: {x: x}}}|/run/container/volumes/x|an absolute path",
        "{container: {image: a, lifetime: {cleanup: always, after: PT1S}}}|/run/container/lifetime|"
            + "'after' goes with",
        "{container: {image: a}, return: stderr}|/run/return|the log of a container is one",
      })
  void what_is_wrong_is_told_with_its_place(String run, String pointer, String message) {
    assertThat(problem(run).pointer()).isEqualTo("/do/0/a" + pointer);
    assertThat(problem(run).message()).contains(message);
    assertThat(problem(run).line()).isEqualTo(7);
  }

  @Test
  void a_shell_line_that_ignores_its_arguments_is_warned_of() {
    var compiled = compiled("{shell: {command: 'ls | wc', arguments: [x]}}");
    assertThat(compiled.warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning.message()).contains("$1"));
    assertThat(compiled("{shell: {command: 'ls \"$1\" | wc', arguments: [x]}}").warnings())
        .isEmpty();
    assertThat(compiled("{shell: {command: 'git add', arguments: [x]}}").warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "git status|git,status",
        "git commit -m 'fix it'|git,commit,-m,fix it",
        "echo \"a b\"c ''|echo,a bc,",
        "make A=b|make,A=b",
      })
  void words_are_split_as_a_shell_would(String line, String words) {
    assertThat(CommandWords.of(line)).contains(List.of(words.split(",", -1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "a && b",
        "a > b",
        "echo $HOME",
        "echo \"$1\"",
        "ls *",
        "A=b make",
        "exit 3",
        "a 'b"
      })
  void what_only_a_shell_can_do_is_left_to_it(String line) {
    assertThat(CommandWords.of(line)).isEmpty();
  }

  @Test
  void a_run_may_name_its_stage_and_its_key() {
    var definition =
        HEAD
            + "do:\n- a: {run: {shell: {command: ls}}, metadata: {millrace: {stage: builders,"
            + " idempotencyKey: '${ .id }'}}}\n";
    try {
      var plan = PlanCompiler.compile(definition, ALL).plan();
      var call = (TaskPlan.Call) plan.body().tasks().getFirst();
      assertThat(call.stage()).isEqualTo(new StageName("builders"));
      assertThat(
              Objects.requireNonNull(call.idempotencyKey()).evaluate(new Data(json("{'id': 7}"))))
          .isEqualTo(json("7"));
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
