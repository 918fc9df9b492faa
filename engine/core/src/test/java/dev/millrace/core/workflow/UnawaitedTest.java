package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.T0;
import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code await: false} of a process: asked for once, and then nobody's concern here. */
class UnawaitedTest {
  private static final String NOTIFY =
      "notify: { run: { shell: { command: echo }, await: false }, timeout: { after: PT1H } }";

  @Test
  void its_output_is_its_input_and_the_request_says_that_nobody_waits() {
    var run = InstanceUnderTest.of("do: [ { " + NOTIFY + " } ]").start("id: 7");
    assertThat(run.output()).isEqualTo(yaml("id: 7"));
    assertThat(run.lastRequest().isAwaited()).isFalse();
    assertThat(run.lastRequest().attempt()).isEqualTo(1);
    assertThat(run.journal())
        .hasAtLeastOneElementOfType(StageRequested.class)
        .hasAtLeastOneElementOfType(TaskCompleted.class);
  }

  @Test
  void a_task_that_waits_says_so() {
    var run = InstanceUnderTest.of("do: [ { a: { run: { shell: { command: echo } } } } ]");
    assertThat(run.start("{}").lastRequest().isAwaited()).isTrue();
  }

  @Test
  void an_answer_would_be_stale() {
    var run =
        InstanceUnderTest.of("do: [ { " + NOTIFY + " }, { rest: { wait: PT1M } } ]").start("{}");
    var before = run.state();
    run.refuses(403);
    assertThat(run.rejection()).isEqualTo(Decision.Reason.STALE);
    assertThat(run.state()).isEqualTo(before);
  }

  @Test
  void it_has_its_own_time_and_outlives_what_is_around_it() {
    var body =
        "timeout: { after: PT1M }\ndo: [ { outer: { do: [ { "
            + NOTIFY
            + " } ], timeout: { after: PT1S } } } ]";
    var run = InstanceUnderTest.of(body).start("{}");
    assertThat(run.lastRequest().deadline()).isEqualTo(T0.plus(Duration.ofHours(1)));
  }

  @Test
  void each_occurrence_has_its_own_key_and_each_attempt_of_one_the_same() {
    var body =
        """
        do:
          - again:
              try:
                - notify: { run: { shell: { command: echo }, await: false } }
                - fail: { raise: { error: { type: 'https://x.y/z', status: 500, title: t } } }
              catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
        """;
    var run = InstanceUnderTest.of(body).start("{}").after(Duration.ofSeconds(5));
    assertThat(run.dispatched()).hasSize(2);
    assertThat(run.dispatched().getFirst().idempotencyKey())
        .isEqualTo(run.dispatched().getLast().idempotencyKey());
  }
}
