package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task that has begun and not ended. The stack of them is the position of an instance. */
public sealed interface Frame {
  Entry entry();

  /** How the task was entered; the same for its whole life. */
  record Entry(
      String pointer,
      JsonNode rawInput,
      JsonNode input,
      Instant startedAt,
      @Nullable Instant deadline) {}

  /** A task with tasks inside. */
  sealed interface Composite extends Frame {
    Cursor cursor();

    Composite withCursor(Cursor cursor);
  }

  record Do(Entry entry, Cursor cursor) implements Composite {
    @Override
    public Do withCursor(Cursor cursor) {
      return new Do(entry, cursor);
    }
  }

  /**
   * @param index of the current iteration; -1 before the first
   */
  record For(Entry entry, JsonNode items, int index, Cursor cursor) implements Composite {
    @Override
    public For withCursor(Cursor cursor) {
      return new For(entry, items, index, cursor);
    }
  }

  /**
   * @param attempt counted from 1
   */
  record Try(Entry entry, int attempt, Phase phase, Cursor cursor) implements Composite {
    @Override
    public Try withCursor(Cursor cursor) {
      return new Try(entry, attempt, phase, cursor);
    }
  }

  /** What a {@code try} is doing. */
  sealed interface Phase {
    /**
     * @param attemptDeadline null when attempts have no bound of their own
     */
    record Trying(@Nullable Instant attemptDeadline) implements Phase {}

    record BackingOff(WorkflowError error, Instant until) implements Phase {}

    record Handling(WorkflowError error) implements Phase {}
  }

  /**
   * Waits for a stage.
   *
   * @param attempt the one under way, or the one to come while {@code retryAt} is set
   * @param retryAt null while an answer is awaited
   */
  record Call(
      Entry entry,
      StageName stage,
      String function,
      JsonNode arguments,
      String idempotencyKey,
      int attempt,
      @Nullable Instant retryAt)
      implements Frame {}

  record Wait(Entry entry, Instant until) implements Frame {}
}
