package dev.millrace.core.workflow;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.List;

/**
 * A compensation that failed for good, about which an instance waits for a person to decide.
 *
 * @param branch number of the branch it stands in
 * @param undo what is not undone
 */
public record StuckCompensation(int branch, Frame.Compensation frame, Undo undo) {

  /** In the order in which rulings take them that name no task. */
  public static List<StuckCompensation> of(Running running) {
    return running.branches().stream()
        .flatMap(branch ->
            branch.frames().stream()
                .filter(Frame.Compensation.class::isInstance)
                .map(Frame.Compensation.class::cast)
                .filter(it -> it.phase() instanceof Frame.Step.Stuck)
                .map(it -> new StuckCompensation(branch.number(), it, current(running, it))))
        .toList();
  }

  private static Undo current(Running running, Frame.Compensation it) {
    return running.undo().open(it.steps().get(it.current()));
  }

  /** Where the task stands that is not undone. */
  public TaskPosition position() {
    return undo.position();
  }

  /**
   * @param task the name of a task, or its JSON pointer
   */
  public boolean isOf(String task) {
    return task.equals(position().taskName()) || task.equals(position().pointer());
  }
}
