package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the journal of one instance amounts to. */
public sealed interface WorkflowState {

  record NotStarted() implements WorkflowState {}

  /**
   * @param cursor of the workflow's own block
   * @param frames the tasks that have begun, outermost first
   */
  record Running(
      InstanceId instanceId,
      DefinitionId definition,
      String planHash,
      String requestHash,
      JsonNode rawInput,
      JsonNode input,
      JsonNode context,
      Instant startedAt,
      @Nullable Instant deadline,
      Cursor cursor,
      List<Frame> frames)
      implements WorkflowState {
    public Running {
      frames = List.copyOf(frames);
    }

    /**
     * @return the task begun last; null when none is under way
     */
    public @Nullable Frame innermost() {
      return frames.isEmpty() ? null : frames.getLast();
    }

    /** The cursor of the innermost block of tasks. */
    public Cursor innermostCursor() {
      return cursorAt(frames.size());
    }

    /**
     * The cursor of the block inside the first {@code depth} frames.
     *
     * @throws IllegalStateException if the last of them has no tasks inside
     */
    public Cursor cursorAt(int depth) {
      return switch (depth == 0 ? null : frames.get(depth - 1)) {
        case null -> cursor;
        case Frame.Composite composite -> composite.cursor();
        case Frame.Call _, Frame.Wait _ ->
            throw new IllegalStateException("a leaf has no block: " + innermost());
      };
    }

    /** How many tasks that have begun enclose the one at {@code pointer}. */
    public int depthOutside(String pointer) {
      var depth = depthOf(pointer);
      return depth < 0 ? frames.size() : depth;
    }

    /** Whether there is a task to run now, without waiting for anybody. */
    public boolean isRunnable() {
      return switch (innermost()) {
        case null -> true;
        case Frame.Do _, Frame.For _ -> true;
        case Frame.Try t -> !(t.phase() instanceof Frame.Phase.BackingOff);
        case Frame.Call _, Frame.Wait _ -> false;
      };
    }

    /**
     * The counters of the loops around a task that stands inside the first {@code depth} frames,
     * and of the attempts at the {@code try}s around it.
     */
    public String iteration(int depth) {
      return Iterations.withAttempts(cursor, frames.subList(0, depth));
    }

    /** {@link #iteration} without the attempts: what the occurrence is named by. */
    public String occurrence(int depth) {
      return Iterations.withoutAttempts(cursor, frames.subList(0, depth));
    }

    Running push(Frame frame) {
      var pushed = new ArrayList<>(frames);
      pushed.add(frame);
      return withFrames(pushed);
    }

    /** Drops every frame inside the one at {@code pointer}, and changes that one. */
    Running popTo(String pointer, UnaryOperator<Frame> change) {
      var depth = depthOf(pointer);
      if (depth < 0) {
        throw new IllegalStateException("no task under way at " + pointer);
      }
      var kept = new ArrayList<>(frames.subList(0, depth));
      kept.add(change.apply(frames.get(depth)));
      return withFrames(kept);
    }

    /** Drops the frame at {@code pointer} and every frame inside it, if the task had begun. */
    Running popThrough(String pointer) {
      var depth = depthOf(pointer);
      return depth < 0 ? this : withFrames(frames.subList(0, depth));
    }

    Running withInnermostCursor(Cursor moved) {
      if (frames.isEmpty()) {
        return with(context, moved, frames);
      }
      var composite = (Frame.Composite) frames.getLast();
      return popTo(composite.entry().pointer(), _ -> composite.withCursor(moved));
    }

    Running withContext(@Nullable JsonNode exported) {
      return exported == null ? this : with(exported, cursor, frames);
    }

    private Running withFrames(List<Frame> changed) {
      return with(context, cursor, changed);
    }

    private Running with(JsonNode newContext, Cursor newCursor, List<Frame> newFrames) {
      return new Running(
          instanceId,
          definition,
          planHash,
          requestHash,
          rawInput,
          input,
          newContext,
          startedAt,
          deadline,
          newCursor,
          newFrames);
    }

    private int depthOf(String pointer) {
      for (int depth = frames.size() - 1; depth >= 0; depth--) {
        if (frames.get(depth).entry().pointer().equals(pointer)) {
          return depth;
        }
      }
      return -1;
    }
  }

  /** Kept after the end, so that a repeated start or a late answer is recognised. */
  record Finished(
      InstanceId instanceId,
      DefinitionId definition,
      String requestHash,
      Outcome outcome,
      Instant startedAt,
      Instant finishedAt)
      implements WorkflowState {}
}
