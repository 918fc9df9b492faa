package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;
import org.jspecify.annotations.Nullable;

/** A wish about one instance. */
public sealed interface WorkflowCommand {
  InstanceId instanceId();

  /** Begin a run. Sent again with the same content it changes nothing. */
  record Start(InstanceId instanceId, DefinitionRef workflow, JsonNode input, Origin origin)
      implements WorkflowCommand {
    public Start(InstanceId instanceId, DefinitionRef workflow, JsonNode input) {
      this(instanceId, workflow, input, new Origin.Submitted());
    }
  }

  /** A stage's answer to the attempt the instance waits for. Any other is stale. */
  record CompleteStage(
      InstanceId instanceId, TaskPosition position, int attempt, StageAnswer answer)
      implements WorkflowCommand {}

  record Cancel(InstanceId instanceId, String reason) implements WorkflowCommand {}

  /** A deadline, pause or back-off of the instance has passed. Made by the timer store. */
  record FireTimers(InstanceId instanceId) implements WorkflowCommand {}

  /** Go on where a transition stopped because it reached its bound of steps. */
  record Continue(InstanceId instanceId) implements WorkflowCommand {}

  /**
   * An event that may be one the instance waits for.
   *
   * @param position of the {@code listen}
   * @param filter which of its filters, counted from 0
   * @param channel where it goes back to if the task has heard enough; empty when it is not kept
   * @param event a CloudEvent
   */
  record DeliverEvent(
      InstanceId instanceId, TaskPosition position, int filter, String channel, JsonNode event)
      implements WorkflowCommand {}

  /**
   * An event for this very instance: for the {@code listen} with that signal name, now or when the
   * flow comes to it.
   *
   * @param id tells a repeated signal from another one
   */
  record Signal(InstanceId instanceId, String name, String id, JsonNode data)
      implements WorkflowCommand {}

  /** Stand still: what is under way is answered, nothing new begins, no timer fires. */
  record Suspend(InstanceId instanceId, String reason) implements WorkflowCommand {}

  record Resume(InstanceId instanceId) implements WorkflowCommand {}

  /**
   * The run that was started by a task of this instance has ended.
   *
   * @param position of the task, or of the compensation that asked for it to be undone
   * @param isUndoable whether it can be asked to undo what it did
   */
  record ChildEnded(
      InstanceId instanceId,
      TaskPosition position,
      InstanceId child,
      Outcome outcome,
      boolean isUndoable)
      implements WorkflowCommand {}

  /**
   * What a person decides about a compensation that failed for good.
   *
   * @param task name or pointer of the task that is not undone; null for the first one that waits
   */
  record SettleCompensation(
      InstanceId instanceId, Ruling ruling, String reason, @Nullable String task)
      implements WorkflowCommand {
    public SettleCompensation(InstanceId instanceId, Ruling ruling, String reason) {
      this(instanceId, ruling, reason, null);
    }
  }

  /** What to do about a compensation that failed for good. */
  enum Ruling {
    /** Try it again. */
    RETRY,
    /** Leave it undone and go on with the others. */
    SKIP,
    /** It has been undone by hand. */
    RESOLVE
  }

  /** A parent wants undone what this instance, which has ended, did. */
  record UndoChild(InstanceId instanceId, Origin.ByParent by) implements WorkflowCommand {}

  /** The parent has ended; it will not ask for anything to be undone. */
  record ReleaseChild(InstanceId instanceId) implements WorkflowCommand {}

  /** The gate lets the instance run. */
  record GrantPermit(InstanceId instanceId, String gate) implements WorkflowCommand {}

  /** The gate is full, and the definition does not want the instance to queue. */
  record RefusePermit(InstanceId instanceId, String gate, String detail)
      implements WorkflowCommand {}
}
