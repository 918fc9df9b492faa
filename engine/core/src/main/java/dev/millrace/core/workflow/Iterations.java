package dev.millrace.core.workflow;

import java.util.List;

/**
 * Tells the occurrences of one task apart: loop indices, and rounds of backward jumps; and in a
 * position, which attempt of the {@code try}s around it is under way. A counter of a block further
 * out than the task's own says how deep that block is, because two blocks around the same task may
 * both have gone round.
 */
final class Iterations {
  private final StringBuilder counters = new StringBuilder();
  private final int innermost;
  private final boolean withAttempts;

  private Iterations(int innermost, boolean withAttempts) {
    this.innermost = innermost;
    this.withAttempts = withAttempts;
  }

  /**
   * @param cursor of the workflow's own block
   * @param outside the frames around the task, outermost first
   */
  static String withAttempts(Cursor cursor, List<Frame> outside) {
    return of(cursor, outside, true);
  }

  /** The same for every attempt at one occurrence. */
  static String withoutAttempts(Cursor cursor, List<Frame> outside) {
    return of(cursor, outside, false);
  }

  private static String of(Cursor cursor, List<Frame> outside, boolean withAttempts) {
    var iterations = new Iterations(outside.size(), withAttempts);
    iterations.round(0, cursor);
    for (int depth = 1; depth <= outside.size(); depth++) {
      iterations.frame(depth, outside.get(depth - 1));
    }
    return iterations.counters.toString();
  }

  private void frame(int depth, Frame frame) {
    if (frame instanceof Frame.For loop) {
      add(Integer.toString(loop.index()));
    }
    if (withAttempts && frame instanceof Frame.Try t && t.attempt() > 1) {
      add("t" + t.attempt() + place(depth));
    }
    if (frame instanceof Frame.Composite composite) {
      round(depth, composite.cursor());
    }
  }

  private void round(int depth, Cursor cursor) {
    if (cursor.round() > 0) {
      add("r" + cursor.round() + place(depth));
    }
  }

  private String place(int depth) {
    return depth == innermost ? "" : "@" + depth;
  }

  private void add(String counter) {
    counters.append(counters.isEmpty() ? "" : ".").append(counter);
  }
}
