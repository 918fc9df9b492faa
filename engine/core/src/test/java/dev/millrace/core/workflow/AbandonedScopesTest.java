package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.workflow.Outcome.Cancelled;
import dev.millrace.core.workflow.Outcome.Compensated;
import dev.millrace.core.workflow.Outcome.CompensationFailed;
import dev.millrace.core.workflow.Outcome.Completed;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A scope keeps its promise to undo in whatever way it is given up, and undoing is never cut. */
class AbandonedScopesTest {
  private static final String FUNCTIONS =
      """
      use:
        functions:
          release: { call: 'reserve:1.0.0@default', with: { undo: '${ . }' } }
      do:
      """;

  /** Reserves {@code id} at once, then waits for an answer that may never come. */
  private static String scope(String name, String more) {
    return """
    - %1$s:
        metadata: { millrace: { onAbort: compensate } }%2$s
        do:
          - reserve%1$s: { set: { id: %1$s }, metadata: { millrace: { compensation: { call: release, with: { id: %1$s } } } } }
          - charge%1$s: { call: 'charge:1.0.0@default', with: { of: %1$s } }
    """
        .formatted(name, more);
  }

  private static String caught(String tasks) {
    return FUNCTIONS
        + "  - guarded:\n      try:\n"
        + tasks.indent(8)
        + """
              catch:
                do:
                  - handled: { set: { handled: true } }
        """;
  }

  private static String fork(boolean isRace, String... branches) {
    return "- all:\n    fork:\n      compete: "
        + isRace
        + "\n      branches:\n"
        + String.join("", branches).indent(8);
  }

  private static final String STOP =
      "- stop: { do: [ { later: { wait: PT5S } }, { no: { raise: { error: { type:"
          + " 'https://example.com/no', status: 422 } } } } ] }\n";

  @Test
  void a_scope_whose_own_time_is_over_undoes_before_the_error_is_caught_outside() {
    var run =
        InstanceUnderTest.of(caught(scope("a", "\n    timeout: { after: PT10S }"))).start("{}");
    run.after(Duration.ofSeconds(10));
    assertThat(undone(run)).containsExactly("a");
    run.completes("{}");
    assertHandled(run);
  }

  @Test
  void a_scope_inside_a_task_whose_time_is_over_undoes_too() {
    var run =
        InstanceUnderTest.of(
                caught(
                    "- outer:\n    timeout: { after: PT10S }\n    do:\n"
                        + scope("a", "").indent(6)))
            .start("{}");
    run.after(Duration.ofSeconds(10)).completes("{}");
    assertThat(undone(run)).containsExactly("a");
    assertHandled(run);
  }

  @Test
  void a_scope_in_an_attempt_whose_time_is_over_undoes_before_the_next_attempt() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + "  - guarded:\n      try:\n"
                    + scope("a", "").indent(8)
                    + "      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1, duration: PT10S } } } }\n")
            .start("{}");
    run.after(Duration.ofSeconds(10));
    assertThat(undone(run)).containsExactly("a");
    run.after(Duration.ofMinutes(1)).completes("{}").after(Duration.ofSeconds(1));
    run.completes("{}");
    assertThat(run.outcome()).isInstanceOf(Completed.class);
    assertThat(undone(run)).containsExactly("a");
  }

  @Test
  void a_scope_in_another_branch_undoes_before_the_error_leaves_the_fork() {
    var run = InstanceUnderTest.of(caught(fork(false, scope("a", ""), STOP))).start("{}");
    run.after(Duration.ofSeconds(5));
    assertThat(undone(run)).containsExactly("a");
    run.completes("{}");
    assertHandled(run);
  }

  @Test
  void what_another_branch_is_undoing_is_undone_to_its_end_under_the_same_key() {
    var run = InstanceUnderTest.of(caught(fork(false, scope("a", ""), STOP))).start("{}");
    run.refuses(402);
    var key = run.lastRequest().idempotencyKey();
    run.after(Duration.ofSeconds(5));
    assertThat(undone(run)).containsExactly("a", "a");
    assertThat(run.lastRequest().idempotencyKey()).isEqualTo(key);
    run.completes("{}");
    assertHandled(run);
  }

  @Test
  void nobody_catches_and_the_end_is_still_compensated() {
    var run =
        InstanceUnderTest.of(FUNCTIONS + fork(false, scope("a", ""), STOP).indent(2)).start("{}");
    run.refuses(402);
    run.after(Duration.ofSeconds(5)).completes("{}");
    assertThat(run.outcome()).isInstanceOf(Compensated.class);
  }

  @Test
  void who_loses_a_race_undoes_before_the_winner_counts() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + fork(
                            true,
                            scope("a", ""),
                            "- quick: { do: [ { w: { wait: PT5S } }, { won: { set: { won: true } } } ] }\n")
                        .indent(2)
                    + "  - after: { set: '${ . }' }\n")
            .start("{}");
    run.after(Duration.ofSeconds(5));
    assertThat(undone(run)).containsExactly("a");
    assertThat(run.state()).isInstanceOf(WorkflowState.Running.class);
    run.completes("{}");
    assertThat(run.outcome()).isEqualTo(new Completed(InstanceUnderTest.yaml("won: true")));
  }

  @Test
  void an_end_in_one_branch_lets_the_others_undo_first() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS
                    + fork(
                            false,
                            scope("a", ""),
                            "- quick: { do: [ { w: { wait: PT5S } }, { won: { set: { won: true }, then: end } } ] }\n")
                        .indent(2)
                    + "  - never: { set: { never: true } }\n")
            .start("{}");
    run.after(Duration.ofSeconds(5));
    assertThat(undone(run)).containsExactly("a");
    run.completes("{}");
    assertThat(run.outcome()).isEqualTo(new Completed(InstanceUnderTest.yaml("won: true")));
  }

  @Test
  void an_end_in_a_compensating_task_ends_that_task_only() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  functions:
                    release: { do: [ { r: { set: { r: 1 }, then: end } }, { s: { set: { s: 1 } } } ] }
                do:
                """
                    + caught(scope("a", "") + scope("b", "")).replace(FUNCTIONS, ""))
            .start("{}");
    run.completes("{}").refuses(402);
    assertThat(run.state()).isInstanceOf(WorkflowState.Finished.class);
    assertHandled(run);
  }

  @Test
  void a_cancel_while_a_race_is_being_undone_ends_compensated() {
    var run =
        InstanceUnderTest.of(
                FUNCTIONS + fork(true, scope("a", ""), "- quick: { wait: PT5S }\n").indent(2))
            .start("{}");
    run.after(Duration.ofSeconds(5)).isCancelled();
    run.completes("{}");
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Compensated.class, it -> assertThat(it.cause()).isInstanceOf(Cancelled.class));
  }

  @Test
  void a_person_says_which_of_two_stuck_compensations_is_meant() {
    var run =
        InstanceUnderTest.of(FUNCTIONS + fork(false, scope("a", ""), scope("b", "")).indent(2))
            .start("{}");
    for (var request : List.copyOf(run.awaited())) {
      run.apply(InstanceUnderTest.answerTo(request, refused(402)));
    }
    for (var request : List.copyOf(run.awaited())) {
      run.apply(InstanceUnderTest.answerTo(request, refused(403)));
    }
    run.apply(new SettleCompensation(InstanceUnderTest.ID, Ruling.SKIP, "lost", "reserveb"));
    run.refuses(403);
    run.apply(new SettleCompensation(InstanceUnderTest.ID, Ruling.RESOLVE, "by hand", "reservea"));
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            CompensationFailed.class,
            it ->
                assertThat(it.settled())
                    .extracting(s -> s.position().taskName() + " " + s.settlement())
                    .contains("reserveb SKIPPED", "reservea RESOLVED"));
  }

  private static dev.millrace.core.stage.StageAnswer refused(int status) {
    return new dev.millrace.core.stage.StageAnswer.Refused(InstanceUnderTest.error(status));
  }

  private static void assertHandled(InstanceUnderTest run) {
    assertThat(run.outcome()).isEqualTo(new Completed(InstanceUnderTest.yaml("handled: true")));
  }

  /** What the compensations that were asked for are to undo. */
  private static List<String> undone(InstanceUnderTest run) {
    return run.dispatched().stream()
        .filter(r -> r.arguments().has("undo"))
        .map(r -> r.arguments().path("undo").path("id").asText())
        .toList();
  }
}
