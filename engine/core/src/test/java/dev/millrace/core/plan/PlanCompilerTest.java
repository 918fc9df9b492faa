package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static dev.millrace.core.plan.Definitions.HEAD;
import static dev.millrace.core.plan.Definitions.definition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanCompilerTest {
  private static final String MARKS = "{}[]:,&*!|>'\"%@`#- \n\t$";

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Compilation compile(String definition) {
    try {
      return PlanCompiler.compile(definition, CATALOG);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static Plan plan(String tasks) {
    return compile(definition(tasks)).plan();
  }

  private static <T extends TaskPlan> T first(String tasks, Class<T> kind) {
    return kind.cast(plan(tasks).body().tasks().getFirst());
  }

  private static List<String> warnings(String tasks) {
    return compile(definition(tasks)).warnings().stream().map(Problem::message).toList();
  }

  private record Data(JsonNode current, Map<String, JsonNode> variables) implements Scope {
    @Override
    public @Nullable JsonNode variable(String name) {
      return variables.get(name);
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }
  }

  private static JsonNode evaluate(@Nullable Template template, String current) {
    var data = new Data(json(current), Map.of("input", json(current), "context", json("{}")));
    return Objects.requireNonNull(template).evaluate(data);
  }

  @Test
  void a_plan_knows_who_it_is_and_what_it_was_made_of() {
    var plan = plan("- a: {set: {x: 1}}");
    assertThat(plan.id()).hasToString("test/test:1.0.0");
    assertThat(plan.hash()).isEqualTo(CanonicalJson.hash(plan.definition())).hasSize(64);
    assertThat(plan.definition().at("/do/0/a/set/x").intValue()).isEqualTo(1);
  }

  @Test
  void equal_definitions_have_equal_hashes_however_they_are_written() {
    var yaml = HEAD + "do: [{a: {set: {x: 1, y: 2}}}]";
    var json =
        """
        {"do": [{"a": {"set": {"y": 2, "x": 1.0}}}],
         "document": {"version": "1.0.0", "name": "test", "namespace": "test", "dsl": "1.0.3"}}
        """;
    assertThat(compile(json).plan().hash()).isEqualTo(compile(yaml).plan().hash());
    assertThat(plan("- a: {set: {x: 2}}").hash()).isNotEqualTo(plan("- a: {set: {}}").hash());
  }

  @Test
  void every_task_is_found_at_the_pointer_of_the_conformance_kit() {
    var plan =
        plan(
            """
            - loop: {for: {in: .x}, do: [{x: {set: {}}}]}
            - t: {try: [{getPet: {wait: PT1S}}], catch: {do: [{y: {set: {}}}]}}
            - outer: {do: [{inner/1: {set: {}}}]}
            """);
    assertThat(plan.tasks().keySet())
        .containsExactlyInAnyOrder(
            "/do/0/loop",
            "/do/0/loop/do/0/x",
            "/do/1/t",
            "/do/1/t/try/0/getPet",
            "/do/1/t/catch/do/0/y",
            "/do/2/outer",
            "/do/2/outer/do/0/inner~11");
  }

  @Test
  void what_has_no_expression_is_a_constant() {
    assertThat(first("- a: {set: {x: [1, {y: text}]}}", TaskPlan.Set.class).value())
        .isEqualTo(new ConstantTemplate(json("{\"x\": [1, {\"y\": \"text\"}]}")));
    assertThat(first("- a: {wait: {hours: 1, seconds: 2}}", TaskPlan.Wait.class).duration())
        .isEqualTo(new DurationPlan.Fixed(Duration.ofSeconds(3602)));
    assertThat(first("- a: {wait: PT1M}", TaskPlan.Wait.class).duration())
        .isEqualTo(new DurationPlan.Fixed(Duration.ofMinutes(1)));
    assertThat(first("- a: {wait: '${ .d }'}", TaskPlan.Wait.class).duration())
        .isInstanceOf(DurationPlan.Computed.class);
  }

  @Test
  void expressions_are_found_at_every_depth() {
    var set =
        first("- a: {set: {x: ['${ .n }', {y: ' ${ .n + 1 } '}], z: .n}}", TaskPlan.Set.class);
    assertThat(evaluate(set.value(), "{\"n\": 1}"))
        .isEqualTo(json("{\"x\": [1, {\"y\": 2}], \"z\": \".n\"}"));
  }

  @Test
  void expressions_in_data_are_never_evaluated() {
    var data = "{\"evil\": \"${ 1 + 1 }\", \"list\": [\"${ now }\"]}";
    assertThat(evaluate(first("- a: {set: {x: '${ . }'}}", TaskPlan.Set.class).value(), data))
        .isEqualTo(json("{\"x\": " + data + "}"));
    var call =
        first(
            "- a: {call: http, with: {method: get, endpoint: 'http://x/{evil}', body: '${ . }'}}",
            TaskPlan.Call.class);
    assertThat(evaluate(call.arguments(), data))
        .isEqualTo(
            json(
                "{\"method\": \"GET\", \"endpoint\": \"http://x/%24%7B%201%20%2B%201%20%7D\","
                    + " \"body\": "
                    + data
                    + "}"));
  }

  @Test
  void fields_that_are_always_expressions_need_no_braces() {
    var task = first("- a: {if: .x, input: {from: .y}, set: '${ . }'}", TaskPlan.Set.class);
    assertThat(evaluate(task.common().condition(), "{\"x\": 5}")).isEqualTo(json("5"));
    assertThat(evaluate(task.common().input().template(), "{\"y\": 6}")).isEqualTo(json("6"));
    var enclosed = first("- a: {output: {as: '${ .x }'}, set: {}}", TaskPlan.Set.class);
    assertThat(evaluate(enclosed.common().output().template(), "{\"x\": 7}")).isEqualTo(json("7"));
    var object = first("- a: {output: {as: {z: '${ .x }'}}, set: {}}", TaskPlan.Set.class);
    assertThat(evaluate(object.common().output().template(), "{\"x\": 7}"))
        .isEqualTo(json("{\"z\": 7}"));
  }

  @Test
  void in_loose_mode_text_is_an_expression_if_it_can_be() {
    var definition =
        HEAD + "evaluate: {mode: loose}\ndo:\n- a: {set: {x: .n, y: hello there, z: .n.m}}";
    var set = (TaskPlan.Set) compile(definition).plan().body().tasks().getFirst();
    assertThat(evaluate(set.value(), "{\"n\": 1}"))
        .isEqualTo(json("{\"x\": 1, \"y\": \"hello there\", \"z\": \".n.m\"}"));
  }

  @Test
  void a_directive_may_name_a_task_of_its_list() {
    var plan = plan("- a: {set: {}, then: c}\n- b: {set: {}, then: end}\n- c: {set: {}, then: b}");
    assertThat(plan.body().tasks())
        .extracting(task -> task.common().then())
        .containsExactly(
            new FlowDirective.Goto("c", 2),
            new FlowDirective.End(),
            new FlowDirective.Goto("b", 1));
  }

  @Test
  void the_default_case_is_asked_last_wherever_it_stands() {
    var tasks = "- a: {switch: [{other: {then: exit}}, {hit: {when: .x, then: continue}}]}";
    assertThat(first(tasks, TaskPlan.Switch.class).cases())
        .extracting(TaskPlan.Case::name)
        .containsExactly("hit", "other");
  }

  @Test
  void a_loop_names_its_variables() {
    var loop =
        first(
            "- a: {for: {in: '${ .x }'}, while: $index < 2, do: [{b: {set: {y: '${ $item }'}}}]}",
            TaskPlan.For.class);
    assertThat(loop).returns("item", TaskPlan.For::each).returns("index", TaskPlan.For::at);
    assertThat(evaluate(loop.items(), "{\"x\": [1]}")).isEqualTo(json("[1]"));
    var inline =
        first("- a: {for: {each: x, in: [{n: 1}]}, do: [{b: {set: {}}}]}", TaskPlan.For.class);
    assertThat(evaluate(inline.items(), "null")).isEqualTo(json("[{\"n\": 1}]"));
  }

  @Test
  void a_try_knows_whom_it_catches_and_how_it_retries() {
    var handler =
        first(
                """
                - a:
                    try: [{b: {set: {}}}]
                    catch:
                      errors: {with: {type: 'https://x/y', status: 503, details: full}}
                      as: problem
                      when: $problem.status == 503 and $error.status == 503
                      retry:
                        exceptWhen: $error.status == 400
                        delay: {milliseconds: 500}
                        backoff: {exponential: {factor: 3, maxDelay: PT1M}}
                        jitter: {from: PT0S, to: PT0.1S}
                        limit: {attempt: {count: 3, duration: PT5S}, duration: PT1M}
                """,
                TaskPlan.Try.class)
            .handler();
    assertThat(handler.filter()).isEqualTo(new ErrorFilter("https://x/y", 503, null, "full", null));
    assertThat(handler.as()).isEqualTo("problem");
    assertThat(handler.retry())
        .isNotNull()
        .returns(3, RetryPlan::retriesMax)
        .returns(new RetryPlan.Backoff.Exponential(3, Duration.ofMinutes(1)), RetryPlan::backoff)
        .returns(new DurationPlan.Fixed(Duration.ofMillis(500)), RetryPlan::delay)
        .returns(new DurationPlan.Fixed(Duration.ofSeconds(5)), RetryPlan::attemptDurationMax);
  }

  @Test
  void reusables_are_used_by_name() {
    var handler =
        first("- a: {try: [{b: {set: {}}}], catch: {retry: transient}}", TaskPlan.Try.class);
    assertThat(handler.handler().retry()).isNotNull().returns(3, RetryPlan::retriesMax);
    assertThat(first("- a: {set: {}, timeout: slow}", TaskPlan.Set.class).common().timeout())
        .isEqualTo(new DurationPlan.Fixed(Duration.ofMinutes(1)));
    assertThat(
            evaluate(
                first("- a: {raise: {error: outOfStock}}", TaskPlan.Raise.class).error(), "{}"))
        .isEqualTo(
            json(
                "{\"type\": \"https://example.com/errors/out-of-stock\", \"status\": 409,"
                    + " \"title\": \"out-of-stock\"}"));
  }

  @Test
  void a_standard_error_has_its_standard_title() {
    var type = "https://serverlessworkflow.io/spec/1.0.0/errors/timeout";
    var raise =
        first("- a: {raise: {error: {type: '" + type + "', status: 408}}}", TaskPlan.Raise.class);
    assertThat(evaluate(raise.error(), "{}").path("title").textValue()).isEqualTo("Timeout");
  }

  @Test
  void a_catalog_function_becomes_a_request_to_its_stage() {
    var call =
        first(
            """
            - a:
                call: rag.retrieve:1.0.0@default
                with: {query: '${ .q }', topK: 6}
                metadata: {millrace: {idempotencyKey: '${ .q + "!" }'}, owner: me}
            """,
            TaskPlan.Call.class);
    assertThat(call)
        .returns(new StageName("retrieve"), TaskPlan.Call::stage)
        .returns("rag.retrieve", TaskPlan.Call::function);
    assertThat(evaluate(call.arguments(), "{\"q\": \"x\"}"))
        .isEqualTo(json("{\"query\": \"x\", \"topK\": 6}"));
    assertThat(evaluate(call.idempotencyKey(), "{\"q\": \"x\"}")).isEqualTo(json("\"x!\""));
  }

  @Test
  void metadata_may_choose_the_stage_of_a_call() {
    var call =
        first(
            "- a: {call: 'echo:1.0.0@default', metadata: {millrace: {stage: slow-lane}}}",
            TaskPlan.Call.class);
    assertThat(call.stage()).isEqualTo(new StageName("slow-lane"));
    assertThat(call.arguments()).isEqualTo(new ConstantTemplate(json("{}")));
  }

  @Test
  void an_http_call_evaluates_to_the_request() {
    var call =
        first(
            """
            - a:
                call: http
                with:
                  method: post
                  endpoint:
                    uri: https://x.org/{id}/a?q={q}
                    authentication: {basic: {username: '${ .u }', password: secret}}
                  headers: {x-id: '${ .id }'}
                  query: {page: 2}
                  body: '${ {n: .id} }'
                  output: response
                  redirect: true
            """,
            TaskPlan.Call.class);
    assertThat(evaluate(call.arguments(), "{\"id\": 7, \"q\": \"a b/é\", \"u\": \"me\"}"))
        .isEqualTo(
            json(
                """
                {"method": "POST", "endpoint": "https://x.org/7/a?q=a%20b%2F%C3%A9",
                 "authentication": {"basic": {"username": "me", "password": "secret"}},
                 "headers": {"x-id": 7}, "query": {"page": 2}, "body": {"n": 7},
                 "output": "response", "redirect": true}
                """));
    assertThatThrownBy(() -> evaluate(call.arguments(), "{\"id\": 7, \"u\": \"me\"}"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("'q'");
  }

  @Test
  void an_endpoint_that_an_expression_computes_has_to_be_http() {
    var call =
        first(
            "- a: {call: http, with: {method: '${ .m }', endpoint: '${ .uri }'}}",
            TaskPlan.Call.class);
    assertThat(
            evaluate(
                call.arguments(),
                "{\"m\": \"GET\", \"uri\": \"http://x/{y}\"}".replace("{y}", "y")))
        .isEqualTo(json("{\"method\": \"GET\", \"endpoint\": \"http://x/y\"}"));
    assertThatThrownBy(
            () -> evaluate(call.arguments(), "{\"m\": \"GET\", \"uri\": \"file:///etc/passwd\"}"))
        .isInstanceOf(ExpressionException.class);
  }

  @Test
  void an_own_function_is_a_block_below_its_call_and_gets_what_the_call_passes() {
    var plan =
        plan("- a: {call: greet, with: {name: '${ $input.who }'}, then: end}\n- b: {call: greet}");
    var call = (TaskPlan.Do) plan.body().tasks().getFirst();
    assertThat(call.common().input()).isEqualTo(Transform.NONE);
    var inner = (TaskPlan.Set) call.body().tasks().getFirst();
    assertThat(call.common().then()).isEqualTo(new FlowDirective.End());
    assertThat(inner.pointer()).isEqualTo("/do/0/a/call/greet");
    assertThat(evaluate(inner.common().input().template(), "{\"who\": \"Ada\"}"))
        .isEqualTo(json("{\"name\": \"Ada\"}"));
    assertThat(evaluate(inner.value(), "{\"name\": \"Ada\"}"))
        .isEqualTo(json("{\"text\": \"Hello Ada\"}"));
    assertThat(plan.tasks())
        .containsEntry("/do/0/a/call/greet", inner)
        .containsKey("/do/1/b/call/greet");
  }

  @Test
  void a_function_that_checks_its_input_checks_what_the_call_passes() {
    var plan = plan("- a: {call: checked, with: {n: 1}}");
    var outer = plan.task("/do/0/a/call/checked");
    var inner = plan.task("/do/0/a/call/checked/call/checked");
    assertThat(evaluate(outer.common().input().template(), "{}")).isEqualTo(json("{\"n\": 1}"));
    assertThat(inner.common().input().schema())
        .isNotNull()
        .satisfies(schema -> assertThat(schema.violations(json("5"))).isNotEmpty());
  }

  @Test
  void a_schema_tells_what_is_wrong_and_where() {
    var definition =
        HEAD
            + """
            input:
              schema:
                document:
                  type: object
                  required: [tenant]
                  properties: {tenant: {type: string, pattern: '^(a+)+$'}}
            do:
            - a: {set: {}}
            """;
    var schema = Objects.requireNonNull(compile(definition).plan().input().schema());
    assertThat(schema.violations(json("{\"tenant\": \"aaa\"}"))).isEmpty();
    assertThat(schema.violations(json("{}")))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("tenant");
    var hostile = "{\"tenant\": \"" + "a".repeat(5000) + "!\"}";
    assertThat(schema.violations(json(hostile)))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("/tenant");
  }

  @Test
  void a_schema_that_leads_in_circles_refuses_instead_of_ending_the_process() {
    var set = first("- a: {set: {}, input: {schema: {document: {$ref: '#'}}}}", TaskPlan.Set.class);
    assertThat(Objects.requireNonNull(set.common().input().schema()).violations(json("1")))
        .hasSize(1);
  }

  @Test
  void what_is_probably_not_meant_is_a_warning() {
    assertThat(warnings("- a: {if: .x, set: {}, then: end}"))
        .singleElement()
        .asString()
        .contains("switch");
    assertThat(
            warnings(
                "- a: {try: [{b: {set: {}}}], catch: {retry: transient, do: [{c: {set: {}}}]}}"))
        .singleElement()
        .asString()
        .contains("when the retries are spent");
    assertThat(warnings("- a: {try: [{b: {set: {}}}], catch: {retry: {delay: PT1S}}}"))
        .singleElement()
        .asString()
        .contains("for ever");
    assertThat(warnings("- a: {set: {n: 12345678901234567890}}"))
        .singleElement()
        .asString()
        .contains("2^53");
    assertThat(warnings("- a: {set: {n: 9007199254740992}}")).isEmpty();
  }

  @Property(tries = 300)
  void a_mutated_definition_compiles_or_is_refused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int mutations) {
    var text =
        new StringBuilder(
            definition(
                """
                - a: {for: {in: .x}, while: .y, do: [{b: {set: {z: '${ $item }'}}}]}
                - c: {try: [{d: {call: greet}}], catch: {as: e, retry: transient}}
                - f: {call: http, with: {method: get, endpoint: 'http://x/{y}'}, then: a}
                """));
    var random = new Random(seed);
    for (var i = 0; i < mutations; i++) {
      mutate(text, random);
    }
    try {
      var compiled = PlanCompiler.compile(text.toString(), CATALOG).plan();
      assertThat(PlanCompiler.compile(text.toString(), CATALOG).plan().hash())
          .isEqualTo(compiled.hash());
    } catch (InvalidDefinitionException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }

  private static void mutate(StringBuilder text, Random random) {
    var at = random.nextInt(text.length());
    switch (random.nextInt(4)) {
      case 0 -> text.deleteCharAt(at);
      case 1 -> text.insert(at, MARKS.charAt(random.nextInt(MARKS.length())));
      case 2 -> text.setCharAt(at, (char) random.nextInt(0x3000));
      default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
    }
  }
}
