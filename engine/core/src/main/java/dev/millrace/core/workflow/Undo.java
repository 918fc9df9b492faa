package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import java.util.List;

/**
 * How to undo a task that has completed. Registered in the transition that completes it.
 *
 * @param number counted from 0 in the order of completion
 * @param position of the task that completed
 * @param branches the branches around the task, outermost first
 */
public record Undo(int number, TaskPosition position, List<Integer> branches, Action action) {
  public Undo {
    branches = List.copyOf(branches);
  }

  public sealed interface Action {
    /**
     * @param task pointer of the compensating task in the plan
     * @param arguments evaluated when the task completed
     */
    record Call(String task, JsonNode arguments) implements Action {}

    /** The run of another workflow undoes what it did itself. */
    record ByChild(InstanceId child) implements Action {}
  }

  /** What became of a compensation. */
  public enum Settlement {
    UNDONE,
    /** A person has undone it by hand, or found that nothing was to be undone. */
    RESOLVED,
    /** A person has given it up. */
    SKIPPED
  }

  /**
   * @param position of the task that had completed
   * @param detail what the person said, or the error that was given up; empty for {@link
   *     Settlement#UNDONE}
   */
  public record Settled(TaskPosition position, Settlement settlement, String detail) {}
}
