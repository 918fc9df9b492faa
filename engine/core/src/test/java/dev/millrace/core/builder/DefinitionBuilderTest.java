package dev.millrace.core.builder;

import static dev.millrace.core.builder.Expression.jq;
import static dev.millrace.core.builder.Tasks.attempt;
import static dev.millrace.core.builder.Tasks.call;
import static dev.millrace.core.builder.Tasks.choose;
import static dev.millrace.core.builder.Tasks.emit;
import static dev.millrace.core.builder.Tasks.forEach;
import static dev.millrace.core.builder.Tasks.fork;
import static dev.millrace.core.builder.Tasks.http;
import static dev.millrace.core.builder.Tasks.listenFor;
import static dev.millrace.core.builder.Tasks.pause;
import static dev.millrace.core.builder.Tasks.race;
import static dev.millrace.core.builder.Tasks.raise;
import static dev.millrace.core.builder.Tasks.run;
import static dev.millrace.core.builder.Tasks.sequence;
import static dev.millrace.core.builder.Tasks.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Written in Java or in YAML, a workflow has one plan. */
class DefinitionBuilderTest {
  private static final FunctionCatalog CATALOG =
      new FunctionCatalog(
          Map.of("pay", new StageName("payments"), "shop.total", new StageName("java")));
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}\n";

  record Order(List<Integer> prices, int discount) {}

  record Total(int cents) {}

  private static final JavaFunction<Order, Total> TOTAL =
      JavaFunction.of(
          "shop.total",
          Order.class,
          Total.class,
          order -> new Total(order.prices().stream().mapToInt(p -> p).sum() - order.discount()));

  private static DefinitionBuilder order() {
    return DefinitionBuilder.of("shop", "order", "1.0.0");
  }

  private static void assertSamePlan(DefinitionBuilder built, String yaml)
      throws InvalidDefinitionException {
    assertSamePlanWith(HEAD, built, yaml);
  }

  /**
   * @param profile what stands in {@code document.metadata.millrace}
   */
  private static void assertSamePlan(DefinitionBuilder built, String yaml, String profile)
      throws InvalidDefinitionException {
    var head =
        HEAD.replace("}\n", ",\n  metadata: {millrace: {")
            + profile.strip().indent(2).strip()
            + "}}}\n";
    assertSamePlanWith(head, built, yaml);
  }

  private static void assertSamePlanWith(String head, DefinitionBuilder built, String yaml)
      throws InvalidDefinitionException {
    var java = built.compile(CATALOG).plan();
    var text = PlanCompiler.compile(head + yaml, CATALOG).plan();
    assertThat(java.definition()).isEqualTo(text.definition());
    assertThat(java.hash()).isEqualTo(text.hash());
    assertThat(java.tasks().keySet()).isEqualTo(text.tasks().keySet());
    java.tasks().forEach((pointer, task) -> assertThat(task).hasSameClassAs(text.task(pointer)));
  }

  /** For kinds that are further than the compiler: at least the definition is the same. */
  private static void assertSameDefinition(DefinitionBuilder built, String yaml)
      throws InvalidDefinitionException {
    assertThat(CanonicalJson.hash(built.definition()))
        .isEqualTo(CanonicalJson.hash(DefinitionReader.read(HEAD + yaml).root()));
  }

  @Test
  void set_with_everything_a_task_can_have() throws Exception {
    assertSamePlan(
        order()
            .tasks(
                set("a", Map.of("x", jq(".y"), "n", List.of(1, true)))
                    .when(".ready")
                    .input(jq(".order"))
                    .inputSchema(Map.of("type", "object"))
                    .output(jq(".x"))
                    .export(Map.of("seen", jq("$output")))
                    .timeout(Duration.ofSeconds(5))
                    .then("c"),
                set("b", jq(".")).thenExit(),
                set("c", Map.of("x", 1.5)).outputSchema(Map.of("type", "object")).thenEnd()),
        """
        do:
          - a:
              if: ${ .ready }
              input: {from: '${ .order }', schema: {document: {type: object}}}
              set: {x: '${ .y }', n: [1, true]}
              output: {as: '${ .x }'}
              export: {as: {seen: '${ $output }'}}
              timeout: {after: PT5S}
              then: c
          - b: {set: '${ . }', then: exit}
          - c: {set: {x: 1.5}, output: {schema: {document: {type: object}}}, then: end}
        """);
  }

  @Test
  void do_and_wait() throws Exception {
    assertSamePlan(
        order()
            .namedTimeout("slow", Duration.ofMinutes(1))
            .tasks(
                sequence("all", pause("a", Duration.ofSeconds(90)), pause("b", jq(".pause")))
                    .timeout("slow")),
        """
        use: {timeouts: {slow: {after: PT1M}}}
        do:
          - all: {do: [{a: {wait: PT1M30S}}, {b: {wait: '${ .pause }'}}], timeout: slow}
        """);
  }

  @Test
  void switch_and_raise() throws Exception {
    assertSamePlan(
        order()
            .error("soldOut", "https://shop/sold-out", 409, "Sold out")
            .tasks(
                choose("which").on("none", ".stock == 0", "refuse").otherwise("some", "end"),
                raise("refuse", "soldOut"),
                raise("never", "https://shop/bad", 400, "Bad", jq(".why"))),
        """
        use: {errors: {soldOut: {type: 'https://shop/sold-out', status: 409, title: Sold out}}}
        do:
          - which:
              switch:
                - none: {when: '${ .stock == 0 }', then: refuse}
                - some: {then: end}
          - refuse: {raise: {error: soldOut}}
          - never:
              raise:
                error: {type: 'https://shop/bad', status: 400, title: Bad, detail: '${ .why }'}
        """);
  }

  @Test
  void for_with_while() throws Exception {
    assertSamePlan(
        order()
            .tasks(
                forEach("each", "line", jq(".lines"), set("x", Map.of("line", jq("$line"))))
                    .at("nr")
                    .repeatWhile("$nr < 3")),
        """
        do:
          - each:
              for: {each: line, in: '${ .lines }', at: nr}
              while: ${ $nr < 3 }
              do: [{x: {set: {line: '${ $line }'}}}]
        """);
  }

  @Test
  void try_with_retries_and_a_handler() throws Exception {
    assertSamePlan(
        order()
            .retry("transient", Retry.upTo(3).delay(Duration.ofSeconds(1)).exponential())
            .tasks(
                attempt("a", pause("x", Duration.ofSeconds(1))).retry("transient"),
                attempt("b", pause("x", Duration.ofSeconds(1)))
                    .catching("https://shop/declined")
                    .catching(402)
                    .as("failure")
                    .catchWhen("$failure.status < 500")
                    .exceptWhen(".lost")
                    .retry(
                        Retry.within(Duration.ofHours(1))
                            .exponential(3, Duration.ofMinutes(1))
                            .jitter(Duration.ZERO, Duration.ofSeconds(1))
                            .when("$error.status == 503"))
                    .handle(set("sorry", Map.of("why", jq("$failure.title"))))),
        """
        use:
          retries:
            transient: {limit: {attempt: {count: 3}}, delay: PT1S, backoff: {exponential: {}}}
        do:
          - a: {try: [{x: {wait: PT1S}}], catch: {retry: transient}}
          - b:
              try: [{x: {wait: PT1S}}]
              catch:
                errors: {with: {type: 'https://shop/declined', status: 402}}
                as: failure
                when: ${ $failure.status < 500 }
                exceptWhen: ${ .lost }
                retry:
                  limit: {duration: PT1H}
                  backoff: {exponential: {factor: 3.0, maxDelay: PT1M}}
                  jitter: {from: PT0S, to: PT1S}
                  when: ${ $error.status == 503 }
                do: [{sorry: {set: {why: '${ $failure.title }'}}}]
        """);
  }

  @Test
  void calls_of_stages_protocols_and_functions() throws Exception {
    assertSamePlan(
        order()
            .function("greet", set("any", Map.of("text", jq(".name"))))
            .tasks(
                call("pay", "pay:1.0.0@default")
                    .with("cents", 500)
                    .stage("express")
                    .idempotencyKey(jq("$workflow.id")),
                http("get", "get", "https://shop/{id}").with("query", Map.of("q", jq(".q"))),
                call("hello", "greet").with(Map.of("name", "Ada"))),
        """
        use: {functions: {greet: {set: {text: '${ .name }'}}}}
        do:
          - pay:
              call: pay:1.0.0@default
              with: {cents: 500}
              metadata: {millrace: {stage: express, idempotencyKey: '${ $workflow.id }'}}
          - get:
              call: http
              with: {method: get, endpoint: 'https://shop/{id}', query: {q: '${ .q }'}}
          - hello: {call: greet, with: {name: Ada}}
        """);
  }

  @Test
  void a_typed_lambda_is_called_by_its_name() throws Exception {
    assertSamePlan(
        order().tasks(call("total", TOTAL).with("prices", jq(".prices")).with("discount", 5)),
        """
        do:
          - total:
              call: shop.total:1.0.0@default
              with: {prices: '${ .prices }', discount: 5}
        """);
  }

  @Test
  void the_workflow_around_the_tasks() throws Exception {
    assertSamePlan(
        order()
            .inputSchema(Map.of("type", "object"))
            .input(jq(".order"))
            .output(Map.of("ok", jq(".x")))
            .outputSchema(Map.of("type", "object"))
            .timeout(Duration.ofHours(1))
            .tasks(set("a", Map.of("x", 1))),
        """
        input: {schema: {document: {type: object}}, from: '${ .order }'}
        output: {schema: {document: {type: object}}, as: {ok: '${ .x }'}}
        timeout: {after: PT1H}
        do: [{a: {set: {x: 1}}}]
        """);
  }

  @Test
  void fork_emit_listen_and_run_workflow() throws Exception {
    assertSamePlan(
        order()
            .tasks(
                fork("both", set("a", jq(".")), set("b", jq("."))),
                race("first", set("a", jq(".")), set("b", jq("."))),
                emit("tell", Map.of("type", "shop.ordered", "data", jq("."))),
                listenFor("hear", "shop.paid").profile("signal", "paid"),
                run(
                    "child",
                    "workflow",
                    Map.of(
                        "namespace", "shop",
                        "name", "pack",
                        "version", "1.0.0",
                        "input", Map.of("id", jq(".id"))))),
        """
        do:
          - both: {fork: {branches: [{a: {set: '${ . }'}}, {b: {set: '${ . }'}}]}}
          - first: {fork: {branches: [{a: {set: '${ . }'}}, {b: {set: '${ . }'}}], compete: true}}
          - tell: {emit: {event: {with: {type: shop.ordered, data: '${ . }'}}}}
          - hear: {listen: {to: {one: {with: {type: shop.paid}}}}, metadata: {millrace: {signal: paid}}}
          - child:
              run:
                workflow: {namespace: shop, name: pack, version: '1.0.0', input: {id: '${ .id }'}}
        """);
  }

  @Test
  void sagas_and_the_functions_of_the_engine() throws Exception {
    assertSamePlan(
        order()
            .function("refund", set("any", Map.of("refunded", jq(".id"))))
            .tasks(
                attempt(
                        "charge",
                        call("pay", "pay:1.0.0@default")
                            .compensation("refund", Map.of("id", jq(".id"))))
                    .profile("onAbort", "compensate")
                    .as("failure")
                    .handle(
                        call("undo", "compensate:1.0.0@default").with("scope", "charge"),
                        call("again", "rethrow:1.0.0@default").with("error", jq("$failure"))),
                call("each", "map:1.0.0@default")
                    .with("items", jq(".lines"))
                    .with("function", "refund")),
        """
        use: {functions: {refund: {set: {refunded: '${ .id }'}}}}
        do:
          - charge:
              try:
                - pay:
                    call: pay:1.0.0@default
                    metadata: {millrace: {compensation: {call: refund, with: {id: '${ .id }'}}}}
              catch:
                as: failure
                do:
                  - undo: {call: compensate:1.0.0@default, with: {scope: charge}}
                  - again: {call: rethrow:1.0.0@default, with: {error: '${ $failure }'}}
              metadata: {millrace: {onAbort: compensate}}
          - each: {call: map:1.0.0@default, with: {items: '${ .lines }', function: refund}}
        """);
  }

  @Test
  void what_the_compiler_does_not_take_yet_is_written_as_the_language_has_it() throws Exception {
    assertSameDefinition(
        order()
            .secret("token")
            .schedule(Map.of("every", Duration.ofMinutes(5)))
            .tasks(run("shell", "shell", Map.of("command", "true"))),
        """
        use: {secrets: [token]}
        schedule: {every: PT5M}
        do:
          - shell: {run: {shell: {command: 'true'}}}
        """);
  }

  @Test
  void policies_of_calls() throws Exception {
    assertSamePlan(
        order()
            .policy(
                "payments",
                Policy.ofCircuitBreaker(50, 20, Duration.ofSeconds(30))
                    .andBulkhead(8, Duration.ofSeconds(5))
                    .andRateLimit(600, Duration.ofMinutes(1), Duration.ZERO))
            .policy("slow", Policy.ofBulkhead(1, Duration.ZERO))
            .tasks(
                call("charge", "pay:1.0.0@default").policy("payments"),
                call("again", "pay:1.0.0@default").policy("slow")),
        """
        do:
          - charge: {call: pay:1.0.0@default, metadata: {millrace: {policy: payments}}}
          - again: {call: pay:1.0.0@default, metadata: {millrace: {policy: slow}}}
        """,
        """
        profile: '1',
        policies: {
          payments: {
            circuitBreaker: {failureRatePct: 50, window: 20, openFor: PT30S},
            bulkhead: {max: 8, maxWait: PT5S},
            rateLimit: {permits: 600, per: PT1M, maxWait: PT0S}},
          slow: {bulkhead: {max: 1, maxWait: PT0S}}}
        """);
  }

  @Test
  void what_is_written_in_java_is_deployed_as_text() throws Exception {
    var built = order().title("Orders").tasks(set("a", Map.of("x", 1)));
    assertThat(PlanCompiler.compile(built.text(), CATALOG).plan().hash())
        .isEqualTo(built.compile(CATALOG).plan().hash());
  }

  @Test
  void a_lambda_answers_in_its_types() {
    var arguments = JsonNodeFactory.instance.objectNode().put("discount", 5);
    arguments.putArray("prices").add(100).add(20);
    assertThat(TOTAL.answer(arguments))
        .isEqualTo(
            new StageAnswer.Completed(JsonNodeFactory.instance.objectNode().put("cents", 115)));
  }

  @Test
  void a_lambda_refuses_what_it_cannot_read_and_what_it_cannot_do() {
    assertThat(TOTAL.answer(JsonNodeFactory.instance.textNode("five")))
        .isInstanceOfSatisfying(
            StageAnswer.Refused.class,
            refused ->
                assertThat(refused.error().type()).isEqualTo(WorkflowError.Kind.VALIDATION.type()));
    assertThat(TOTAL.answer(JsonNodeFactory.instance.objectNode()))
        .isInstanceOfSatisfying(
            StageAnswer.Refused.class,
            refused ->
                assertThat(refused.error().type()).isEqualTo(WorkflowError.Kind.RUNTIME.type()));
  }

  @Test
  void a_definition_holds_data_and_no_objects() {
    assertThatThrownBy(() -> set("a", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void extensions_and_a_way_on_from_a_handler() throws Exception {
    assertSamePlan(
        order()
            .extension(
                "mock",
                Extension.of("call")
                    .when(".mocked")
                    .before(set("answer", Map.of("id", 1)).thenExit()))
            .extension("log", Extension.of("all").after(pause("rest", Duration.ofSeconds(1))))
            .tasks(
                attempt("a", call("b", "pay:1.0.0@default")).thenOnError("c"), set("c", Map.of())),
        """
        use:
          extensions:
            - mock: {extend: call, when: '${ .mocked }', before: [{answer: {set: {id: 1}, then: exit}}]}
            - log: {extend: all, after: [{rest: {wait: PT1S}}]}
        do:
          - a: {try: [{b: {call: 'pay:1.0.0@default'}}], catch: {then: c}}
          - c: {set: {}}
        """);
  }
}
