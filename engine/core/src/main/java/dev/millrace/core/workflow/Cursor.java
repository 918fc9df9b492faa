package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Where a block of tasks stands.
 *
 * @param next index of the task to run next or under way, or {@link #EXIT} or {@link #END}
 * @param value the data that task gets: the output of the one before it
 * @param round how many times the flow has jumped backward in this block; tells occurrences apart
 */
public record Cursor(int next, JsonNode value, int round) {
  /** The block is to be left. */
  public static final int EXIT = Integer.MAX_VALUE - 1;

  /** The workflow is to be finished. */
  public static final int END = Integer.MAX_VALUE;

  static Cursor start(JsonNode value) {
    return new Cursor(0, value, 0);
  }

  /** Going to the task that is done, or to one before it, begins another round. */
  Cursor moveTo(int target, JsonNode newValue) {
    return new Cursor(target, newValue, target <= next ? round + 1 : round);
  }
}
