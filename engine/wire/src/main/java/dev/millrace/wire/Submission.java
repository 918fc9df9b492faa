package dev.millrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import org.jspecify.annotations.Nullable;

/**
 * What a record on {@code <namespace>.submissions} asks for; the record's key is the instance id.
 *
 * <p>In JSON: {@code {"workflow": "namespace/name[:version]", "input": …}}, {@code {"cancel":
 * "why"}}, {@code {"signal": "name", "id": "…", "data": …}}, {@code {"suspend": "why"}}, {@code
 * {"resume": true}} or {@code {"settle": "retry|skip|resolve", "reason": "why"}}.
 */
public sealed interface Submission {

  record Start(DefinitionRef workflow, JsonNode input) implements Submission {}

  record Cancel(String reason) implements Submission {}

  /**
   * An event for this very instance.
   *
   * @param name of the {@code listen}; 1 to {@value #SIGNAL_CHARS_MAX} characters
   * @param id the sender's own, and the same when it sends again; 1 to {@value #SIGNAL_CHARS_MAX}
   *     characters
   */
  record Signal(String name, String id, JsonNode data) implements Submission {
    public static final int SIGNAL_CHARS_MAX = 255;

    /**
     * @throws IllegalArgumentException if the name or the id is empty or too long
     */
    public Signal {
      requireLength("name", name);
      requireLength("id", id);
    }

    private static void requireLength(String what, String text) {
      if (text.isEmpty() || text.length() > SIGNAL_CHARS_MAX) {
        throw new IllegalArgumentException(
            "the %s of a signal has 1 to %d characters, got %d"
                .formatted(what, SIGNAL_CHARS_MAX, text.length()));
      }
    }
  }

  /** Stand still until {@link Resume}. */
  record Suspend(String reason) implements Submission {}

  record Resume() implements Submission {}

  /** What a person decides about a compensation that failed for good. */
  /**
   * @param task name or pointer of the task that is not undone; null for the first one that waits
   */
  record SettleCompensation(Ruling ruling, String reason, @Nullable String task)
      implements Submission {
    public SettleCompensation(Ruling ruling, String reason) {
      this(ruling, reason, null);
    }
  }
}
