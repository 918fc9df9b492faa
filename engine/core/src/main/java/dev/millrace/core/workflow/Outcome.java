package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.Undo.Settled;
import java.util.List;

/** How an instance ended. */
public sealed interface Outcome {

  record Completed(JsonNode output) implements Outcome {}

  /** It did not come to its own end. */
  sealed interface Aborted extends Outcome {}

  record Failed(WorkflowError error) implements Aborted {}

  record Cancelled(String reason) implements Aborted {}

  /**
   * It was aborted, and everything that had been registered to be undone has been undone.
   *
   * @param undone in the order it was undone
   */
  record Compensated(Aborted cause, List<Settled> undone) implements Outcome {
    public Compensated {
      undone = List.copyOf(undone);
    }
  }

  /**
   * Something that should have been undone was not.
   *
   * @param settled what was undone, and what a person decided
   * @param left positions of the completed tasks that have not been undone, in the order of
   *     completion
   * @param error why the first that failed did
   * @param isFinal false while the instance waits for a person to say what to do
   */
  record CompensationFailed(
      Aborted cause,
      List<Settled> settled,
      List<TaskPosition> left,
      WorkflowError error,
      boolean isFinal)
      implements Outcome {
    public CompensationFailed {
      settled = List.copyOf(settled);
      left = List.copyOf(left);
    }
  }

  /** The word that stands for it in records, on screens and in exit codes. */
  default String status() {
    return switch (this) {
      case Completed _ -> "COMPLETED";
      case Failed _ -> "FAILED";
      case Cancelled _ -> "CANCELLED";
      case Compensated _ -> "COMPENSATED";
      case CompensationFailed _ -> "COMPENSATION_FAILED";
    };
  }
}
