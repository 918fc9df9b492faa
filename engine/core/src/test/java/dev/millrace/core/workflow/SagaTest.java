package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.workflow.Outcome.Cancelled;
import dev.millrace.core.workflow.Outcome.Compensated;
import dev.millrace.core.workflow.Outcome.CompensationFailed;
import dev.millrace.core.workflow.Outcome.Failed;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has been done is undone, exactly once, latest first, and the end says so. */
class SagaTest {
  private static final String FUNCTIONS =
      """
      use:
        functions:
          release: { call: 'reserve:1.0.0@default', with: { undo: '${ . }' } }
          refund: { call: 'charge:1.0.0@default', with: { undo: '${ . }' } }
      """;

  private static final String TASKS =
      """
              - reserve:
                  call: 'reserve:1.0.0@default'
                  metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
              - charge:
                  call: 'charge:1.0.0@default'
                  metadata: { millrace: { compensation: { call: refund, with: { id: '${ .id }' } } } }
              - ship: { call: 'reserve:1.0.0@default', with: { ship: true } }
      """;

  private static final String CAUGHT =
      FUNCTIONS
          + """
          do:
            - order:
                try:
          """
          + TASKS.indent(4)
          + """
                catch:
                  do:
                    - undo: { call: 'compensate:1.0.0@default', with: { scope: order } }
                    - giveUp: { call: 'rethrow:1.0.0@default', with: { error: '${ $error }' } }
          """;

  private static final String ON_ABORT =
      FUNCTIONS
          + """
          do:
            - order:
                metadata: { millrace: { onAbort: compensate } }
                do:
          """
          + TASKS.indent(4)
          + """
            - last: { set: { done: true } }
          """;

  @Test
  void what_completed_is_undone_in_reverse_with_the_arguments_of_its_completion() {
    var run = InstanceUnderTest.of(CAUGHT).start("{}");
    run.completes("id: r1").completes("id: c1").refuses(409);
    assertThat(undone(run)).containsExactly("c1");
    run.completes("{}");
    assertThat(undone(run)).containsExactly("c1", "r1");
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Compensated.class,
            it -> {
              assertThat(it.cause()).isInstanceOf(Failed.class);
              assertThat(it.undone())
                  .extracting(u -> u.position().taskName())
                  .containsExactly("charge", "reserve");
            });
  }

  @Test
  void what_did_not_complete_is_not_undone() {
    var run = InstanceUnderTest.of(CAUGHT).start("{}");
    run.completes("id: r1").refuses(402);
    assertThat(undone(run)).containsExactly("r1");
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void with_nothing_to_undo_a_failure_is_a_failure() {
    var run = InstanceUnderTest.of(CAUGHT).start("{}");
    run.refuses(402);
    assertThat(run.error().status()).isEqualTo(402);
  }

  @Test
  void a_scope_undoes_before_its_error_goes_on() {
    var run = InstanceUnderTest.of(ON_ABORT).start("{}");
    run.completes("id: r1").completes("id: c1").refuses(409);
    run.completes("{}").completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
    assertThat(undone(run)).containsExactly("c1", "r1");
  }

  @Test
  void a_cancel_in_the_middle_undoes_what_completed() {
    var run = InstanceUnderTest.of(ON_ABORT).start("{}");
    run.completes("id: r1").isCancelled();
    assertThat(undone(run)).containsExactly("r1");
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Compensated.class, it -> assertThat(it.cause()).isInstanceOf(Cancelled.class));
  }

  @Test
  void the_time_of_the_workflow_ends_and_what_completed_is_undone() {
    var run = InstanceUnderTest.of(ON_ABORT + "timeout: { after: PT10S }").start("{}");
    run.completes("id: r1").after(Duration.ofSeconds(10));
    assertThat(undone(run)).containsExactly("r1");
    run.after(Duration.ofHours(1)).completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void a_compensation_that_is_not_available_is_asked_for_patiently_with_the_same_key() {
    var run = InstanceUnderTest.of(CAUGHT).start("{}");
    run.completes("id: r1").refuses(402);
    var key = run.lastRequest().idempotencyKey();
    for (int i = 0; i < 50; i++) {
      run.isUnavailable(Duration.ZERO).after(Duration.ofMinutes(1));
      assertThat(run.lastRequest().idempotencyKey()).isEqualTo(key);
    }
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void a_compensation_that_fails_for_good_waits_for_a_person_and_says_what_is_left() {
    var run = stuck();
    assertThat(run.state()).isInstanceOf(WorkflowState.Running.class);
    assertThat(run.published())
        .singleElement()
        .isInstanceOfSatisfying(
            CompensationFailed.class,
            it -> {
              assertThat(it.isFinal()).isFalse();
              assertThat(it.left())
                  .extracting(p -> p.taskName())
                  .containsExactly("reserve", "charge");
              assertThat(it.error().status()).isEqualTo(403);
            });
  }

  @Test
  void a_person_may_have_it_tried_again() {
    var run = stuck().apply(ruling(Ruling.RETRY));
    run.completes("{}").completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void a_person_may_say_it_is_done() {
    var run = stuck().apply(ruling(Ruling.RESOLVE));
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Compensated.class,
            it ->
                assertThat(it.undone())
                    .extracting(Undo.Settled::settlement)
                    .containsExactly(Settlement.RESOLVED, Settlement.UNDONE));
  }

  @Test
  void a_person_may_leave_it_undone_and_the_end_says_so() {
    var run = stuck().apply(ruling(Ruling.SKIP));
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            CompensationFailed.class,
            it -> {
              assertThat(it.isFinal()).isTrue();
              assertThat(it.settled())
                  .extracting(Undo.Settled::settlement)
                  .containsExactly(Settlement.SKIPPED, Settlement.UNDONE);
              assertThat(it.error().detail())
                  .contains(((Failed) it.cause()).error().title())
                  .containsOnlyOnce("; not undone, as a person decided: ");
            });
  }

  @Test
  void parallel_branches_are_undone_each_in_reverse() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + """
                    do:
                      - both:
                          metadata: { millrace: { onAbort: compensate } }
                          fork:
                            branches:
                              - left:
                                  do:
                                    - a: { set: { id: a }, metadata: { millrace: { compensation: { call: release, with: { id: a } } } } }
                                    - w: { wait: PT1S }
                                    - b: { set: { id: b }, metadata: { millrace: { compensation: { call: release, with: { id: b } } } } }
                              - right:
                                  do:
                                    - c: { set: { id: c }, metadata: { millrace: { compensation: { call: release, with: { id: c } } } } }
                                    - w2: { wait: PT2S }
                                    - stop: { raise: { error: { type: 'https://example.com/no', status: 422 } } }
                    """)
            .start("{}");
    run.after(Duration.ofSeconds(2));
    run.completes("{}").completes("{}").completes("{}");
    assertThat(undone(run)).containsExactly("b", "c", "a");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void what_always_runs_runs_after_a_cancel_too() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - work: { call: 'charge:1.0.0@default' }
                  - cleanup:
                      call: 'reserve:1.0.0@default'
                      with: { cleanup: true }
                      metadata: { millrace: { alwaysRun: true } }
                  - report: { set: { done: true } }
                """)
            .start("{}");
    run.isCancelled();
    assertThat(run.lastRequest().arguments()).isEqualTo(yaml("cleanup: true"));
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Cancelled.class);
  }

  @Test
  void a_cleanup_that_fails_does_not_change_the_end() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - work: { call: 'charge:1.0.0@default' }
                  - one: { call: 'reserve:1.0.0@default', metadata: { millrace: { alwaysRun: true } } }
                  - two: { call: 'charge:1.0.0@default', metadata: { millrace: { alwaysRun: true } } }
                """)
            .start("{}");
    run.refuses(402);
    run.refuses(500).completes("{}");
    assertThat(run.error().status()).isEqualTo(402);
    assertThat(run.dispatched()).hasSize(3);
  }

  @Test
  void a_retry_around_the_compensation_goes_on_with_what_is_left() {
    var run =
        InstanceUnderTest.of(
                CAUGHT.replace(
                    "- undo: { call: 'compensate:1.0.0@default', with: { scope: order } }",
                    "- undo: { try: [ { run: { call: 'compensate:1.0.0@default', with: { scope: order } } } ],"
                        + " catch: { retry: { delay: PT1M, limit: { attempt: { count: 3 } } } } }"))
            .start("{}");
    run.completes("id: r1").completes("id: c1").refuses(409);
    run.completes("{}").refuses(500);
    run.after(Duration.ofMinutes(1));
    assertThat(undone(run)).containsExactly("c1", "r1", "r1");
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void a_retry_that_would_do_the_work_again_does_not_take_the_place_of_its_undoing() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + """
                    do:
                      - again:
                          try:
                            - reserve:
                                call: 'reserve:1.0.0@default'
                                metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
                            - undo: { call: 'compensate:1.0.0@default' }
                          catch: { retry: { delay: PT1M, limit: { attempt: { count: 3 } } } }
                    """)
            .start("{}");
    run.completes("id: r1").refuses(500).after(Duration.ofHours(1));
    assertThat(run.dispatched()).hasSize(2);
    run.apply(ruling(Ruling.RETRY));
    run.completes("{}");
    assertThat(undone(run)).containsExactly("r1", "r1");
    assertThat(run.outcome()).isInstanceOf(Outcome.Completed.class);
  }

  @Test
  void what_a_person_left_undone_and_a_later_attempt_undid_is_undone() {
    var run =
        InstanceUnderTest.of(
                abortedInside("", "{ retry: { delay: PT1M, limit: { attempt: { count: 1 } } } }"))
            .start("{}");
    run.completes("id: r1").refuses(402).refuses(500);
    run.apply(ruling(Ruling.SKIP));
    run.after(Duration.ofMinutes(1));
    run.completes("id: r1").refuses(402).completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void a_compensation_whose_retry_cannot_be_computed_waits_for_a_person_and_is_not_forgotten() {
    var run =
        InstanceUnderTest.of(
                abortedInside(
                    ", retry: { delay: '${ .nowhere }', limit: { attempt: { count: 3 } } }",
                    "{ do: [ { handled: { set: { handled: true } } } ] }"))
            .start("{}");
    run.completes("id: r1").refuses(402).refuses(500);
    assertThat(run.state()).isInstanceOf(WorkflowState.Running.class);
    assertThat(((WorkflowState.Running) run.state()).undo().open()).hasSize(1);
    run.apply(ruling(Ruling.RETRY));
    run.completes("{}");
    assertThat(run.output()).isEqualTo(InstanceUnderTest.yaml("handled: true"));
  }

  @Test
  void a_run_that_is_cancelled_while_it_queues_has_begun_nothing_it_would_have_to_tidy_up() {
    var plan =
        InstanceUnderTest.planWithDocument(
            """
              metadata: { millrace: { concurrency: { key: one, max: 1, whenFull: queue } } }
            do:
              - work: { call: 'charge:1.0.0@default' }
              - clean: { call: 'reserve:1.0.0@default', metadata: { millrace: { alwaysRun: true } } }
            """);
    var run = InstanceUnderTest.of(plan).start("{}").isCancelled();
    assertThat(run.outcome()).isInstanceOf(Outcome.Cancelled.class);
    assertThat(run.dispatched()).isEmpty();
  }

  @Test
  void a_compensation_that_a_cancel_interrupts_is_asked_for_again_under_the_same_key() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + """
                    do:
                      - each:
                          for: { in: '${ [1, 2] }' }
                          do:
                            - one:
                                metadata: { millrace: { onAbort: compensate } }
                                do:
                                  - reserve:
                                      call: 'reserve:1.0.0@default'
                                      metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
                                  - charge: { call: 'charge:1.0.0@default' }
                    """)
            .start("{}");
    run.completes("id: r1").refuses(402);
    var key = run.lastRequest().idempotencyKey();
    run.isCancelled();
    assertThat(undone(run)).containsExactly("r1", "r1");
    assertThat(run.lastRequest().idempotencyKey()).isEqualTo(key);
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  private static InstanceUnderTest stuck() {
    var run = InstanceUnderTest.of(CAUGHT).start("{}");
    return run.completes("id: r1").completes("id: c1").refuses(409).refuses(403);
  }

  /**
   * A scope that undoes itself when it fails, inside a {@code try}.
   *
   * @param compensation members of the compensation of its first task, each after a comma
   * @param handler of the {@code try}
   */
  private static String abortedInside(String compensation, String handler) {
    return FUNCTIONS
        + """
        do:
          - guarded:
              try:
                - scope:
                    metadata: { millrace: { onAbort: compensate } }
                    do:
                      - reserve:
                          call: 'reserve:1.0.0@default'
                          metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' }%s } } }
                      - charge: { call: 'charge:1.0.0@default' }
              catch: %s
        """
            .formatted(compensation, handler);
  }

  private static SettleCompensation ruling(Ruling ruling) {
    return new SettleCompensation(InstanceUnderTest.ID, ruling, "looked at it");
  }

  /** What the compensations that were asked for are to undo. */
  private static List<String> undone(InstanceUnderTest run) {
    return run.dispatched().stream()
        .filter(r -> r.arguments().has("undo"))
        .map(r -> r.arguments().path("undo").path("id").asText())
        .toList();
  }
}
