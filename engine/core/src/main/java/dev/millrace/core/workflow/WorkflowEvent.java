package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fact about one instance. A released event is never edited; a new meaning is a new event.
 *
 * <p>Events carry evaluated values, so that replay evaluates nothing. A null {@code input} means
 * that the task's data came in unchanged, a null {@code output} that they left unchanged, a null
 * {@code context} that {@code $context} stayed as it was; what does not change is not written
 * twice.
 */
public sealed interface WorkflowEvent {
  /** When it happened: the timestamp of the command that caused it. Equal within a transition. */
  Instant at();

  /**
   * @param planHash pins the instance to the content of its definition
   * @param requestHash of definition reference and input; tells a repeated start from another one
   */
  record WorkflowStarted(
      InstanceId instanceId,
      DefinitionId definition,
      String planHash,
      String requestHash,
      Origin origin,
      JsonNode rawInput,
      @Nullable JsonNode input,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  /** The {@code if} of a task was false. */
  record TaskSkipped(TaskPosition position, int next, Instant at) implements WorkflowEvent {}

  record ScopeEntered(
      TaskPosition position, @Nullable JsonNode input, @Nullable Instant deadline, Instant at)
      implements WorkflowEvent {}

  /**
   * @param items the array to loop over, evaluated
   */
  record LoopEntered(
      TaskPosition position,
      @Nullable JsonNode input,
      JsonNode items,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  /**
   * @param position of the loop
   */
  record IterationStarted(TaskPosition position, int index, Instant at) implements WorkflowEvent {}

  record TryEntered(
      TaskPosition position,
      @Nullable JsonNode input,
      @Nullable Instant deadline,
      @Nullable Instant attemptDeadline,
      Instant at)
      implements WorkflowEvent {}

  /** A task was handed to a stage: its first attempt. */
  record StageRequested(
      TaskPosition position,
      @Nullable JsonNode input,
      StageName stage,
      String function,
      JsonNode arguments,
      String idempotencyKey,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  /**
   * The stage did not do it, or may not have done it, and the engine will ask again.
   *
   * @param attempt the one to come, counted from 1
   */
  record StageRetryScheduled(
      TaskPosition position, int attempt, WorkflowError error, Instant dueAt, Instant at)
      implements WorkflowEvent {}

  record StageRetried(TaskPosition position, int attempt, Instant at) implements WorkflowEvent {}

  record WaitStarted(
      TaskPosition position,
      @Nullable JsonNode input,
      Instant until,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  /**
   * @param next index of the task to go to in the enclosing block; {@link Cursor#EXIT} to leave it,
   *     {@link Cursor#END} to finish the workflow
   */
  record TaskCompleted(
      TaskPosition position,
      @Nullable JsonNode output,
      @Nullable JsonNode context,
      int next,
      Instant at)
      implements WorkflowEvent {}

  /** An error was raised at the task; it, and everything inside it, is over. */
  record TaskFailed(TaskPosition position, WorkflowError error, Instant at)
      implements WorkflowEvent {}

  /**
   * A {@code try} caught the error and runs its handler.
   *
   * @param position of the try
   */
  record ErrorCaught(TaskPosition position, WorkflowError error, Instant at)
      implements WorkflowEvent {}

  /**
   * A {@code try} caught the error and will run again.
   *
   * @param position of the try
   * @param attempt the one to come, counted from 1
   */
  record RetryScheduled(
      TaskPosition position, int attempt, WorkflowError error, Instant dueAt, Instant at)
      implements WorkflowEvent {}

  record TryRetried(
      TaskPosition position, int attempt, @Nullable Instant attemptDeadline, Instant at)
      implements WorkflowEvent {}

  record WorkflowFinished(Outcome outcome, Instant at) implements WorkflowEvent {}

  // Branches side by side.

  /**
   * A {@code fork} or a {@code map} was entered.
   *
   * @param items what a map goes over, one lane each; null for a fork
   * @param lanes how many there are
   * @param width how many may run at a time
   * @param tolerated how many may fail without failing the task
   * @param isRace the first lane that is done decides
   */
  record ForkEntered(
      TaskPosition position,
      @Nullable JsonNode input,
      @Nullable JsonNode items,
      int lanes,
      int width,
      int tolerated,
      boolean isRace,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  /**
   * @param position of the fork
   * @param branch the number the lane's branch gets
   */
  record BranchStarted(TaskPosition position, int lane, int branch, Instant at)
      implements WorkflowEvent {}

  /**
   * A lane is done. It yields the value its branch arrived at.
   *
   * @param position of the fork
   */
  record BranchCompleted(TaskPosition position, int lane, Instant at) implements WorkflowEvent {}

  /**
   * A lane failed, which the task tolerates.
   *
   * @param position of the fork
   */
  record BranchFailed(TaskPosition position, int lane, WorkflowError error, Instant at)
      implements WorkflowEvent {}

  // Events and signals.

  /** A {@code listen} was entered. */
  record ListenStarted(
      TaskPosition position,
      @Nullable JsonNode input,
      List<Awaited> awaited,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {
    public ListenStarted {
      awaited = List.copyOf(awaited);
    }
  }

  /**
   * An event matched a filter of a {@code listen}.
   *
   * @param filter which one, counted from 0
   * @param item what {@code read} makes of the event; null when the event only ends the listening
   * @param expected what correlates from now on with this filter
   * @param isHandled whether {@code foreach} is to handle the item; otherwise it is a result
   * @param isOver whether the task listens no longer
   * @param signal the buffered signal it was; null for any other event
   */
  record EventConsumed(
      TaskPosition position,
      int filter,
      @Nullable JsonNode item,
      Map<String, JsonNode> expected,
      boolean isHandled,
      boolean isOver,
      @Nullable String signal,
      Instant at)
      implements WorkflowEvent {
    public EventConsumed {
      expected = Map.copyOf(expected);
    }
  }

  /** {@code foreach} of a {@code listen} began with the item that came first. */
  record EventHandlingStarted(TaskPosition position, Instant at) implements WorkflowEvent {}

  /**
   * @param output null when it is the value the handling arrived at
   * @param context null when {@code $context} stayed as it was
   */
  record EventHandled(
      TaskPosition position, @Nullable JsonNode output, @Nullable JsonNode context, Instant at)
      implements WorkflowEvent {}

  /** A signal came that had not come before. Its id tells it from then on when it comes again. */
  record SignalReceived(String name, String id, Instant at) implements WorkflowEvent {}

  /** Nobody listened for the signal yet. */
  record SignalBuffered(String name, JsonNode event, Instant at) implements WorkflowEvent {}

  // Other workflows.

  /**
   * @param isAwaited whether the task waits for its end
   * @param isCancelledWithParent whether it ends when this instance does
   */
  record ChildStarted(
      TaskPosition position,
      @Nullable JsonNode input,
      InstanceId child,
      DefinitionRef workflow,
      JsonNode childInput,
      boolean isAwaited,
      boolean isCancelledWithParent,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {}

  // Sagas.

  /** The task that is about to complete can be undone. */
  record CompensationRegistered(Undo undo, Instant at) implements WorkflowEvent {}

  /**
   * Begins to undo. Takes the place of the task at {@code position} if that one is under way.
   *
   * @param steps numbers of the compensations, in the order they run
   */
  record CompensationStarted(
      TaskPosition position,
      @Nullable JsonNode input,
      List<Integer> steps,
      Afterwards afterwards,
      @Nullable Instant deadline,
      Instant at)
      implements WorkflowEvent {
    public CompensationStarted {
      steps = List.copyOf(steps);
    }
  }

  /**
   * @param position of the compensation
   * @param attempt counted from 1
   */
  record CompensationStepStarted(TaskPosition position, int step, int attempt, Instant at)
      implements WorkflowEvent {}

  /** Another instance was asked to undo what it did. */
  record CompensationByChildRequested(TaskPosition position, int step, InstanceId child, Instant at)
      implements WorkflowEvent {}

  /**
   * @param step number of the compensation
   * @param detail see {@link Undo.Settled#detail()}
   */
  record CompensationStepSettled(
      TaskPosition position, int step, Undo.Settlement settlement, String detail, Instant at)
      implements WorkflowEvent {}

  record CompensationRetryScheduled(
      TaskPosition position, int step, int attempt, WorkflowError error, Instant dueAt, Instant at)
      implements WorkflowEvent {}

  /** A compensation failed for good, and waits for a person. */
  record CompensationStuck(TaskPosition position, int step, WorkflowError error, Instant at)
      implements WorkflowEvent {}

  /** A compensation that went before an error is through; the error goes on outward. */
  record CompensationEnded(TaskPosition position, Instant at) implements WorkflowEvent {}

  // The end, and what stands still.

  /**
   * The instance comes to an end before its time, and has something to do before.
   *
   * @param undo numbers of the compensations to run, in their order
   * @param cleanups indices of the tasks of the workflow's own block that run always
   */
  record EndingStarted(
      Outcome.Aborted cause, List<Integer> undo, List<Integer> cleanups, Instant at)
      implements WorkflowEvent {
    public EndingStarted {
      undo = List.copyOf(undo);
      cleanups = List.copyOf(cleanups);
    }
  }

  /** The next of the tasks that run always; the one before it is done, or failed. */
  record CleanupStarted(int current, Instant at) implements WorkflowEvent {}

  record Suspended(String reason, Instant at) implements WorkflowEvent {}

  record Resumed(Instant at) implements WorkflowEvent {}

  /** The instance queues at the gate of its key. */
  record PermitRequested(String gate, Instant at) implements WorkflowEvent {}

  record PermitGranted(String gate, Instant at) implements WorkflowEvent {}

  /** A parent asks an instance that has ended to undo what it did. */
  record UndoRequested(Origin.ByParent by, Instant at) implements WorkflowEvent {}

  /** No parent will ask for it any more. */
  record Released(Instant at) implements WorkflowEvent {}
}
