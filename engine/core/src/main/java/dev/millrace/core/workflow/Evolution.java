package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Frame.Entry;
import dev.millrace.core.workflow.Frame.Phase;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fold. Knows neither plan nor expression nor clock, so that a journal written by any released
 * engine amounts to the same state for ever.
 */
final class Evolution {
  private Evolution() {}

  static WorkflowState evolve(WorkflowState state, WorkflowEvent event) {
    return switch (event) {
      case WorkflowStarted e -> started(e);
      case TaskSkipped e -> moved(running(state), e.next(), null);
      case ScopeEntered e -> entered(running(state), e);
      case LoopEntered e -> entered(running(state), e);
      case IterationStarted e -> iterated(running(state), e);
      case TryEntered e -> entered(running(state), e);
      case StageRequested e -> requested(running(state), e);
      case StageRetryScheduled e -> call(running(state), e.position(), e.attempt(), e.dueAt());
      case StageRetried e -> call(running(state), e.position(), e.attempt(), null);
      case WaitStarted e -> waiting(running(state), e);
      case TaskCompleted e -> completed(running(state), e);
      case TaskFailed e -> running(state).popThrough(e.position().pointer());
      case ErrorCaught e -> caught(running(state), e);
      case RetryScheduled e -> backingOff(running(state), e);
      case TryRetried e -> retried(running(state), e);
      case WorkflowFinished e -> finished(running(state), e);
    };
  }

  private static Running started(WorkflowStarted e) {
    var input = e.input() == null ? e.rawInput() : e.input();
    return new Running(
        e.instanceId(),
        e.definition(),
        e.planHash(),
        e.requestHash(),
        e.rawInput(),
        input,
        NullNode.getInstance(),
        e.at(),
        e.deadline(),
        Cursor.start(input),
        List.of());
  }

  private static Running entered(Running state, ScopeEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return state.push(new Frame.Do(entry, Cursor.start(entry.input())));
  }

  private static Running entered(Running state, LoopEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return state.push(new Frame.For(entry, e.items(), -1, Cursor.start(entry.input())));
  }

  private static Running entered(Running state, TryEntered e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    var trying = new Phase.Trying(e.attemptDeadline());
    return state.push(new Frame.Try(entry, 1, trying, Cursor.start(entry.input())));
  }

  private static Running requested(Running state, StageRequested e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return state.push(
        new Frame.Call(entry, e.stage(), e.function(), e.arguments(), e.idempotencyKey(), 1, null));
  }

  private static Running waiting(Running state, WaitStarted e) {
    var entry = entry(state, e.position(), e.input(), e.deadline(), e.at());
    return state.push(new Frame.Wait(entry, e.until()));
  }

  private static Running iterated(Running state, IterationStarted e) {
    return state.popTo(
        e.position().pointer(),
        frame -> {
          var loop = (Frame.For) frame;
          var next = Cursor.start(loop.cursor().value());
          return new Frame.For(loop.entry(), loop.items(), e.index(), next);
        });
  }

  private static Running call(
      Running state, TaskPosition position, int attempt, @Nullable Instant retryAt) {
    return state.popTo(
        position.pointer(),
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

  private static Running completed(Running state, TaskCompleted e) {
    var pointer = e.position().pointer();
    var frame = state.innermost();
    if (frame == null || !frame.entry().pointer().equals(pointer)) {
      return moved(state, e.next(), e.output()).withContext(e.context());
    }
    var output = e.output() == null ? lastValue(frame) : e.output();
    return moved(state.popThrough(pointer), e.next(), output).withContext(e.context());
  }

  /** What a task yields that does not say anything else. */
  static JsonNode lastValue(Frame frame) {
    return switch (frame) {
      case Frame.Composite composite -> composite.cursor().value();
      case Frame.Call call -> call.entry().input();
      case Frame.Wait wait -> wait.entry().input();
    };
  }

  private static Running moved(Running state, int next, @Nullable JsonNode output) {
    var cursor = state.innermostCursor();
    return state.withInnermostCursor(cursor.moveTo(next, output == null ? cursor.value() : output));
  }

  private static Running caught(Running state, ErrorCaught e) {
    return state.popTo(
        e.position().pointer(),
        frame -> {
          var t = (Frame.Try) frame;
          var handling = new Phase.Handling(e.error());
          return new Frame.Try(t.entry(), t.attempt(), handling, Cursor.start(t.entry().input()));
        });
  }

  private static Running backingOff(Running state, RetryScheduled e) {
    return state.popTo(
        e.position().pointer(),
        frame -> {
          var t = (Frame.Try) frame;
          var pause = new Phase.BackingOff(e.error(), e.dueAt());
          return new Frame.Try(t.entry(), e.attempt(), pause, Cursor.start(t.entry().input()));
        });
  }

  private static Running retried(Running state, TryRetried e) {
    return state.popTo(
        e.position().pointer(),
        frame -> {
          var t = (Frame.Try) frame;
          var trying = new Phase.Trying(e.attemptDeadline());
          return new Frame.Try(t.entry(), e.attempt(), trying, Cursor.start(t.entry().input()));
        });
  }

  private static Finished finished(Running state, WorkflowFinished e) {
    return new Finished(
        state.instanceId(),
        state.definition(),
        state.requestHash(),
        e.outcome(),
        state.startedAt(),
        e.at());
  }

  private static Entry entry(
      Running state,
      TaskPosition position,
      @Nullable JsonNode input,
      @Nullable Instant deadline,
      Instant at) {
    var raw = state.innermostCursor().value();
    return new Entry(position.pointer(), raw, input == null ? raw : input, at, deadline);
  }

  private static Running running(WorkflowState state) {
    if (state instanceof Running running) {
      return running;
    }
    throw new IllegalStateException("only a running instance has such an event: " + state);
  }
}
