package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the flow goes, and what data it carries, when nothing fails. */
class FlowTest {

  @Test
  void tasks_run_in_the_order_they_are_written_and_hand_on_their_output() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - one: { set: { colors: '${ .colors + ["red"] }' } }
                  - two: { set: { colors: '${ .colors + ["green"] }' } }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("colors: [red, green]"));
    assertThat(run.completed()).containsExactly("one", "two");
  }

  @Test
  void a_goto_may_go_forward_and_backward_in_its_own_block() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - first: { set: { trace: '${ .trace + "1" }' }, then: third }
                  - second: { set: { trace: '${ .trace + "2" }' }, then: end }
                  - third: { set: { trace: '${ .trace + "3" }' }, then: second }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("trace: '132'"));
  }

  @Test
  void exit_leaves_the_block_and_end_leaves_the_workflow() {
    var body =
        """
        do:
          - outer:
              do:
                - leave: { set: { left: true }, then: %s }
                - never: { set: { never: true } }
          - after: { set: '${ . + { after: true } }' }
        """;
    assertThat(InstanceUnderTest.of(body.formatted("exit")).start("{}").output())
        .isEqualTo(yaml("{ left: true, after: true }"));
    assertThat(InstanceUnderTest.of(body.formatted("end")).start("{}").output())
        .isEqualTo(yaml("{ left: true }"));
  }

  @Test
  void a_switch_takes_the_first_case_that_matches() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - choose:
                      switch:
                        - big: { when: '.n > 10', then: big }
                        - any: { when: '.n > 0', then: small }
                        - rest: { then: end }
                  - small: { set: { size: small }, then: end }
                  - big: { set: { size: big } }
                """)
            .start("n: 50");
    assertThat(run.output()).isEqualTo(yaml("size: big"));
  }

  @Test
  void a_switch_without_match_follows_its_own_then() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - choose: { switch: [ { never: { when: 'false', then: wrong } } ], then: end }
                  - wrong: { set: { wrong: true } }
                """)
            .start("n: 1");
    assertThat(run.output()).isEqualTo(yaml("n: 1"));
  }

  @Test
  void a_task_whose_condition_is_false_is_skipped_but_its_then_applies() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - skipped: { if: '.n > 1', set: { wrong: true }, then: last }
                  - middle: { set: { wrong: true } }
                  - last: { set: '${ . + { last: true } }' }
                """)
            .start("n: 1");
    assertThat(run.output()).isEqualTo(yaml("{ n: 1, last: true }"));
    assertThat(run.completed()).containsExactly("last");
  }

  @Test
  void a_loop_chains_its_iterations_and_names_item_and_index() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - loop:
                      for: { each: color, in: '.colors', at: i }
                      do:
                        - mark: { set: { seen: '${ .seen + [ { color: $color, at: $i } ] }' } }
                """)
            .start("colors: [red, green]");
    assertThat(run.output())
        .isEqualTo(yaml("seen: [ { color: red, at: 0 }, { color: green, at: 1 } ]"));
  }

  @Test
  void while_is_checked_before_every_iteration_with_the_loop_variables_set() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - loop:
                      for: { each: n, in: '${ [1, 2, 3, 4] }' }
                      while: '${ $n < 3 }'
                      do:
                        - add: { set: '${ ((. | numbers) // 0) + $n }' }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("3"));
  }

  @Test
  void exit_in_a_loop_body_ends_the_iteration_not_the_loop() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - loop:
                      for: { each: n, in: '${ [1, 2] }' }
                      do:
                        - count: { set: { n: '${ (.n // 0) + 1 }' }, then: exit }
                        - never: { set: { wrong: true } }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("n: 2"));
  }

  @Test
  void an_empty_or_missing_collection_means_no_iteration() {
    var body =
        """
        do:
          - loop:
              for: { in: '.items' }
              do: [ { never: { set: { wrong: true } } } ]
        """;
    assertThat(InstanceUnderTest.of(body).start("items: []").output()).isEqualTo(yaml("items: []"));
    assertThat(InstanceUnderTest.of(body).start("a: 1").output()).isEqualTo(yaml("a: 1"));
  }

  @Test
  void data_are_validated_and_transformed_in_the_order_of_the_specification() {
    var run =
        InstanceUnderTest.of(
                """
                input: { from: '.order' }
                output: { as: '{ result: . }' }
                do:
                  - price:
                      input: { from: '.lines' }
                      set: { total: '${ map(.price) | add }' }
                      output: { as: '{ total: .total, lines: ($input | length) }' }
                      export: { as: '{ before: $context, total: $output.total }' }
                  - look: { set: { seen: '${ $context.total }', raw: '${ $workflow.input.id }' } }
                """)
            .start("{ id: 9, order: { lines: [ { price: 2 }, { price: 3 } ] } }");
    assertThat(run.output()).isEqualTo(yaml("result: { seen: 5, raw: 9 }"));
  }

  @Test
  void a_task_knows_its_own_name_reference_and_input() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - outer:
                      do:
                        - me:
                            set:
                              name: '${ $task.name }'
                              at: '${ $task.reference }'
                              raw: '${ $task.input }'
                              run: '${ $workflow.id }'
                              engine: '${ $runtime.name }'
                """)
            .start("n: 1");
    assertThat(run.output())
        .isEqualTo(
            yaml(
                "{ name: me, at: /do/0/outer/do/0/me, raw: { n: 1 }, run: order-7,"
                    + " engine: millrace }"));
  }

  @Test
  void expression_syntax_in_data_is_data() {
    var run =
        InstanceUnderTest.of("do: [ { copy: { set: { text: '${ .text }' } } } ]")
            .start("text: '${ error(\"evaluated\") }'");
    assertThat(run.output().get("text").textValue()).isEqualTo("${ error(\"evaluated\") }");
  }

  @Test
  void ten_thousand_iterations_of_pure_tasks_stay_bounded_in_every_transition() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - loop:
                      for: { each: n, in: '${ [ range(10000) ] }' }
                      do:
                        - count: { set: { n: '${ (.n // 0) + 1 }' } }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("n: 10000"));
    assertThat(run.transitions()).isGreaterThan(20);
    assertThat(run.eventsPerTransitionMax())
        .isLessThanOrEqualTo(Limits.DEFAULT.stepsPerTransitionMax() + 2);
  }

  @Test
  void a_goto_that_would_never_end_fails_at_its_bound() {
    var bounded = InstanceUnderTest.limits(50, 100_000, 100_000, 20);
    var run =
        InstanceUnderTest.of("do: [ { spin: { set: { n: 1 }, then: spin } } ]", bounded)
            .start("{}");
    assertThat(run.error().detail()).contains("roundsMax = 20");
    assertThat(run.error().instance()).isEqualTo("/do/0/spin");
  }

  @Test
  void a_value_beyond_its_bound_is_an_error_of_its_task() {
    var bounded = InstanceUnderTest.limits(50, 100_000, 1_000, 20);
    var run =
        InstanceUnderTest.of("do: [ { grow: { set: '${ [ range(5000) ] }' } } ]", bounded)
            .start("{}");
    assertThat(run.error().detail()).contains("valueBytesMax = 1000");
  }

  @Test
  void what_passes_through_unchanged_is_not_journaled_again() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - outer: { do: [ { choose: { switch: [ { all: { then: exit } } ] } } ] }
                """)
            .start("{ big: value }");
    assertThat(run.kinds())
        .containsExactly(
            "WorkflowStarted",
            "ScopeEntered",
            "TaskCompleted",
            "TaskCompleted",
            "WorkflowFinished");
    assertThat(
            run.journal().stream()
                .filter(WorkflowEvent.TaskCompleted.class::isInstance)
                .map(e -> ((WorkflowEvent.TaskCompleted) e).output() == null))
        .isEqualTo(List.of(true, true));
  }

  @Test
  void a_stage_that_asks_for_a_pause_of_ages_is_asked_again_within_a_day() {
    var run = InstanceUnderTest.of("do: [ { a: { call: 'charge:1.0.0@default' } } ]").start("{}");
    run.isUnavailable(Duration.ofMillis(Long.MAX_VALUE)).after(Duration.ofDays(1));
    run.completes("done: true");
    assertThat(run.output()).isEqualTo(yaml("done: true"));
  }
}
