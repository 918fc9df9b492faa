package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import dev.millrace.core.workflow.WorkflowCommand.ReleaseChild;
import dev.millrace.core.workflow.WorkflowCommand.Resume;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import dev.millrace.core.workflow.WorkflowCommand.Signal;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.Suspend;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import java.util.List;
import java.util.Optional;

/**
 * The end of a start that waits for its definition: somebody wants the run no more, and it has not
 * begun.
 *
 * @param detail who wanted that, in words
 * @param effects what whoever waits for the run has to be told
 */
public record Withdrawal(String detail, List<Effect> effects) {

  /**
   * What a command to an instance means for its start that waits.
   *
   * @return empty when the start goes on waiting
   */
  public static Optional<Withdrawal> of(Start waiting, WorkflowCommand command) {
    return switch (command) {
      case Cancel(_, var reason) -> Optional.of(cancelled(waiting, reason));
      case UndoChild(_, var by) when isChildOf(waiting, by.parent()) ->
          Optional.of(undone(waiting, by));
      case Start _,
          CompleteStage _,
          FireTimers _,
          Continue _,
          DeliverEvent _,
          Signal _,
          Suspend _,
          Resume _,
          ChildEnded _,
          SettleCompensation _,
          UndoChild _,
          ReleaseChild _,
          GrantPermit _,
          RefusePermit _ ->
          Optional.empty();
    };
  }

  private static boolean isChildOf(Start waiting, InstanceId parent) {
    return waiting.origin() instanceof Origin.ByParent by && by.parent().equals(parent);
  }

  private static Withdrawal cancelled(Start waiting, String reason) {
    return new Withdrawal(
        "cancelled before it began: " + reason,
        Workflow.notBegun(waiting, new Outcome.Cancelled(reason)));
  }

  /** What has not begun has nothing to undo, and that is what its parent wants to hear. */
  private static Withdrawal undone(Start waiting, Origin.ByParent by) {
    var detail = "undone for " + by.parent() + " before it began";
    var ended =
        new ChildEnded(
            by.parent(), by.position(), waiting.instanceId(), new Outcome.Cancelled(detail), false);
    return new Withdrawal(detail, List.of(new Effect.Tell(ended)));
  }
}
