package dev.millrace.core.plan;

import dev.millrace.core.coordination.CoordinationCommand.WhenFull;
import dev.millrace.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * What the Millrace profile adds to a workflow.
 *
 * @param isUndoneOnAbort {@code onAbort: compensate}: everything that completed is undone when the
 *     workflow fails, is cancelled or runs out of time
 * @param concurrency null when its runs are not limited
 * @param lifecycle of what its runs tell the outside; null for what the engine is set to
 */
public record WorkflowProfile(
    boolean isUndoneOnAbort,
    @Nullable Concurrency concurrency,
    @Nullable LifecycleLevel lifecycle) {
  public static final WorkflowProfile NONE = new WorkflowProfile(false, null, null);

  /**
   * @param key evaluated on the workflow's input; runs of one key share the limit
   * @param max how many may run at a time
   */
  public record Concurrency(Template key, int max, WhenFull whenFull) {}
}
