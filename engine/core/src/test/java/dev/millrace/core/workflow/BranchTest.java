package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.answerTo;
import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Decision.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Branches side by side: {@code fork} and {@code map}. */
class BranchTest {
  private static final String TWO =
      """
      do:
        - both:
            fork:
              branches:
                - stock: { call: 'reserve:1.0.0@default', with: { n: 1 } }
                - money: { call: 'charge:1.0.0@default', with: { n: 2 } }
        - last: { set: { both: '${ . }' } }
      """;

  private static final String MAP =
      """
      use:
        functions:
          price: { call: 'charge:1.0.0@default', with: { item: '${ . }' } }
      do:
        - all:
            call: map:1.0.0@default
            with: { items: '${ .items }', function: price, maxConcurrency: 2, tolerate: '${ .tolerate }' }
      """;

  @Test
  void branches_run_side_by_side_and_join_in_the_order_they_are_written() {
    var run = InstanceUnderTest.of(TWO).start("{}");
    assertThat(run.awaited())
        .extracting(r -> r.stage().value())
        .containsExactly("stock", "payments");
    answer(run, run.awaited().get(1), "second");
    assertThat(run.awaited()).hasSize(1);
    answer(run, run.awaited().getFirst(), "first");
    assertThat(run.output()).isEqualTo(yaml("both: [first, second]"));
  }

  @Test
  void positions_and_keys_of_branches_differ() {
    var run = InstanceUnderTest.of(TWO).start("{}");
    assertThat(new HashSet<>(run.dispatched().stream().map(StageRequest::idempotencyKey).toList()))
        .hasSize(2);
    assertThat(run.dispatched()).extracting(r -> r.position().branch()).containsExactly(1, 2);
    assertThat(run.dispatched())
        .extracting(r -> r.position().pointer())
        .containsExactly("/do/0/both/fork/branches/0/stock", "/do/0/both/fork/branches/1/money");
  }

  @Test
  void an_error_in_one_branch_ends_the_others_and_their_answers_are_stale() {
    var run = InstanceUnderTest.of(TWO).start("{}");
    var stock = run.awaited().getFirst();
    var money = run.awaited().getLast();
    run.apply(answerTo(money, new StageAnswer.Refused(Kind.COMMUNICATION.error(402, "broke"))));
    assertThat(run.error().status()).isEqualTo(402);
    assertThat(run.error().instance()).isEqualTo("/do/0/both/fork/branches/1/money");
    answer(run, stock, "late");
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
  }

  @Test
  void a_try_around_the_fork_catches_what_a_branch_raises() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try:
                        - both:
                            fork:
                              branches:
                                - wait: { wait: PT1H }
                                - fail: { call: 'charge:1.0.0@default' }
                      catch: { do: [ { handle: { set: { status: '${ $error.status }' } } } ] }
                """)
            .start("{}");
    run.refuses(409);
    assertThat(run.output()).isEqualTo(yaml("status: 409"));
  }

  @Test
  void the_first_of_a_race_decides_and_the_losers_are_no_longer_waited_for() {
    var run =
        InstanceUnderTest.of(TWO.replace("branches:", "compete: true\n        branches:"))
            .start("{}");
    var slow = run.awaited().getFirst();
    answer(run, run.awaited().getLast(), "fast");
    assertThat(run.output()).isEqualTo(yaml("both: fast"));
    answer(run, slow, "slow");
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
  }

  @Test
  void the_end_of_the_workflow_in_one_branch_cancels_the_others() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - both:
                      fork:
                        branches:
                          - wait: { wait: PT1H }
                          - stop: { set: { stopped: true }, then: end }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("stopped: true"));
  }

  @Test
  void branches_fork_again_and_time_passes_in_each() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - outer:
                      fork:
                        branches:
                          - left: { wait: PT2S }
                          - right:
                              do:
                                - pause: { wait: PT1S }
                                - inner:
                                    fork:
                                      branches:
                                        - a: { do: [ { w: { wait: PT3S } }, { s: { set: { v: a } } } ] }
                                        - b: { set: { v: b } }
                """)
            .start("n: 1");
    run.after(Duration.ofSeconds(4));
    assertThat(run.output()).isEqualTo(yaml("[ { n: 1 }, [ { v: a }, { v: b } ] ]"));
  }

  @Test
  void a_timeout_of_the_fork_is_raised_at_the_fork() {
    var run =
        InstanceUnderTest.of(
                TWO.replace("      fork:", "      timeout: { after: PT5S }\n      fork:"))
            .start("{}");
    run.after(Duration.ofSeconds(5));
    assertThat(run.error().type()).isEqualTo(Kind.TIMEOUT.type());
    assertThat(run.error().instance()).isEqualTo("/do/0/both");
  }

  @Test
  void a_map_runs_as_many_at_a_time_as_it_may_and_keeps_the_order_of_its_items() {
    var run = InstanceUnderTest.of(MAP).start("{ items: [a, b, c], tolerate: 0 }");
    assertThat(items(run)).containsExactly("a", "b");
    answer(run, run.awaited().getLast(), "B");
    assertThat(items(run)).containsExactly("a", "c");
    answer(run, run.awaited().getLast(), "C");
    answer(run, run.awaited().getFirst(), "A");
    assertThat(run.output()).isEqualTo(yaml("[A, B, C]"));
    assertThat(new HashSet<>(run.dispatched().stream().map(StageRequest::idempotencyKey).toList()))
        .hasSize(3);
    assertThat(run.dispatched())
        .extracting(r -> r.position().iteration())
        .containsExactly("0", "1", "2");
  }

  @Test
  void a_map_tolerates_so_many_failures_and_fails_with_the_next() {
    var run = InstanceUnderTest.of(MAP).start("{ items: [a, b, c], tolerate: 1 }");
    refuse(run, run.awaited().getFirst());
    assertThat(items(run)).containsExactly("b", "c");
    answer(run, run.awaited().getFirst(), "B");
    answer(run, run.awaited().getFirst(), "C");
    assertThat(run.output().get(0).path("error").path("status").asInt()).isEqualTo(409);
    assertThat(run.output().get(1).asText()).isEqualTo("B");

    var failing = InstanceUnderTest.of(MAP).start("{ items: [a, b, c], tolerate: 1 }");
    refuse(failing, failing.awaited().getFirst());
    refuse(failing, failing.awaited().getFirst());
    assertThat(failing.error().status()).isEqualTo(409);
  }

  @Test
  void a_map_of_nothing_is_an_empty_list() {
    var run = InstanceUnderTest.of(MAP).start("{ items: [], tolerate: 0 }");
    assertThat(run.output()).isEqualTo(yaml("[]"));
  }

  private static List<String> items(InstanceUnderTest run) {
    return run.awaited().stream().map(r -> r.arguments().path("item").asText()).toList();
  }

  private static void answer(InstanceUnderTest run, StageRequest request, String output) {
    run.apply(answerTo(request, new StageAnswer.Completed(yaml(output))));
  }

  private static void refuse(InstanceUnderTest run, StageRequest request) {
    run.apply(answerTo(request, new StageAnswer.Refused(Kind.COMMUNICATION.error(409, "no"))));
  }
}
