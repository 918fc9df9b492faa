package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.Bulkhead;
import dev.millrace.core.stage.CallPolicy.CircuitBreaker;
import dev.millrace.core.stage.CallPolicy.RateLimit;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies of calls, and what is said of stages. */
class PolicyCompilerTest {
  private static final String NO_TASK = "- a: {set: {x: 1}}";
  private static final String CALL =
      "- a: {call: 'echo:1.0.0@default', metadata: {millrace: {policy: llm}}}";

  @Test
  void a_call_has_the_bounds_it_names() {
    var policy =
        policy(
            "llm: {circuitBreaker: {failureRatePct: 40, window: 20, openFor: PT30S}, bulkhead:"
                + " {max: 32, maxWait: PT5S}, rateLimit: {permits: 600, per: {minutes: 1}, maxWait:"
                + " PT0S}}");
    assertThat(policy)
        .isEqualTo(
            new CallPolicy(
                "test/test",
                "llm",
                new CircuitBreaker(40, 20, Duration.ofSeconds(30)),
                new Bulkhead(32, Duration.ofSeconds(5)),
                new RateLimit(600, Duration.ofMinutes(1), Duration.ZERO)));
  }

  @Test
  void what_a_policy_leaves_open_has_a_default() {
    var policy =
        policy("llm: {circuitBreaker: {}, bulkhead: {max: 3}, rateLimit: {permits: 5, per: PT1S}}");
    assertThat(policy.circuitBreaker()).isEqualTo(CircuitBreaker.DEFAULT);
    assertThat(policy.bulkhead()).isEqualTo(new Bulkhead(3, CallPolicy.WAIT_DEFAULT));
    assertThat(policy.rateLimit())
        .isEqualTo(new RateLimit(5, Duration.ofSeconds(1), CallPolicy.WAIT_DEFAULT));
    assertThat(policy("llm: {bulkhead: {max: 3}}").rateLimit()).isNull();
  }

  @Test
  void a_run_and_a_function_of_one_call_have_bounds_too() {
    var policies = "llm: {bulkhead: {max: 3}}, own: {bulkhead: {max: 4}}";
    var run = "- a: {run: {shell: {command: ls}}, metadata: {millrace: {policy: llm}}}";
    assertThat(call(compile("policies: {" + policies + "}", run), "/do/0/a").policy())
        .extracting(CallPolicy::name)
        .isEqualTo("llm");

    var ofCaller = compile("policies: {" + policies + "}", functions("{call: f, %s}"));
    assertThat(call(ofCaller, "/do/0/a/call/f").policy())
        .extracting(CallPolicy::name)
        .isEqualTo("llm");
    assertThat(call(ofCaller, "/do/0/a/call/f").stage()).hasToString("generate");
    var ofFunction = compile("policies: {" + policies + "}", functions("{call: f}"));
    assertThat(call(ofFunction, "/do/0/a/call/f").policy())
        .extracting(CallPolicy::name)
        .isEqualTo("own");
  }

  @Test
  void a_function_that_is_not_one_call_gets_no_bounds_silently() {
    var tasks =
        """
        - a: {call: g, metadata: {millrace: {policy: llm, stage: generate, idempotencyKey: '${ .k }'}}}
        """;
    var compilation =
        compile(
            "policies: {llm: {bulkhead: {max: 3}}}",
            tasks + "use: {functions: {g: {do: [{b: {set: {x: 1}}}]}}}");
    assertThat(compilation.warnings())
        .extracting(Problem::rule, Problem::pointer)
        .containsExactlyInAnyOrder(
            tuple(Rule.NOT_ENFORCED, "/do/0/a/metadata/millrace/policy"),
            tuple(Rule.NOT_ENFORCED, "/do/0/a/metadata/millrace/stage"),
            tuple(Rule.NOT_ENFORCED, "/do/0/a/metadata/millrace/idempotencyKey"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llm: {}                                      | /llm                              | at least one of bulkhead |
          llm: 3                                       | /llm                              | expected an object       |
          llm: {bulkheads: {max: 3}}                   | /llm/bulkheads                    | unknown key 'bulkheads'  | bulkhead
          llm: {bulkhead: {}}                          | /llm/bulkhead                     | expected 'max'           |
          llm: {bulkhead: {max: 0}}                    | /llm/bulkhead/max                 | from 1 to 10000          |
          llm: {bulkhead: {max: 1.5}}                  | /llm/bulkhead/max                 | a whole number           |
          llm: {bulkhead: {max: 2, maxWait: PT2M}}     | /llm/bulkhead/maxWait             | from PT0S to PT1M        |
          llm: {bulkhead: {max: 2, maxwait: PT2S}}     | /llm/bulkhead/maxwait             | unknown key 'maxwait'    | maxWait
          llm: {rateLimit: {permits: 9}}               | /llm/rateLimit                    | expected 'per'           |
          llm: {rateLimit: {permits: 9, per: PT0S}}    | /llm/rateLimit/per                | from PT0.001S to PT24H   |
          llm: {rateLimit: {permits: 10001, per: PT1S}} | /llm/rateLimit/permits           | from 1 to 10000          |
          llm: {rateLimit: {permits: 1, per: '${ .x }'}} | /llm/rateLimit/per              | expected a duration      |
          llm: {circuitBreaker: {failureRatePct: 101}} | /llm/circuitBreaker/failureRatePct | from 1 to 100           |
          llm: {circuitBreaker: {window: 1001}}        | /llm/circuitBreaker/window        | from 1 to 1000           |
          llm: {circuitBreaker: {openfor: PT1S}}       | /llm/circuitBreaker/openfor       | unknown key 'openfor'    | openFor
          l.l: {bulkhead: {max: 1}}                    | /l.l                              | the name of a policy     |
          """)
  void a_wrong_policy_is_told(String policy, String pointer, String message, String suggestion) {
    assertThat(problems("policies: {" + policy + "}", NO_TASK))
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo("/document/metadata/millrace/policies" + pointer);
          assertThat(problem.message()).contains(message);
          assertThat(problem.suggestion()).isEqualTo(suggestion);
          assertThat(problem.line()).isEqualTo(2);
        });
  }

  @Test
  void a_policy_that_is_not_there_is_told_with_the_nearest_word() {
    assertThat(problems("policies: {lllm: {bulkhead: {max: 1}}}", CALL))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo("/do/0/a/metadata/millrace/policy");
          assertThat(problem.message()).isEqualTo("there is no policy 'llm'");
          assertThat(problem.suggestion()).isEqualTo("lllm");
        });
  }

  @Test
  void a_policy_of_a_definition_without_any_is_a_warning() {
    var compilation = compile("profile: '1'", CALL);
    assertThat(call(compilation, "/do/0/a").policy()).isNull();
    assertThat(compilation.warnings())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.rule()).isEqualTo(Rule.NOT_ENFORCED);
          assertThat(problem.message()).contains("'llm' sets no bounds");
        });
  }

  @Test
  void the_example_in_the_documentation_compiles_as_it_stands() throws Exception {
    var text = Files.readString(DefinitionCorpus.root().resolve("docs/policies.md"));
    var example = text.substring(text.indexOf("```yaml\n") + 8, text.indexOf("```\n"));
    var compilation = PlanCompiler.compile(example, CATALOG);
    assertThat(compilation.warnings()).isEmpty();
    assertThat(call(compilation, "/do/0/charge/try/0/ask").policy())
        .extracting(CallPolicy::bulkhead)
        .isEqualTo(new Bulkhead(8, CallPolicy.WAIT_DEFAULT));
  }

  // Stages.

  @Test
  void bounds_of_stages_are_understood_and_said_to_be_without_effect() {
    var compilation =
        compile(
            "stages: {echo: {partitions: 4, concurrency: 32, maxLag: 1000, onLag: shed}}",
            "- a: {call: 'echo:1.0.0@default'}");
    assertThat(compilation.warnings())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.rule()).isEqualTo(Rule.NOT_ENFORCED);
          assertThat(problem.pointer()).isEqualTo("/document/metadata/millrace/stages/echo");
          assertThat(problem.message()).contains("not enforced yet").contains("'echo'");
        });
    assertThat(compile("stages: {echo: {maxLag: PT30S}}", "- a: {call: 'echo:1.0.0@default'}"))
        .isNotNull();
  }

  @Test
  void bounds_of_a_stage_that_has_no_task_are_told_with_the_nearest_one() {
    var compilation = compile("stages: {ecko: {maxLag: 1}}", "- a: {call: 'echo:1.0.0@default'}");
    assertThat(compilation.warnings())
        .filteredOn(problem -> problem.rule() == Rule.UNUSED)
        .singleElement()
        .satisfies(problem -> assertThat(problem.suggestion()).isEqualTo("echo"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo: {partition: 1}     | /echo/partition   | unknown key 'partition' | partitions
          echo: {partitions: 1001} | /echo/partitions  | from 1 to 1000          |
          echo: {concurrency: 0}   | /echo/concurrency | from 1 to 10000         |
          echo: {maxLag: 0}        | /echo/maxLag      | from 1 to 1000000000    |
          echo: {maxLag: PT0S}     | /echo/maxLag      | a duration above 0      |
          echo: {maxLag: much}     | /echo/maxLag      | expected a duration     |
          echo: {onLag: paus}      | /echo/onLag       | pause, shed, spill      | pause
          Echo: {maxLag: 1}        | /Echo             | a stage name is         |
          echo: 5                  | /echo             | expected an object      |
          """)
  void a_wrong_stage_is_told(String stage, String pointer, String message, String suggestion) {
    assertThat(problems("stages: {" + stage + "}", NO_TASK))
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo("/document/metadata/millrace/stages" + pointer);
          assertThat(problem.message()).contains(message);
          assertThat(problem.suggestion()).isEqualTo(suggestion);
        });
  }

  @Test
  void a_stage_that_nobody_here_works_for_is_a_warning_with_the_nearest_one() {
    var unknown = "- a: {call: 'llm.chat:1.0.0@default', metadata: {millrace: {stage: generat}}}";
    assertThat(compile("profile: '1'", unknown).warnings())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.rule()).isEqualTo(Rule.UNKNOWN_STAGE);
          assertThat(problem.pointer()).isEqualTo("/do/0/a/metadata/millrace/stage");
          assertThat(problem.message()).isEqualTo("no stage 'generat' is known here");
          assertThat(problem.suggestion()).isEqualTo("generate");
        });
    var other = "- a: {call: 'llm.chat:1.0.0@default', metadata: {millrace: {stage: retrieve}}}";
    assertThat(compile("profile: '1'", other).warnings())
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.message())
                .isEqualTo(
                    "the stage 'retrieve' known here has no 'llm.chat', which is of 'generate'"));
    var own = "- a: {call: 'llm.chat:1.0.0@default', metadata: {millrace: {stage: generate}}}";
    assertThat(compile("profile: '1'", own).warnings()).isEmpty();
  }

  @Test
  void a_function_only_a_worker_elsewhere_has_is_a_warning_where_its_stage_is_named() {
    var own = "- a: {call: 'charge-card:1.0.0@default', metadata: {millrace: {stage: payments}}}";
    var compiled = compile("profile: '1'", own);
    assertThat(compiled.warnings())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.rule()).isEqualTo(Rule.UNKNOWN_STAGE);
          assertThat(problem.pointer()).isEqualTo("/do/0/a/metadata/millrace/stage");
          assertThat(problem.message())
              .isEqualTo(
                  "no stage known here has 'charge-card'; a worker of 'payments' has to have it");
        });
    var call = (TaskPlan.Call) compiled.plan().task("/do/0/a");
    assertThat(call.stage()).isEqualTo(new StageName("payments"));
    assertThat(call.function()).isEqualTo("charge-card");
  }

  @Test
  void a_function_nobody_has_is_refused_where_no_stage_is_named() {
    assertThat(problems("profile: '1'", "- a: {call: 'charge-card:1.0.0@default'}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.refuses()).isTrue();
          assertThat(problem.message())
              .contains("has no function 'charge-card:1.0.0@default'")
              .contains("metadata.millrace.stage", "MILLRACE_CLASSPATH");
        });
  }

  private static String functions(String call) {
    var metadata = "metadata: {millrace: {policy: llm, stage: generate}}";
    return "- a: "
        + call.formatted(metadata)
        + "\nuse: {functions: {f: {call: 'echo:1.0.0@default', metadata: {millrace: {policy:"
        + " own}}}}}";
  }

  private static CallPolicy policy(String policies) {
    return Objects.requireNonNull(
        call(compile("policies: {" + policies + "}", CALL), "/do/0/a").policy());
  }

  private static TaskPlan.Call call(Compilation compilation, String pointer) {
    return (TaskPlan.Call) compilation.plan().task(pointer);
  }

  private static String definition(String millrace, String tasks) {
    return "document: {dsl: '1.0.3', namespace: test, name: test, version: '1.0.0',\n"
        + "  metadata: {millrace: {"
        + millrace
        + "}}}\ndo:\n"
        + tasks;
  }

  private static Compilation compile(String millrace, String tasks) {
    try {
      return PlanCompiler.compile(definition(millrace, tasks), CATALOG);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static List<Problem> problems(String millrace, String tasks) {
    try {
      PlanCompiler.compile(definition(millrace, tasks), CATALOG);
      return List.of();
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }
}
