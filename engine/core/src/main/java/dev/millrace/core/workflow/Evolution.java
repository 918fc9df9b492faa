package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Frame.Entry;
import dev.millrace.core.workflow.Frame.Phase;
import dev.millrace.core.workflow.WorkflowEvent.BranchCompleted;
import dev.millrace.core.workflow.WorkflowEvent.BranchFailed;
import dev.millrace.core.workflow.WorkflowEvent.BranchStarted;
import dev.millrace.core.workflow.WorkflowEvent.ChildStarted;
import dev.millrace.core.workflow.WorkflowEvent.CleanupStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationByChildRequested;
import dev.millrace.core.workflow.WorkflowEvent.CompensationEnded;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStuck;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.EventConsumed;
import dev.millrace.core.workflow.WorkflowEvent.EventHandled;
import dev.millrace.core.workflow.WorkflowEvent.EventHandlingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ForkEntered;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.ListenStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.PermitGranted;
import dev.millrace.core.workflow.WorkflowEvent.PermitRequested;
import dev.millrace.core.workflow.WorkflowEvent.Released;
import dev.millrace.core.workflow.WorkflowEvent.Resumed;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.SignalReceived;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.Suspended;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.UndoRequested;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.ChildRun;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.Permit;
import dev.millrace.core.workflow.WorkflowState.Run;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fold. Knows neither plan nor expression nor clock, so that a journal written by any released
 * engine amounts to the same state for ever.
 */
final class Evolution {
  /** Where the frame of an end before its time stands: no task has this pointer. */
  static final String ENDING = "/";

  /** Where what an end undoes stands. */
  static final String UNDO = "/undo";

  private Evolution() {}

  static WorkflowState evolve(WorkflowState state, WorkflowEvent event) {
    return switch (event) {
      case WorkflowStarted e -> started(e);
      case TaskSkipped e -> skipped(running(state), e);
      case ScopeEntered e -> entered(running(state), e);
      case LoopEntered e -> entered(running(state), e);
      case IterationStarted e -> iterated(running(state), e);
      case TryEntered e -> entered(running(state), e);
      case StageRequested e -> requested(running(state), e);
      case StageRetryScheduled e -> call(running(state), e.position(), e.attempt(), e.dueAt());
      case StageRetried e -> call(running(state), e.position(), e.attempt(), null);
      case WaitStarted e -> waiting(running(state), e);
      case TaskCompleted e -> completed(running(state), e);
      case TaskFailed e -> ended(running(state), e.position());
      case ErrorCaught e -> caught(running(state), e);
      case RetryScheduled e -> backingOff(running(state), e);
      case TryRetried e -> retried(running(state), e);
      case WorkflowFinished e -> finished(running(state), e);
      case ForkEntered e -> entered(running(state), e);
      case BranchStarted e -> begun(running(state), e);
      case BranchCompleted e -> laneDone(running(state), e);
      case BranchFailed e ->
          lane(running(state), e.position(), e.lane(), new Frame.Lane.Failed(e.error()));
      case ListenStarted e -> ListenEvolution.listening(running(state), e);
      case EventConsumed e -> ListenEvolution.consumed(running(state), e);
      case EventHandlingStarted e -> ListenEvolution.handling(running(state), e);
      case EventHandled e -> ListenEvolution.handled(running(state), e);
      case SignalReceived e -> ListenEvolution.received(running(state), e);
      case SignalBuffered e -> ListenEvolution.buffered(running(state), e);
      case ChildStarted e -> childStarted(running(state), e);
      case CompensationRegistered e -> running(state).with(running(state).undo().with(e.undo()));
      case CompensationStarted e -> SagaEvolution.undoing(running(state), e);
      case CompensationStepStarted e ->
          SagaEvolution.step(running(state), e.position(), new Frame.Step.Running(e.attempt()));
      case CompensationByChildRequested e ->
          SagaEvolution.step(running(state), e.position(), new Frame.Step.WithChild(e.child()));
      case CompensationStepSettled e -> SagaEvolution.settled(running(state), e);
      case CompensationRetryScheduled e ->
          SagaEvolution.step(
              running(state),
              e.position(),
              new Frame.Step.BackingOff(e.attempt(), e.error(), e.dueAt()));
      case CompensationStuck e -> SagaEvolution.stuck(running(state), e);
      case CompensationEnded e -> ended(running(state), e.position());
      case EndingStarted e -> SagaEvolution.ending(running(state), e);
      case CleanupStarted e -> SagaEvolution.cleanup(running(state), e);
      case Suspended e -> running(state).withSuspended(e.at());
      case Resumed _ -> running(state).withSuspended(null);
      case PermitRequested e -> running(state).with(new Permit(e.gate(), false));
      case PermitGranted e -> running(state).with(new Permit(e.gate(), true));
      case UndoRequested e -> undoRequested(state, e);
      case Released _ -> released(state);
    };
  }

  private static Running started(WorkflowStarted e) {
    var input = e.input() == null ? e.rawInput() : e.input();
    return new Running(
        new Run(
            e.instanceId(),
            e.definition(),
            e.planHash(),
            e.requestHash(),
            e.origin(),
            e.rawInput(),
            input,
            e.at()),
        NullNode.getInstance(),
        e.deadline(),
        List.of(Branch.root(Cursor.start(input))),
        1,
        UndoLog.EMPTY,
        List.of(),
        List.of(),
        null,
        null,
        List.of());
  }

  // Tasks.

  private static Running entered(Running state, ScopeEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return push(state, e.position(), new Frame.Do(entry, Cursor.start(entry.input())));
  }

  private static Running entered(Running state, LoopEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    var loop = new Frame.For(entry, e.items(), -1, Cursor.start(entry.input()));
    return push(state, e.position(), loop);
  }

  private static Running entered(Running state, TryEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    var trying = new Phase.Trying(e.attemptDeadline());
    return push(state, e.position(), new Frame.Try(entry, 1, trying, Cursor.start(entry.input())));
  }

  private static Running requested(Running state, StageRequested e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return push(
        state,
        e.position(),
        new Frame.Call(entry, e.stage(), e.function(), e.arguments(), e.idempotencyKey(), 1, null));
  }

  private static Running waiting(Running state, WaitStarted e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return push(state, e.position(), new Frame.Wait(entry, e.until()));
  }

  private static Running iterated(Running state, IterationStarted e) {
    return change(
        state,
        e.position(),
        frame -> {
          var loop = (Frame.For) frame;
          var next = Cursor.start(loop.cursor().value());
          return new Frame.For(loop.entry(), loop.items(), e.index(), next);
        });
  }

  private static Running call(
      Running state, TaskPosition position, int attempt, @Nullable Instant retryAt) {
    return change(
        state,
        position,
        frame -> {
          var call = (Frame.Call) frame;
          return new Frame.Call(
              call.entry(),
              call.stage(),
              call.function(),
              call.arguments(),
              call.idempotencyKey(),
              attempt,
              retryAt);
        });
  }

  private static Running skipped(Running state, TaskSkipped e) {
    return state.with(moved(state.branch(e.position().branch()), e.next(), null));
  }

  private static Running completed(Running state, TaskCompleted e) {
    var pointer = e.position().pointer();
    var branch = state.branch(e.position().branch());
    var frame = branch.frames().isEmpty() ? null : branch.frames().getLast();
    if (frame == null || !frame.entry().pointer().equals(pointer)) {
      return state.with(moved(branch, e.next(), e.output())).withContext(e.context());
    }
    var output = e.output() == null ? lastValue(frame) : e.output();
    return state.with(moved(branch.popThrough(pointer), e.next(), output)).withContext(e.context());
  }

  /** What a task yields that does not say anything else. */
  static JsonNode lastValue(Frame frame) {
    return switch (frame) {
      case Frame.Fork fork -> lanes(fork);
      case Frame.Listen listen -> array(listen.results());
      case Frame.Compensation compensation -> compensation.entry().input();
      case Frame.Composite composite -> composite.cursor().value();
      case Frame.Call call -> call.entry().input();
      case Frame.Wait wait -> wait.entry().input();
      case Frame.Child child -> child.entry().input();
    };
  }

  private static Branch moved(Branch branch, int next, @Nullable JsonNode output) {
    var cursor = cursor(branch);
    return branch.withInnermostCursor(
        cursor.moveTo(next, output == null ? cursor.value() : output));
  }

  static Cursor cursor(Branch branch) {
    return branch.frames().isEmpty()
        ? branch.cursor()
        : ((Frame.Composite) branch.frames().getLast()).cursor();
  }

  /** The task is over, and everything inside it. */
  private static Running ended(Running state, TaskPosition position) {
    return state.with(state.branch(position.branch()).popThrough(position.pointer()));
  }

  private static Running caught(Running state, ErrorCaught e) {
    return change(
        state,
        e.position(),
        frame -> {
          var t = (Frame.Try) frame;
          var handling = new Phase.Handling(e.error());
          return new Frame.Try(t.entry(), t.attempt(), handling, Cursor.start(t.entry().input()));
        });
  }

  private static Running backingOff(Running state, RetryScheduled e) {
    return change(
        state,
        e.position(),
        frame -> {
          var t = (Frame.Try) frame;
          var pause = new Phase.BackingOff(e.error(), e.dueAt());
          return new Frame.Try(t.entry(), e.attempt(), pause, Cursor.start(t.entry().input()));
        });
  }

  private static Running retried(Running state, TryRetried e) {
    return change(
        state,
        e.position(),
        frame -> {
          var t = (Frame.Try) frame;
          var trying = new Phase.Trying(e.attemptDeadline());
          return new Frame.Try(t.entry(), e.attempt(), trying, Cursor.start(t.entry().input()));
        });
  }

  // Branches side by side.

  private static Running entered(Running state, ForkEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    var lanes = Collections.<Frame.Lane>nCopies(e.lanes(), new Frame.Lane.Waiting());
    return push(
        state,
        e.position(),
        new Frame.Fork(entry, e.items(), e.width(), e.tolerated(), e.isRace(), lanes));
  }

  private static Running begun(Running state, BranchStarted e) {
    var parent = e.position().branch();
    var started = lane(state, e.position(), e.lane(), new Frame.Lane.Active(e.branch()));
    var fork = (Frame.Fork) started.branch(parent).frames().getLast();
    var cursor = Cursor.start(fork.inputOf(e.lane()));
    return started.withNew(new Branch(e.branch(), parent, e.lane(), cursor, List.of()));
  }

  private static Running laneDone(Running state, BranchCompleted e) {
    var fork = (Frame.Fork) state.branch(e.position().branch()).frames().getLast();
    var lane = (Frame.Lane.Active) fork.lanes().get(e.lane());
    var output = state.branch(lane.branch()).cursor().value();
    return lane(state, e.position(), e.lane(), new Frame.Lane.Done(output));
  }

  private static Running lane(Running state, TaskPosition position, int lane, Frame.Lane changed) {
    return change(
        state,
        position,
        frame -> {
          var fork = (Frame.Fork) frame;
          var lanes = new ArrayList<>(fork.lanes());
          lanes.set(lane, changed);
          return new Frame.Fork(
              fork.entry(), fork.items(), fork.width(), fork.tolerated(), fork.isRace(), lanes);
        });
  }

  private static JsonNode lanes(Frame.Fork fork) {
    var outputs = fork.lanes().stream().map(Evolution::output).toList();
    return fork.isRace()
        ? fork.lanes().stream()
            .filter(Frame.Lane.Done.class::isInstance)
            .map(Evolution::output)
            .findFirst()
            .orElse(NullNode.getInstance())
        : array(outputs);
  }

  private static JsonNode output(Frame.Lane lane) {
    return switch (lane) {
      case Frame.Lane.Done(var output) -> output;
      case Frame.Lane.Failed(var error) ->
          JsonNodeFactory.instance.objectNode().set("error", Errors.toJson(error));
      case Frame.Lane.Waiting _, Frame.Lane.Active _ -> NullNode.getInstance();
    };
  }

  private static ArrayNode array(List<JsonNode> values) {
    return JsonNodeFactory.instance.arrayNode(values.size()).addAll(values);
  }

  // Other workflows.

  private static Running childStarted(Running state, ChildStarted e) {
    if (!e.isAwaited()) {
      var child = new ChildRun(e.child(), e.isCancelledWithParent());
      return state.withChildren(ListenEvolution.appended(state.children(), child));
    }
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return push(state, e.position(), new Frame.Child(entry, e.child(), e.isCancelledWithParent()));
  }

  private static Finished finished(Running state, WorkflowFinished e) {
    var run = state.run();
    return new Finished(
        run.instanceId(),
        run.definition(),
        run.requestHash(),
        e.outcome(),
        run.startedAt(),
        e.at(),
        isUndoable(state) ? state.with(Branch.root(Cursor.start(run.input()))) : null);
  }

  /** Only a parent can ask an instance that has ended to undo what it did. */
  static boolean isUndoable(Running state) {
    return state.run().origin() instanceof Origin.ByParent by
        && by.isAwaited()
        && !state.undo().open().isEmpty();
  }

  private static Running undoRequested(WorkflowState state, UndoRequested e) {
    return switch (state) {
      case Running running -> tellingOf(running, e);
      case Finished it when it.undoable() != null -> tellingOf(it.undoable(), e);
      case Finished _, WorkflowState.NotStarted _ ->
          throw new IllegalStateException("there is nothing it could undo: " + state);
    };
  }

  /** Whoever asked is the one to hear of the end. */
  private static Running tellingOf(Running state, UndoRequested e) {
    var old = state.run();
    var run =
        new Run(
            old.instanceId(),
            old.definition(),
            old.planHash(),
            old.requestHash(),
            e.by(),
            old.rawInput(),
            old.input(),
            old.startedAt());
    return state.with(run);
  }

  private static WorkflowState released(WorkflowState state) {
    return switch (state) {
      case Finished it ->
          new Finished(
              it.instanceId(),
              it.definition(),
              it.requestHash(),
              it.outcome(),
              it.startedAt(),
              it.finishedAt(),
              null);
      case Running _, WorkflowState.NotStarted _ -> state;
    };
  }

  // What events have in common.

  static Running push(Running state, TaskPosition position, Frame frame) {
    return state.with(state.branch(position.branch()).push(frame));
  }

  static Running change(Running state, TaskPosition position, UnaryOperator<Frame> change) {
    return state.with(state.branch(position.branch()).popTo(position.pointer(), change));
  }

  static Entry entry(
      Running state,
      TaskPosition position,
      @Nullable JsonNode input,
      @Nullable Instant deadline,
      Instant at) {
    var raw = cursor(state.branch(position.branch())).value();
    var taken = input == null ? raw : input;
    return new Entry(position.pointer(), raw, taken, at, deadline, state.undo().registered());
  }

  private static Running running(WorkflowState state) {
    if (state instanceof Running running) {
      return running;
    }
    throw new IllegalStateException("only a running instance has such an event: " + state);
  }
}
