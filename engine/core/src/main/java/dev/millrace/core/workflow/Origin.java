package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;

/** Who started an instance, and so has to be told how it ended. */
public sealed interface Origin {
  /** Anybody, by a submission. */
  record Submitted() implements Origin {}

  /**
   * A {@code run.workflow} of another instance.
   *
   * @param position of the task that waits for the end
   * @param isAwaited false when the parent went on at once
   */
  record ByParent(InstanceId parent, TaskPosition position, boolean isAwaited) implements Origin {}

  /**
   * @param schedule see {@link dev.millrace.core.coordination.CoordinationCommand}
   */
  record BySchedule(String schedule) implements Origin {}
}
