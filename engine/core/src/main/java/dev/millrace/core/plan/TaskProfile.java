package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * What the Millrace profile adds to a task of any kind.
 *
 * @param compensation how to undo the task once it has completed; null when it cannot be undone
 * @param isUndoneOnAbort {@code onAbort: compensate}: what completed inside is undone when the task
 *     fails, is cancelled or runs out of time
 * @param isAlwaysRun the task runs also when the instance ends before its time
 */
public record TaskProfile(
    @Nullable Compensation compensation, boolean isUndoneOnAbort, boolean isAlwaysRun) {
  public static final TaskProfile NONE = new TaskProfile(null, false, false);

  /**
   * @param function name in {@code use.functions}
   * @param task pointer of the compensating task in the plan
   * @param arguments evaluated on the task's output when it completes
   * @param retry when the engine tries again by itself; null for its own policy
   */
  public record Compensation(
      String function, String task, Template arguments, @Nullable RetryPlan retry) {}
}
