package dev.millrace.core.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A flow of tasks, one after the other. Every instance has one, number {@link #ROOT}; others run
 * side by side inside a {@code fork} or a {@code map}.
 *
 * @param number never used twice in an instance
 * @param parent number of the branch that holds the fork; its own number for the root
 * @param lane which of the fork's lanes it runs, counted from 0
 * @param cursor of the branch's own block
 * @param frames the tasks that have begun in this branch, outermost first
 */
public record Branch(int number, int parent, int lane, Cursor cursor, List<Frame> frames) {
  public static final int ROOT = 0;

  public Branch {
    frames = List.copyOf(frames);
  }

  static Branch root(Cursor cursor) {
    return new Branch(ROOT, ROOT, 0, cursor, List.of());
  }

  public boolean isRoot() {
    return number == ROOT;
  }

  Branch push(Frame frame) {
    var pushed = new ArrayList<>(frames);
    pushed.add(frame);
    return withFrames(pushed);
  }

  /** Drops every frame inside the one at {@code pointer}, and changes that one. */
  Branch popTo(String pointer, UnaryOperator<Frame> change) {
    var depth = depthOf(pointer);
    if (depth < 0) {
      throw new IllegalStateException("no task under way at " + pointer + " in branch " + number);
    }
    var kept = new ArrayList<>(frames.subList(0, depth));
    kept.add(change.apply(frames.get(depth)));
    return withFrames(kept);
  }

  /** Changes the frame at {@code pointer}, and keeps those inside it. */
  Branch change(String pointer, UnaryOperator<Frame> change) {
    var depth = depthOf(pointer);
    if (depth < 0) {
      throw new IllegalStateException("no task under way at " + pointer + " in branch " + number);
    }
    var changed = new ArrayList<>(frames);
    changed.set(depth, change.apply(frames.get(depth)));
    return withFrames(changed);
  }

  /** Drops the frame at {@code pointer} and every frame inside it, if the task had begun. */
  Branch popThrough(String pointer) {
    var depth = depthOf(pointer);
    return depth < 0 ? this : withFrames(frames.subList(0, depth));
  }

  Branch withInnermostCursor(Cursor moved) {
    if (frames.isEmpty()) {
      return new Branch(number, parent, lane, moved, frames);
    }
    var composite = (Frame.Composite) frames.getLast();
    return popTo(composite.entry().pointer(), _ -> composite.withCursor(moved));
  }

  Branch withFrames(List<Frame> changed) {
    return new Branch(number, parent, lane, cursor, changed);
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
