package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when something fails: raise, catch, retry, timeouts, cancel. */
class ErrorsTest {
  private static final String CALL =
      "call: 'charge:1.0.0@default', with: { amount: '${ .amount }' }";

  @Test
  void a_raised_error_names_its_task_and_fails_the_workflow() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - stop:
                      raise:
                        error: { type: 'https://example.com/no', status: 409, title: No, detail: '${ .why }' }
                """)
            .start("why: because");
    assertThat(run.error().status()).isEqualTo(409);
    assertThat(run.error().detail()).isEqualTo("because");
    assertThat(run.error().instance()).isEqualTo("/do/0/stop");
  }

  @Test
  void an_expression_that_fails_is_an_error_of_its_task_and_can_be_caught() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try: [ { bad: { set: { x: '${ .n + {} }' } } } ]
                      catch:
                        errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/expression' } }
                        as: e
                        do: [ { note: { set: { at: '${ $e.instance }', status: '${ $e.status }' } } } ]
                """)
            .start("n: 1");
    assertThat(run.output()).isEqualTo(yaml("{ at: /do/0/guarded/try/0/bad, status: 400 }"));
  }

  @Test
  void an_input_that_breaks_the_schema_fails_the_workflow_with_the_reason() {
    var run =
        InstanceUnderTest.of(
                """
                input: { schema: { format: json, document: { type: object, required: [ tenant ] } } }
                do: [ { copy: { set: '${ . }' } } ]
                """)
            .start("question: why");
    assertThat(run.error().type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(run.error().detail()).contains("tenant");
  }

  @Test
  void a_catch_without_anything_to_do_swallows_the_error_and_passes_its_input_on() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try: [ { bad: { raise: { error: { type: 'https://example.com/no', status: 400, title: No } } } } ]
                      catch: {}
                """)
            .start("n: 1");
    assertThat(run.output()).isEqualTo(yaml("n: 1"));
  }

  @Test
  void an_error_the_filter_does_not_accept_goes_on_outward() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - outer:
                      try:
                        - inner:
                            try: [ { bad: { raise: { error: { type: 'https://example.com/no', status: 400, title: No } } } } ]
                            catch: { errors: { with: { status: 500 } }, do: [ { wrong: { set: { wrong: true } } } ] }
                      catch: { as: e, do: [ { right: { set: { status: '${ $e.status }' } } } ] }
                """)
            .start("n: 1");
    assertThat(run.output()).isEqualTo(yaml("status: 400"));
  }

  @Test
  void an_error_in_a_handler_is_not_caught_by_its_own_try() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try: [ { bad: { raise: { error: { type: 'https://example.com/a', status: 400, title: A } } } } ]
                      catch: { do: [ { worse: { raise: { error: { type: 'https://example.com/b', status: 500, title: B } } } } ] }
                """)
            .start("n: 1");
    assertThat(run.error().type()).isEqualTo("https://example.com/b");
    assertThat(run.error().instance()).isEqualTo("/do/0/guarded/catch/do/0/worse");
  }

  @Test
  void context_exported_inside_a_try_that_fails_is_kept() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try:
                        - note: { set: { n: 1 }, export: { as: '{ noted: true }' } }
                        - bad: { raise: { error: { type: 'https://example.com/no', status: 400, title: No } } }
                      catch: { do: [ { look: { set: '${ $context }' } } ] }
                """)
            .start("{}");
    assertThat(run.output()).isEqualTo(yaml("noted: true"));
  }

  @Test
  void a_retry_runs_the_block_again_after_its_delay_with_the_same_idempotency_key() {
    var run =
        InstanceUnderTest.of(
                retrying(
                    "delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 2 } }"))
            .start("amount: 5")
            .refuses(500)
            .after(Duration.ofMillis(999));
    assertThat(run.dispatched()).hasSize(1);
    run.after(Duration.ofMillis(1)).refuses(500).after(Duration.ofSeconds(2));
    assertThat(run.dispatched()).hasSize(3);
    assertThat(run.dispatched().stream().map(r -> r.idempotencyKey()).distinct()).hasSize(1);
    run.completes("paid: true");
    assertThat(run.output()).isEqualTo(yaml("paid: true"));
  }

  @Test
  void the_limit_counts_retries_not_attempts_and_then_the_error_is_thrown_again() {
    var run = InstanceUnderTest.of(retrying("limit: { attempt: { count: 2 } }")).start("amount: 5");
    for (int attempt = 0; attempt < 3; attempt++) {
      run.refuses(500).after(Duration.ofSeconds(1));
    }
    assertThat(run.dispatched()).hasSize(3);
    assertThat(run.error().status()).isEqualTo(500);
  }

  @Test
  void retry_comes_before_the_handler_when_a_catch_has_both() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try: [ { pay: { %s } } ]
                      catch:
                        as: e
                        retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
                        do: [ { note: { set: { gaveUp: '${ $e.status }' } } } ]
                """
                    .formatted(CALL))
            .start("amount: 5")
            .refuses(500)
            .after(Duration.ofSeconds(1))
            .refuses(500);
    assertThat(run.output()).isEqualTo(yaml("gaveUp: 500"));
  }

  @Test
  void a_retry_condition_sees_the_error() {
    var run =
        InstanceUnderTest.of(
                retrying(
                    "exceptWhen: '${ $error.status == 402 }', limit: { attempt: { count: 9 } }"))
            .start("amount: 5")
            .refuses(402);
    assertThat(run.error().status()).isEqualTo(402);
  }

  @Test
  void the_engine_asks_again_by_itself_when_a_stage_was_unavailable_or_its_answer_is_unknown() {
    var run = InstanceUnderTest.of("do: [ { pay: { %s } } ]".formatted(CALL)).start("amount: 5");
    run.isUnavailable(Duration.ofSeconds(7));
    var scheduled = (StageRetryScheduled) run.journal().getLast();
    assertThat(Duration.between(scheduled.at(), scheduled.dueAt()))
        .isEqualTo(Duration.ofSeconds(7));
    run.after(Duration.ofSeconds(7)).isUnknown().after(Duration.ofSeconds(1)).completes("ok: true");
    assertThat(run.dispatched().stream().map(r -> r.attempt())).isEqualTo(List.of(1, 2, 3));
    assertThat(run.dispatched().stream().map(r -> r.idempotencyKey()).distinct()).hasSize(1);
    assertThat(run.output()).isEqualTo(yaml("ok: true"));
  }

  @Test
  void the_engine_gives_up_after_its_own_bound_of_attempts() {
    var run = InstanceUnderTest.of("do: [ { pay: { %s } } ]".formatted(CALL)).start("amount: 5");
    for (int attempt = 1; attempt <= Limits.DEFAULT.stageAttemptsMax(); attempt++) {
      run.isUnavailable(Duration.ZERO).after(Duration.ofSeconds(20));
    }
    assertThat(run.dispatched()).hasSize(Limits.DEFAULT.stageAttemptsMax());
    assertThat(run.error().status()).isEqualTo(503);
  }

  @Test
  void a_refusal_is_final_and_not_asked_again() {
    var run =
        InstanceUnderTest.of("do: [ { pay: { %s } } ]".formatted(CALL))
            .start("amount: 5")
            .refuses(404);
    assertThat(run.error().status()).isEqualTo(404);
    assertThat(run.error().instance()).isEqualTo("/do/0/pay");
  }

  @Test
  void a_definition_with_its_own_retry_is_not_retried_twice_over() {
    var run =
        InstanceUnderTest.of(retrying("delay: PT1S, limit: { attempt: { count: 1 } }"))
            .start("amount: 5")
            .isUnavailable(Duration.ofSeconds(3));
    assertThat(run.journal().getLast()).isInstanceOf(RetryScheduled.class);
    var scheduled = (RetryScheduled) run.journal().getLast();
    assertThat(Duration.between(scheduled.at(), scheduled.dueAt()))
        .isEqualTo(Duration.ofSeconds(3));
    run.after(Duration.ofSeconds(3)).isUnavailable(Duration.ZERO);
    assertThat(run.dispatched()).hasSize(2);
    assertThat(run.error().status()).isEqualTo(503);
  }

  @Test
  void an_answer_nobody_waits_for_is_stale() {
    var run =
        InstanceUnderTest.of("do: [ { pay: { %s } }, { again: { %s } } ]".formatted(CALL, CALL))
            .start("amount: 5");
    var first = run.lastRequest();
    run.completes("amount: 6");
    run.apply(InstanceUnderTest.answerTo(first, new StageAnswer.Completed(yaml("amount: 7"))));
    assertThat(run.rejection()).isEqualTo(Decision.Reason.STALE);
    assertThat(run.lastRequest().position().taskName()).isEqualTo("again");
  }

  @Test
  void an_answer_to_one_attempt_of_a_try_does_not_count_for_the_next() {
    var run =
        InstanceUnderTest.of(retrying("delay: PT1S, limit: { attempt: { count: 1 } }"))
            .start("amount: 5");
    var first = run.lastRequest();
    run.refuses(500).after(Duration.ofSeconds(1));
    assertThat(run.dispatched()).hasSize(2);

    var again = new StageAnswer.Refused(WorkflowError.Kind.RUNTIME.error("delivered twice"));
    run.apply(InstanceUnderTest.answerTo(first, again));

    assertThat(run.rejection()).isEqualTo(Decision.Reason.STALE);
    assertThat(run.completes("paid: true").output()).isEqualTo(yaml("paid: true"));
  }

  @Test
  void a_wait_waits_and_passes_its_input_on() {
    var run =
        InstanceUnderTest.of(
                "do: [ { pause: { wait: { seconds: 30 } } }, { next: { set: '${ . }' } } ]")
            .start("n: 1")
            .after(Duration.ofSeconds(29));
    assertThat(run.completed()).isEmpty();
    assertThat(run.after(Duration.ofSeconds(1)).output()).isEqualTo(yaml("n: 1"));
  }

  @Test
  void a_timeout_of_a_task_is_an_error_that_only_a_try_around_it_can_catch() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - guarded:
                      try:
                        - slow:
                            timeout: { after: PT5S }
                            try: [ { pay: { %s } } ]
                            catch: { do: [ { wrong: { set: { wrong: true } } } ] }
                      catch: { as: e, do: [ { note: { set: { status: '${ $e.status }', at: '${ $e.instance }' } } } ] }
                """
                    .formatted(CALL))
            .start("amount: 5");
    assertThat(run.lastRequest().deadline()).isEqualTo(InstanceUnderTest.T0.plusSeconds(5));
    run.after(Duration.ofSeconds(5));
    assertThat(run.output()).isEqualTo(yaml("{ status: 408, at: /do/0/guarded/try/0/slow }"));
  }

  @Test
  void a_late_answer_after_a_timeout_is_stale() {
    var run =
        InstanceUnderTest.of("do: [ { pay: { %s, timeout: { after: PT5S } } } ]".formatted(CALL))
            .start("amount: 5");
    assertThat(run.lastRequest().deadline()).isEqualTo(InstanceUnderTest.T0.plusSeconds(5));
    run.after(Duration.ofSeconds(6));
    assertThat(run.error().status()).isEqualTo(408);
    assertThat(run.completes("ok: true").rejection()).isEqualTo(Decision.Reason.STALE);
  }

  @Test
  void an_attempt_that_outlasts_its_bound_is_retried() {
    var run =
        InstanceUnderTest.of(retrying("limit: { attempt: { count: 1, duration: PT2S } }"))
            .start("amount: 5")
            .after(Duration.ofSeconds(2));
    assertThat(run.dispatched()).hasSize(2);
    assertThat(run.completes("ok: true").output()).isEqualTo(yaml("ok: true"));
  }

  @Test
  void the_workflow_timeout_fails_the_workflow_and_cannot_be_caught() {
    var run =
        InstanceUnderTest.of(
                """
                timeout: { after: PT1M }
                do:
                  - guarded:
                      try: [ { pause: { wait: PT1H } } ]
                      catch: { do: [ { wrong: { set: { wrong: true } } } ] }
                """)
            .start("n: 1")
            .after(Duration.ofMinutes(1));
    assertThat(run.error().status()).isEqualTo(408);
  }

  @Test
  void a_cancelled_instance_ends_at_once_and_says_why() {
    var run = InstanceUnderTest.of("do: [ { pause: { wait: PT1H } } ]").start("n: 1").isCancelled();
    assertThat(run.outcome()).isEqualTo(new Outcome.Cancelled("no longer needed"));
    assertThat(run.isCancelled().rejection()).isEqualTo(Decision.Reason.STALE);
  }

  @Test
  void a_start_repeated_is_a_duplicate_and_with_other_content_a_conflict() {
    var run = InstanceUnderTest.of("do: [ { pause: { wait: PT1H } } ]").start("n: 1");
    assertThat(run.start("n: 1").rejection()).isEqualTo(Decision.Reason.DUPLICATE);
    assertThat(run.start("n: 2").rejection()).isEqualTo(Decision.Reason.CONFLICT);
  }

  @Test
  void occurrences_in_loops_and_rounds_have_keys_of_their_own() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - loop:
                      for: { each: n, in: '${ [1, 2] }' }
                      do:
                        - pay: { %s }
                        - again: { switch: [ { more: { when: '.more', then: pay } } ] }
                """
                    .formatted(CALL))
            .start("amount: 5")
            .completes("more: true")
            .completes("more: false")
            .completes("more: false");
    assertThat(run.dispatched().stream().map(r -> r.position().iteration()))
        .isEqualTo(List.of("0", "0.r1", "1"));
    assertThat(run.dispatched().stream().map(r -> r.idempotencyKey()).distinct()).hasSize(3);
  }

  @Test
  void rounds_of_an_inner_and_of_an_outer_block_are_not_mistaken_for_each_other() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - inner:
                      do:
                        - pay: { %s }
                        - again: { switch: [ { more: { when: '.again == "pay"', then: pay } } ] }
                  - outer: { switch: [ { more: { when: '.again == "all"', then: inner } } ] }
                """
                    .formatted(CALL))
            .start("amount: 5")
            .completes("again: pay")
            .completes("again: all")
            .completes("again: no");
    assertThat(run.dispatched().stream().map(r -> r.position().iteration()))
        .isEqualTo(List.of("", "r1", "r1@0"));
    assertThat(run.dispatched().stream().map(r -> r.idempotencyKey()).distinct()).hasSize(3);
  }

  private static String retrying(String retry) {
    return """
    do:
      - guarded:
          try: [ { pay: { %s } } ]
          catch: { as: failure, retry: { %s } }
    """
        .formatted(CALL, retry);
  }

  @Test
  void a_handler_may_say_where_the_flow_goes() {
    var body =
        """
        do:
          - work:
              try: [ { reserve: { call: 'reserve:1.0.0@default' } } ]
              catch: { errors: { with: { status: 409 } }, then: apologise%s }
              then: done
          - never: { raise: { error: { type: 'x:never', status: 500 } } }
          - apologise: { set: { sorry: '${ . }' }, then: end }
          - done: { set: { done: '${ . }' } }
        """;
    var silent = InstanceUnderTest.of(body.formatted("")).start("n: 1");
    assertThat(silent.refuses(409).output()).isEqualTo(yaml("sorry: { n: 1 }"));

    var handled =
        InstanceUnderTest.of(body.formatted(", do: [ { note: { set: { noted: true } } } ]"));
    assertThat(handled.start("n: 1").refuses(409).output())
        .isEqualTo(yaml("sorry: { noted: true }"));

    var well = InstanceUnderTest.of(body.formatted("")).start("n: 1").completes("id: 1");
    assertThat(well.output()).isEqualTo(yaml("done: { id: 1 }"));

    var other = InstanceUnderTest.of(body.formatted("")).start("n: 1").refuses(402);
    assertThat(other.error().status()).isEqualTo(402);
  }

  @Test
  void with_retry_a_handler_has_its_way_when_the_retries_are_spent() {
    var body =
        """
        do:
          - work:
              try: [ { reserve: { call: 'reserve:1.0.0@default' } } ]
              catch: { retry: { limit: { attempt: { count: 1 } } }, then: exit }
          - never: { raise: { error: { type: 'x:never', status: 500 } } }
        """;
    var run = InstanceUnderTest.of(body).start("n: 1").refuses(500).after(Duration.ZERO);
    assertThat(run.dispatched()).hasSize(2);
    assertThat(run.refuses(500).output()).isEqualTo(yaml("n: 1"));
  }
}
