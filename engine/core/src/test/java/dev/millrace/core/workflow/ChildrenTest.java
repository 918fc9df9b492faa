package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.ID;
import static dev.millrace.core.workflow.InstanceUnderTest.T0;
import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.ReleaseChild;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs of other workflows: waited for, left alone, cancelled and undone with their parent. */
class ChildrenTest {
  private static final String PARENT =
      """
      do:
        - book:
            metadata: { millrace: { onAbort: compensate } }
            do:
              - hotel: { run: { workflow: { namespace: test, name: hotel, version: '1.0.0', input: { nights: '${ .n }' } } } }
              - flight: { call: 'charge:1.0.0@default' }
      """;

  private static final String CHILD =
      """
      use: { functions: { free: { call: 'reserve:1.0.0@default', with: { undo: '${ . }' } } } }
      do:
        - room:
            call: 'reserve:1.0.0@default'
            metadata: { millrace: { compensation: { call: free, with: { room: '${ .room }' } } } }
      """;

  @Test
  void a_parent_starts_its_child_and_takes_its_output() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var start = (Start) parent.told().getFirst();
    assertThat(start.input()).isEqualTo(yaml("nights: 2"));
    assertThat(start.workflow().toString()).isEqualTo("test/hotel:1.0.0");
    parent.apply(ended(start, new Outcome.Completed(yaml("room: 12")), false));
    assertThat(parent.lastRequest().function()).isEqualTo("charge");
    parent.completes("done: true");
    assertThat(parent.output()).isEqualTo(yaml("done: true"));
    assertThat(parent.told()).hasSize(1);
  }

  @Test
  void a_child_that_fails_fails_its_task() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var start = (Start) parent.told().getFirst();
    var error = dev.millrace.core.WorkflowError.Kind.COMMUNICATION.error(503, "full");
    parent.apply(ended(start, new Outcome.Failed(error), false));
    assertThat(parent.error().status()).isEqualTo(503);
    assertThat(parent.error().instance()).isEqualTo("/do/0/book/do/0/hotel");
  }

  @Test
  void a_child_that_waits_for_its_definition_is_taken_back_by_its_parent_and_nobody_else() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var start = (Start) parent.told().getFirst();
    parent.isCancelled();
    var undo = (UndoChild) parent.told().getLast();
    var other = new Origin.ByParent(new InstanceId("somebody"), undo.by().position(), true);
    assertThat(Withdrawal.of(start, new UndoChild(start.instanceId(), other))).isEmpty();
    assertThat(Withdrawal.of(start, new ReleaseChild(start.instanceId()))).isEmpty();
    Withdrawal.of(start, undo).orElseThrow().effects().stream()
        .map(effect -> ((Effect.Tell) effect).command())
        .forEach(parent::apply);
    assertThat(parent.outcome()).isInstanceOf(Outcome.Compensated.class);
  }

  @Test
  void a_child_that_is_cancelled_before_it_began_fails_the_task_that_waits() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var start = (Start) parent.told().getFirst();
    var cancel = new Cancel(start.instanceId(), "nobody needs it");
    Withdrawal.of(start, cancel).orElseThrow().effects().stream()
        .map(effect -> ((Effect.Tell) effect).command())
        .forEach(parent::apply);
    assertThat(parent.error().detail()).contains("cancelled", "nobody needs it");
  }

  @Test
  void a_child_is_cancelled_when_its_task_is_gone() {
    var plain =
        PARENT.replace("metadata: { millrace: { onAbort: compensate } }", "if: '${ true }'");
    var cancelled = InstanceUnderTest.of(plain).start("n: 2").isCancelled();
    assertThat(cancelled.told()).last().isInstanceOf(Cancel.class);
    var late = InstanceUnderTest.of(plain + "timeout: { after: PT1M }").start("n: 2");
    late.after(Duration.ofMinutes(1));
    assertThat(late.told()).last().isInstanceOf(Cancel.class);
  }

  @Test
  void a_child_under_way_undoes_what_it_did_when_a_scope_around_it_is_given_up() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan(CHILD + "  - rest: { wait: PT1H }\n"));
    child.tell(parent.told().getFirst());
    child.answer("room: 12");
    parent.isCancelled();
    assertThat(parent.told()).hasSize(2).last().isInstanceOf(UndoChild.class);
    child.tell(parent.told().getLast());
    assertThat(child.asked.getLast().arguments()).isEqualTo(yaml("{ undo: { room: 12 } }"));
    child.answer("{}");
    child.messages().forEach(parent::apply);
    assertThat(child.outcome()).isInstanceOf(Outcome.Compensated.class);
    assertThat(parent.outcome()).isInstanceOf(Outcome.Compensated.class);
  }

  @Test
  void a_child_that_completed_before_its_parent_heard_of_it_is_undone_too() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan(CHILD));
    child.tell(parent.told().getFirst());
    child.answer("room: 12");
    var crossing = child.messages();
    parent.isCancelled();
    var undo = parent.told().getLast();
    crossing.forEach(parent::apply);
    child.tell(undo);
    parent.told().stream().filter(ReleaseChild.class::isInstance).forEach(child::tell);
    child.answer("{}");
    child.messages().forEach(parent::apply);
    assertThat(child.outcome()).isInstanceOf(Outcome.Compensated.class);
    assertThat(parent.outcome()).isInstanceOf(Outcome.Compensated.class);
  }

  @Test
  void a_child_that_was_suspended_when_it_was_cancelled_undoes_without_being_resumed() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan(CHILD + "  - rest: { wait: PT1H }\n"));
    var start = (Start) parent.told().getFirst();
    child.tell(start);
    child.answer("room: 12");
    child.tell(new WorkflowCommand.Suspend(start.instanceId(), "a person looks at it"));
    child.tell(new Cancel(start.instanceId(), "and gives it up"));
    child.messages().forEach(parent::apply);
    child.tell(parent.told().getLast());
    assertThat(child.asked.getLast().arguments()).isEqualTo(yaml("{ undo: { room: 12 } }"));
  }

  @Test
  void a_child_that_ends_by_itself_when_it_is_asked_undoes_everything_all_the_same() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child =
        new Child(
            InstanceUnderTest.plan(
                CHILD
                    + "  - no: { raise: { error: { type: 'https://example.com/no', status: 422 } } }\n"
                    + "  - last: { call: 'charge:1.0.0@default', metadata: { millrace: { alwaysRun: true } } }\n"));
    child.tell(parent.told().getFirst());
    child.answer("room: 12");
    parent.isCancelled();
    child.tell(parent.told().getLast());
    assertThat(child.asked.getLast().arguments()).isEqualTo(yaml("{ undo: { room: 12 } }"));
    child.answer("{}");
    child.answer("{}");
    child.messages().forEach(parent::apply);
    assertThat(child.outcome()).isInstanceOf(Outcome.Compensated.class);
    assertThat(parent.outcome()).isInstanceOf(Outcome.Compensated.class);
  }

  @Test
  void a_child_with_nothing_to_undo_stands_in_nobodys_way() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan("do: [ { rest: { wait: PT1H } } ]"));
    child.tell(parent.told().getFirst());
    parent.isCancelled();
    child.tell(parent.told().getLast());
    child.messages().forEach(parent::apply);
    assertThat(child.outcome()).isInstanceOf(Outcome.Cancelled.class);
    assertThat(parent.state()).isInstanceOf(WorkflowState.Finished.class);
  }

  @Test
  void a_run_that_is_no_child_of_the_one_who_asks_goes_on() {
    var stranger = new Child(InstanceUnderTest.plan(CHILD));
    stranger.tell(new Start(ID, InstanceUnderTest.plan(CHILD).id().ref(), yaml("{}")));
    var by = new Origin.ByParent(new InstanceId("somebody"), new TaskPosition("/do/0/x", ""), true);
    stranger.tell(new UndoChild(ID, by));
    assertThat(stranger.state).isInstanceOf(WorkflowState.Running.class);
    assertThat(stranger.messages()).singleElement().isInstanceOf(ChildEnded.class);
  }

  @Test
  void a_child_nobody_knows_leaves_it_to_a_person() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    parent.isCancelled();
    var child = new Child(InstanceUnderTest.plan(CHILD));
    child.tell(parent.told().getLast());
    child.messages().forEach(parent::apply);
    assertThat(parent.published()).last().isInstanceOf(Outcome.CompensationFailed.class);
  }

  @Test
  void a_child_that_is_not_waited_for_goes_its_own_way() {
    var run =
        InstanceUnderTest.of(
                "do: [ { go: { run: { workflow: { namespace: test, name: hotel }, await: false } } } ]")
            .start("n: 2");
    assertThat(run.output()).isEqualTo(yaml("n: 2"));
    assertThat(run.told()).singleElement().isInstanceOf(Start.class);
    var bound =
        InstanceUnderTest.of(
                "do: [ { go: { run: { workflow: { namespace: test, name: hotel }, await: false },"
                    + " metadata: { millrace: { child: { id: mine, onParentEnd: cancel } } } } } ]")
            .start("n: 2");
    assertThat(bound.told()).hasSize(2).last().isInstanceOf(Cancel.class);
    assertThat(bound.told().getFirst().instanceId().value()).isEqualTo("mine");
  }

  @Test
  void what_a_child_did_is_undone_through_the_child_when_the_parent_fails() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan(CHILD));
    child.tell(parent.told().getFirst());
    child.answer("room: 12");
    child.messages().forEach(parent::apply);
    parent.refuses(402);
    assertThat(parent.state()).isInstanceOf(WorkflowState.Running.class);
    child.tell(parent.told().getLast());
    assertThat(child.asked.getLast().arguments()).isEqualTo(yaml("{ undo: { room: 12 } }"));
    child.answer("{}");
    child.messages().forEach(parent::apply);
    assertThat(child.outcome()).isInstanceOf(Outcome.Compensated.class);
    assertThat(parent.outcome()).isInstanceOf(Outcome.Compensated.class);
  }

  @Test
  void a_parent_that_ends_well_lets_its_child_forget() {
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var child = new Child(InstanceUnderTest.plan(CHILD));
    child.tell(parent.told().getFirst());
    child.answer("room: 12");
    child.messages().forEach(parent::apply);
    parent.completes("{}");
    child.tell(parent.told().getLast());
    assertThat(((WorkflowState.Finished) child.state).undoable()).isNull();
  }

  @Test
  void a_parent_learns_that_a_child_cannot_begin() {
    var child = new Child(InstanceUnderTest.plan(CHILD));
    var parent = InstanceUnderTest.of(PARENT).start("n: 2");
    var start = (Start) parent.told().getFirst();
    child.tell(new Start(start.instanceId(), start.workflow(), yaml("other: true")));
    child.tell(start);
    child.messages().forEach(parent::apply);
    assertThat(parent.error().detail()).contains("taken");
  }

  private static ChildEnded ended(Start start, Outcome outcome, boolean isUndoable) {
    var by = (Origin.ByParent) start.origin();
    return new ChildEnded(ID, by.position(), start.instanceId(), outcome, isUndoable);
  }

  /** The other instance. */
  private static final class Child {
    private final Plan plan;
    private final List<dev.millrace.core.stage.StageRequest> asked = new ArrayList<>();
    private final List<WorkflowCommand> told = new ArrayList<>();
    private WorkflowState state = new WorkflowState.NotStarted();

    Child(Plan plan) {
      this.plan = plan;
    }

    void tell(WorkflowCommand command) {
      var effects =
          switch (Workflow.decide(plan, state, command, T0, Limits.DEFAULT)) {
            case Accepted accepted -> {
              state = accepted.state();
              yield accepted.effects();
            }
            case Rejected rejected -> rejected.effects();
          };
      for (var effect : effects) {
        switch (effect) {
          case Effect.Dispatch(var request) -> asked.add(request);
          case Effect.Tell(var message) -> told.add(message);
          case Effect _ -> {}
        }
      }
    }

    void answer(String output) {
      var request = asked.getLast();
      tell(
          new CompleteStage(
              request.instanceId(),
              request.position(),
              request.attempt(),
              new StageAnswer.Completed(yaml(output))));
    }

    List<WorkflowCommand> messages() {
      var messages = List.copyOf(told);
      told.clear();
      return messages;
    }

    Outcome outcome() {
      return ((WorkflowState.Finished) state).outcome();
    }
  }
}
