package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Outcome.Compensated;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs before and after a task leaves everything else about the task as it was. */
class ExtensionsTest {
  private static final String LOGGED =
      """
      use:
        extensions:
          - logging:
              extend: all
              before:
                - tell: { emit: { event: { with: { type: begins, data: '${ { name: $task.name, at: $task.reference, input: $task.input, output: $task.output, here: . } }' } } } }
              after:
                - say: { emit: { event: { with: { type: ended, data: '${ { name: $task.name, at: $task.reference, input: $task.input, output: $task.output, here: . } }' } } } }
      """;

  private static final String MOCKED =
      """
      use:
        extensions:
          - mock:
              extend: call
              when: '${ .mocked }'
              before: [ { answer: { set: { id: fake }, then: exit } } ]
              after: [ { never: { raise: { error: { type: 'x:never', status: 500 } } } } ]
      """;

  private static List<String> told(InstanceUnderTest run) {
    return run.emitted().stream()
        .map(e -> e.path("type").asText() + " " + e.path("data").path("name").asText())
        .toList();
  }

  @Test
  void what_runs_before_and_after_sees_the_task_and_leaves_its_data_alone() {
    var run =
        InstanceUnderTest.of(
                LOGGED
                    + """
                    do:
                      - double: { set: { n: '${ .n * 2 }' } }
                      - add: { set: { n: '${ .n + 1 }' } }
                    """)
            .start("n: 20");

    assertThat(run.output()).isEqualTo(yaml("n: 41"));
    assertThat(told(run))
        .containsExactly("begins double", "ended double", "begins add", "ended add");
    assertThat(run.emitted().get(0).path("data"))
        .isEqualTo(
            yaml(
                "{ name: double, at: /do/0/double, input: { n: 20 }, output: null, here: { n: 20 } }"));
    assertThat(run.emitted().get(1).path("data"))
        .isEqualTo(
            yaml(
                "{ name: double, at: /do/0/double, input: { n: 20 }, output: { n: 40 }, here: { n: 40 } }"));
  }

  @Test
  void the_first_declared_is_outermost() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  extensions:
                    - outer: { extend: set, before: [ { o1: { emit: { event: { with: { type: o1 } } } } } ], after: [ { o2: { emit: { event: { with: { type: o2 } } } } } ] }
                    - inner: { extend: all, before: [ { i1: { emit: { event: { with: { type: i1 } } } } } ], after: [ { i2: { emit: { event: { with: { type: i2 } } } } } ] }
                do: [ { here: { set: { done: true } } } ]
                """)
            .start("{}");
    assertThat(run.emitted())
        .extracting(event -> event.path("type").asText())
        .containsExactly("o1", "i1", "i2", "o2");
    assertThat(run.output()).isEqualTo(yaml("done: true"));
  }

  @Test
  void exit_before_replaces_the_task_and_skips_what_comes_after() {
    var body = MOCKED + "do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]\n";
    var mocked = InstanceUnderTest.of(body).start("mocked: true");
    assertThat(mocked.output()).isEqualTo(yaml("id: fake"));
    assertThat(mocked.dispatched()).isEmpty();
  }

  @Test
  void where_when_is_false_the_extension_is_not_there() {
    var run =
        InstanceUnderTest.of(MOCKED + "do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]\n")
            .start("mocked: false")
            .completes("id: real");
    assertThat(run.output()).isEqualTo(yaml("id: real"));
    assertThat(run.completed()).containsExactly("reserve");
  }

  @Test
  void what_a_mock_yields_goes_on_as_if_it_were_the_tasks_own() {
    var run =
        InstanceUnderTest.of(
                MOCKED
                    + """
                    do:
                      - reserve:
                          call: 'reserve:1.0.0@default'
                          input: { from: '${ { wanted: .n } }' }
                          output: { as: '${ { got: .id, wanted: $input.wanted } }' }
                          export: { as: '${ { reserved: $output.got } }' }
                          then: last
                      - never: { raise: { error: { type: 'x:never', status: 500 } } }
                      - last: { set: '${ . + $context }' }
                    """)
            .start("{ mocked: true, n: 3 }");
    assertThat(run.output()).isEqualTo(yaml("{ got: fake, wanted: 3, reserved: fake }"));
  }

  @Test
  void exit_after_replaces_the_output() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  extensions:
                    - envelope: { extend: call, after: [ { wrap: { set: { got: '${ . }', by: '${ $task.name }' }, then: exit } } ] }
                do:
                  - reserve: { call: 'reserve:1.0.0@default', then: end }
                  - never: { set: { never: true } }
                """)
            .start("{}")
            .completes("id: r1");
    assertThat(run.output()).isEqualTo(yaml("{ got: { id: r1 }, by: reserve }"));
  }

  @Test
  void an_exit_of_the_inner_extension_leaves_the_outer_one() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: call")
                    + "    - mock: { extend: call, before: [ { answer: { set: { id: fake }, then: exit } } ] }\n"
                    + "do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]\n")
            .start("{}");
    assertThat(told(run)).containsExactly("begins reserve", "ended reserve");
    assertThat(run.emitted().get(1).path("data").path("output")).isEqualTo(yaml("id: fake"));
    assertThat(run.output()).isEqualTo(yaml("id: fake"));
  }

  @Test
  void the_flow_goes_where_the_task_would_have_it_go() {
    var run =
        InstanceUnderTest.of(
                LOGGED
                    + """
                    do:
                      - choose:
                          switch:
                            - many: { when: '.n > 3', then: done }
                            - few: { then: more }
                      - never: { raise: { error: { type: 'x:never', status: 500 } } }
                      - more: { set: { n: '${ .n + 1 }' }, then: choose }
                      - done: { set: { done: '${ .n }' }, then: end }
                      - after: { set: { never: true } }
                    """)
            .start("n: 2");
    assertThat(run.output()).isEqualTo(yaml("done: 4"));
    assertThat(told(run))
        .filteredOn(it -> it.startsWith("ended"))
        .containsExactly(
            "ended choose",
            "ended more",
            "ended choose",
            "ended more",
            "ended choose",
            "ended done");
  }

  @Test
  void exit_of_the_task_leaves_its_block_once_what_comes_after_has_run() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: set")
                    + """
                    do:
                      - outer:
                          do:
                            - leave: { set: { left: true }, then: exit }
                            - never: { set: { never: true } }
                      - next: { set: '${ . + { next: true } }' }
                    """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("{ left: true, next: true }"));
    assertThat(told(run)).contains("ended leave").doesNotContain("begins never");
  }

  @Test
  void a_skipped_task_is_not_extended_and_its_then_counts() {
    var run =
        InstanceUnderTest.of(
                LOGGED
                    + """
                    do:
                      - maybe: { if: '.go', set: { gone: true }, then: end }
                      - never: { set: { never: true } }
                    """)
            .start("go: false");
    assertThat(run.output()).isEqualTo(yaml("go: false"));
    assertThat(run.emitted()).isEmpty();
  }

  @Test
  void tasks_of_extensions_are_not_extended_and_functions_are() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  functions:
                    fetch: { call: 'reserve:1.0.0@default' }
                  extensions:
                    - tell:
                        extend: call
                        before:
                          - first: { emit: { event: { with: { type: begins, data: '${ { name: $task.name, input: . } }' } } } }
                          - ask: { call: fetch, with: { for: '${ $task.name }' } }
                do: [ { work: { call: fetch, with: { n: 1 } } } ]
                """)
            .start("{ x: 1 }")
            .completes("asked: 1")
            .completes("asked: 2")
            .completes("done: true");
    assertThat(told(run)).containsExactly("begins work", "begins fetch");
    assertThat(run.emitted().get(1).path("data").path("input")).isEqualTo(yaml("n: 1"));
    assertThat(run.dispatched())
        .hasSize(3)
        .extracting(StageRequest::idempotencyKey)
        .doesNotHaveDuplicates();
    assertThat(run.output()).isEqualTo(yaml("done: true"));
  }

  @Test
  void an_error_of_the_task_has_its_own_pointer_and_nothing_runs_after() {
    var run =
        InstanceUnderTest.of(LOGGED + "do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]\n")
            .start("{}")
            .refuses(409);
    assertThat(run.error().instance()).isEqualTo("/do/0/reserve");
    assertThat(told(run)).containsExactly("begins reserve");
  }

  @Test
  void an_error_of_the_extension_is_raised_where_it_stands_around_the_task() {
    var body =
        """
        use:
          extensions:
            - guard: { extend: try, before: [ { deny: { raise: { error: { type: 'x:denied', status: 403, title: Denied } } } } ] }
        do:
          - around:
              do:
                - work:
                    try: [ { a: { set: { a: 1 } } } ]
                    catch: { do: [ { b: { set: { b: 1 } } } ] }
        """;
    assertThat(InstanceUnderTest.of(body).start("{}").error().instance())
        .isEqualTo("/do/0/around/do/0/work/extensions/guard/before/0/deny");
  }

  @Test
  void a_condition_that_fails_is_an_error_of_the_task() {
    var run =
        InstanceUnderTest.of(
                """
                use: { extensions: [ { odd: { extend: set, when: '$task.set.n | startswith("x")', before: [ { b: { set: { b: 1 } } } ] } } ] }
                do: [ { work: { set: { n: 1 } } } ]
                """)
            .start("{}");
    assertThat(run.error().instance()).isEqualTo("/do/0/work");
    assertThat(run.error().type()).endsWith("/expression");
  }

  @Test
  void the_condition_is_asked_once() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  extensions:
                    - once:
                        extend: call
                        when: '$context == null'
                        before: [ { mark: { set: {}, export: { as: '${ { seen: 1 } }' } } } ]
                        after: [ { count: { set: {}, export: { as: '${ $context + { after: 1 } }' } } } ]
                output: { as: '${ $context }' }
                do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]
                """)
            .start("{}")
            .completes("{}");
    assertThat(run.output()).isEqualTo(yaml("{ seen: 1, after: 1 }"));
  }

  @Test
  void a_timeout_of_the_task_does_not_count_what_runs_around_it() {
    var run =
        InstanceUnderTest.of(
                """
                use: { extensions: [ { slow: { extend: call, before: [ { pause: { wait: PT1H } } ] } } ] }
                do: [ { reserve: { call: 'reserve:1.0.0@default', timeout: { after: PT10S } } } ]
                """)
            .start("{}")
            .after(Duration.ofHours(1))
            .after(Duration.ofSeconds(9));
    assertThat(run.awaited()).hasSize(1);
    run.after(Duration.ofSeconds(1));
    assertThat(run.error().status()).isEqualTo(408);
    assertThat(run.error().instance()).isEqualTo("/do/0/reserve");
  }

  private static final String SAGA =
      """
      use:
        functions:
          release: { call: 'reserve:1.0.0@default', with: { undo: '${ .id }' } }
        extensions:
          - logging:
              extend: call
              when: '$task.name != "skip"'
              before: [ { tell: { emit: { event: { with: { type: begins, data: '${ { name: $task.name } }' } } } } } ]
              after: [ { say: { emit: { event: { with: { type: ended, data: '${ { name: $task.name } }' } } } } } ]
          - mock:
              extend: call
              when: '${ .mocked and $task.name == "reserve" }'
              before: [ { answer: { set: '${ . + { id: fake } }', then: exit } } ]
      do:
        - order:
            metadata: { millrace: { onAbort: compensate } }
            do:
              - reserve:
                  call: 'reserve:1.0.0@default'
                  metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
              - charge: { call: 'charge:1.0.0@default' }
      """
          .replace("id: fake", "id: \"fake\"");

  @Test
  void an_extended_task_is_compensated_and_its_compensation_extended() {
    var run = InstanceUnderTest.of(SAGA).start("{}").completes("id: r1").refuses(402);
    assertThat(run.lastRequest().arguments()).isEqualTo(yaml("undo: r1"));
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Compensated.class,
            it ->
                assertThat(it.undone())
                    .extracting(u -> u.position().pointer())
                    .containsExactly("/do/0/order/do/0/reserve"));
    assertThat(told(run))
        .containsExactly(
            "begins reserve", "ended reserve", "begins charge", "begins release", "ended release");
  }

  @Test
  void what_a_mock_stood_in_for_was_not_done_and_is_not_undone() {
    var run = InstanceUnderTest.of(SAGA).start("mocked: true").refuses(402);
    assertThat(run.dispatched()).hasSize(1);
    assertThat(run.outcome()).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void a_task_that_always_runs_does_so_with_its_extension() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: set")
                    + """
                    do:
                      - reserve: { call: 'reserve:1.0.0@default' }
                      - clean: { set: { clean: true }, metadata: { millrace: { alwaysRun: true } } }
                    """)
            .start("{}")
            .isCancelled();
    assertThat(run.outcome()).isInstanceOf(Outcome.Cancelled.class);
    assertThat(told(run)).containsExactly("begins clean", "ended clean");
  }

  @Test
  void attempts_of_an_extended_call_share_their_key() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: call")
                    + """
                    do:
                      - work:
                          try: [ { reserve: { call: 'reserve:1.0.0@default' } } ]
                          catch: { retry: { delay: PT1S, limit: { attempt: { count: 2 } } } }
                    """)
            .start("{}")
            .refuses(500)
            .after(Duration.ofSeconds(1))
            .completes("id: r1");
    assertThat(run.output()).isEqualTo(yaml("id: r1"));
    assertThat(run.dispatched()).hasSize(2);
    assertThat(run.dispatched().get(0).idempotencyKey())
        .isEqualTo(run.dispatched().get(1).idempotencyKey());
    assertThat(told(run)).containsExactly("begins reserve", "begins reserve", "ended reserve");
  }

  @Test
  void composite_means_do_and_fork_and_not_what_has_a_word_of_its_own() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: composite")
                    + """
                    do:
                      - block: { do: [ { loop: { for: { in: '${ [1] }' }, do: [ { a: { set: { a: 1 } } } ] } } ] }
                      - both: { fork: { branches: [ { left: { set: { l: 1 } } }, { right: { set: { r: 1 } } } ] } }
                      - safe: { try: [ { b: { set: { b: 1 } } } ], catch: {} }
                    """)
            .start("{}");
    assertThat(told(run))
        .containsExactly("begins block", "ended block", "begins both", "ended both");
  }

  @Test
  void branches_items_and_handlers_are_extended_each_by_itself() {
    var run =
        InstanceUnderTest.of(
                LOGGED.replace("extend: all", "extend: set")
                    + """
                    do:
                      - both: { fork: { branches: [ { left: { set: { l: 1 } } }, { right: { set: { r: 1 } } } ] } }
                      - loop: { for: { in: '${ [1, 2] }' }, do: [ { item: { set: { i: '${ $item }' } } } ] }
                      - safe:
                          try: [ { bad: { raise: { error: { type: 'x:y', status: 400 } } } } ]
                          catch: { do: [ { handle: { set: { handled: true } } } ] }
                    """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("handled: true"));
    assertThat(told(run))
        .filteredOn(it -> it.startsWith("ended"))
        .containsExactlyInAnyOrder(
            "ended left", "ended right", "ended item", "ended item", "ended handle");
  }

  @Test
  void end_in_an_extension_ends_the_workflow() {
    var run =
        InstanceUnderTest.of(
                """
                use: { extensions: [ { stop: { extend: call, before: [ { halt: { set: { halted: true }, then: end } } ] } } ] }
                do: [ { reserve: { call: 'reserve:1.0.0@default' } } ]
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("halted: true"));
  }

  @Test
  void an_extension_may_undo_what_the_workflow_has_done() {
    var run =
        InstanceUnderTest.of(
                SAGA.replace("- mock:", "- undo:")
                    .replace("$task.name == \"reserve\"", "$task.name == \"charge\"")
                    .replace(
                        "[ { answer: { set: '${ . + { id: \"fake\" } }', then: exit } } ]",
                        "[ { back: { call: 'compensate:1.0.0@default', then: exit } } ]")
                    .replace("when: '${ .mocked and", "when: '${ .id == \"r1\" and")
                    .replace(
                        "- logging:\n        extend: call", "- logging:\n        extend: wait"))
            .start("{}")
            .completes("id: r1");
    assertThat(run.lastRequest().arguments()).isEqualTo(yaml("undo: r1"));
  }
}
