package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.ID;
import static dev.millrace.core.workflow.InstanceUnderTest.T0;
import static dev.millrace.core.workflow.InstanceUnderTest.plan;
import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.workflow.LifecycleEvent.Type;
import dev.millrace.core.workflow.WorkflowCommand.Resume;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.Suspend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the outside is told. That every task told to begin is told to end, all tests check. */
class LifecycleTest {

  private static List<Type> types(InstanceUnderTest run) {
    return run.lifecycle().stream().map(LifecycleEvent::type).toList();
  }

  private static JsonNode only(InstanceUnderTest run, Type type) {
    var events = run.lifecycle().stream().filter(it -> it.type() == type).toList();
    assertThat(events).as("%s of %s", type, run.lifecycle()).hasSize(1);
    return events.getFirst().event();
  }

  @Test
  void a_task_is_told_by_its_place_and_round() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - each:
                      for: { in: '${ [1] }' }
                      do: [ { charge: { call: 'charge:1.0.0@default', with: {} } } ]
                """)
            .start("{}")
            .completes("{ ok: true }");
    assertThat(types(run))
        .containsExactly(
            Type.WORKFLOW_STARTED,
            Type.TASK_CREATED,
            Type.TASK_STARTED,
            Type.TASK_CREATED,
            Type.TASK_STARTED,
            Type.TASK_COMPLETED,
            Type.TASK_COMPLETED,
            Type.WORKFLOW_COMPLETED);
    var charged = run.lifecycle().get(5).event().path("data");
    assertThat(charged.path("task").asText()).isEqualTo("/do/0/each/do/0/charge");
    assertThat(charged.path("iteration").asText()).isEqualTo("0");
    assertThat(charged.path("workflow").asText()).isEqualTo("under-test-order-7.test");
    assertThat(charged.path("output")).isEqualTo(yaml("ok: true"));
  }

  @Test
  void an_output_that_passed_unchanged_is_told_although_the_journal_leaves_it_out() {
    var run = InstanceUnderTest.of("do: [ { rest: { wait: PT1S } } ]").start("{ n: 1 }");
    run.after(Duration.ofSeconds(1));
    assertThat(only(run, Type.TASK_COMPLETED).at("/data/output")).isEqualTo(yaml("n: 1"));
  }

  @Test
  void ids_are_made_from_the_place_in_the_journal() {
    var events = List.<WorkflowEvent>of(new WorkflowEvent.Suspended("why", T0));
    var run = InstanceUnderTest.of("do: [ { rest: { wait: PT1S } } ]").start("{}");
    var entry = new JournalEntry(ID, 7, T0, events);
    var plan = plan("do: [ { rest: { wait: PT1S } } ]");
    var tasks = Lifecycle.of(plan, run.state(), entry, LifecycleLevel.TASKS);
    assertThat(Lifecycle.of(plan, run.state(), entry, LifecycleLevel.TASKS)).isEqualTo(tasks);
    assertThat(tasks)
        .extracting(it -> it.event().path("id").asText())
        .containsExactly(
            ID + "/" + T0.toEpochMilli() + "/7.0.0", ID + "/" + T0.toEpochMilli() + "/7.0.1");
    assertThat(Lifecycle.of(plan, run.state(), entry, LifecycleLevel.NONE)).isEmpty();
    assertThat(Lifecycle.of(plan, run.state(), entry, LifecycleLevel.WORKFLOW)).hasSize(1);
  }

  @Test
  void standing_still_is_told_of_every_task_under_way() {
    var run =
        InstanceUnderTest.of("do: [ { outer: { do: [ { rest: { wait: PT1S } } ] } } ]").start("{}");
    run.apply(new Suspend(ID, "lunch")).apply(new Resume(ID));
    assertThat(types(run).subList(5, 11))
        .containsExactly(
            Type.TASK_SUSPENDED,
            Type.TASK_SUSPENDED,
            Type.WORKFLOW_SUSPENDED,
            Type.TASK_RESUMED,
            Type.TASK_RESUMED,
            Type.WORKFLOW_RESUMED);
  }

  @Test
  void a_child_says_whose_it_is() {
    var run = InstanceUnderTest.of("do: [ { note: { set: {} } } ]");
    var origin =
        new Origin.ByParent(new InstanceId("parent"), new TaskPosition("/do/0/x", ""), false);
    run.apply(new Start(ID, plan("do: [ { note: { set: {} } } ]").id().ref(), yaml("{}"), origin));
    assertThat(only(run, Type.WORKFLOW_STARTED).at("/data/parent").asText()).isEqualTo("parent");
    assertThat(only(run, Type.WORKFLOW_COMPLETED).at("/data/parent").asText()).isEqualTo("parent");
  }

  @Test
  void a_timeout_faults_its_task_and_cancels_what_is_inside() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - outer:
                      timeout: { after: PT1S }
                      do: [ { rest: { wait: PT1H } } ]
                """)
            .start("{}")
            .after(Duration.ofSeconds(2));
    assertThat(only(run, Type.TASK_CANCELLED).at("/data/task").asText())
        .isEqualTo("/do/0/outer/do/0/rest");
    assertThat(only(run, Type.TASK_FAULTED).at("/data/error/status").asInt()).isEqualTo(408);
    assertThat(only(run, Type.WORKFLOW_FAULTED).at("/data/outcome").asText()).isEqualTo("FAILED");
  }

  @Test
  void texts_of_an_error_are_cut_and_a_bare_event_has_nothing_large() {
    var detail = "x".repeat(2 * LifecycleLog.ERROR_CHARS_MAX);
    var run =
        InstanceUnderTest.of(
                "do: [ { fail: { raise: { error: { type: 'urn:x', status: 500, title: no, detail: '"
                    + detail
                    + "' } } } } ]")
            .start("{}");
    var fault = only(run, Type.WORKFLOW_FAULTED);
    assertThat(fault.at("/data/error/detail").asText()).hasSize(LifecycleLog.ERROR_CHARS_MAX + 1);
    var bare = new LifecycleEvent(Type.WORKFLOW_FAULTED, fault).bare().event();
    assertThat(bare.at("/data/error/detail").isMissingNode()).isTrue();
    assertThat(bare.at("/data/error/type").asText()).isEqualTo("urn:x");
    assertThat(fault.at("/data/error").has("detail")).describedAs("a copy").isTrue();
  }
}
