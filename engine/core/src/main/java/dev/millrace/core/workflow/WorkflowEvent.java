package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import java.time.Instant;
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
}
