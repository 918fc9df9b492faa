package dev.millrace.cli;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.List;
import java.util.stream.Collectors;

/** Tasks whose compensation failed for good, for which an instance waits for a person. */
final class StuckCompensations {
  private StuckCompensations() {}

  /** Where they stand in the definition, in the order {@code settle} takes them. */
  static List<TaskPosition> of(Running running) {
    return running.branches().stream()
        .flatMap(branch -> branch.frames().stream())
        .filter(Frame.Compensation.class::isInstance)
        .map(Frame.Compensation.class::cast)
        .filter(it -> it.phase() instanceof Frame.Step.Stuck)
        .flatMap(it ->
            running.undo().open().stream()
                .filter(undo -> undo.number() == it.steps().get(it.current()))
                .map(Undo::position))
        .toList();
  }

  static String names(List<TaskPosition> waiting) {
    return waiting.stream().map(TaskPosition::taskName).collect(Collectors.joining(", "));
  }
}
