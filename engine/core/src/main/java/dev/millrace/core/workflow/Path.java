package dev.millrace.core.workflow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks around one point of an instance, outermost first: those of its branch, after those of
 * the branches around that one.
 *
 * @param branches outermost first; the last one is where the path ends
 * @param starts at which depth each of the branches begins
 */
record Path(List<Branch> branches, List<Integer> starts, List<Frame> frames) {

  static Path to(WorkflowState.Running state, int number) {
    if (number == Branch.ROOT) {
      var root = state.branch(Branch.ROOT);
      return new Path(List.of(root), List.of(0), root.frames());
    }
    var branches = new ArrayList<Branch>();
    for (var branch = state.branch(number); ; branch = state.branch(branch.parent())) {
      branches.addFirst(branch);
      if (branch.isRoot()) {
        break;
      }
    }
    var starts = new ArrayList<Integer>();
    var frames = new ArrayList<Frame>();
    for (var branch : branches) {
      starts.add(frames.size());
      frames.addAll(branch.frames());
    }
    return new Path(branches, starts, frames);
  }

  Branch branch() {
    return branches.getLast();
  }

  /** The number of the branch a task inside the first {@code depth} frames belongs to. */
  int branchAt(int depth) {
    return branches.get(levelAt(depth)).number();
  }

  /** What stands at {@code depth} and inside it, in the branch that has it. */
  Part from(int depth) {
    var level = levelAt(depth);
    return new Part(branches.get(level), depth - starts.get(level));
  }

  /**
   * A branch, from one of its tasks inward.
   *
   * @param from at which of its frames the part begins; the number of frames for what is inside the
   *     innermost
   */
  record Part(Branch branch, int from) {}

  private int levelAt(int depth) {
    var level = branches.size() - 1;
    while (level > 0 && starts.get(level) > depth) {
      level--;
    }
    return level;
  }

  /**
   * @return the task of this branch that was begun last; null when none is under way
   */
  @Nullable Frame innermost() {
    return branch().frames().isEmpty() ? null : branch().frames().getLast();
  }

  /** The cursor of the innermost block of tasks. */
  Cursor innermostCursor() {
    return cursorAt(frames.size());
  }

  /**
   * The cursor of the block inside the first {@code depth} frames.
   *
   * @throws IllegalStateException if the last of them has no tasks inside
   */
  Cursor cursorAt(int depth) {
    var level = levelAt(depth);
    if (starts.get(level) == depth) {
      return branches.get(level).cursor();
    }
    if (frames.get(depth - 1) instanceof Frame.Composite composite) {
      return composite.cursor();
    }
    throw new IllegalStateException("a leaf has no block: " + frames.get(depth - 1));
  }

  /** How many tasks that have begun enclose the one at {@code pointer}. */
  int depthOutside(String pointer) {
    for (int depth = frames.size() - 1; depth >= 0; depth--) {
      if (frames.get(depth).entry().pointer().equals(pointer)) {
        return depth;
      }
    }
    return frames.size();
  }

  /** Whether there is something to do here without waiting for anybody. */
  boolean isRunnable() {
    var innermost = innermost();
    return innermost == null || innermost.isRunnable();
  }

  /**
   * The counters of the loops around a task that stands inside the first {@code depth} frames, and
   * of the attempts at the {@code try}s around it.
   */
  String iteration(int depth) {
    return Iterations.withAttempts(this, depth);
  }

  /** {@link #iteration} without the attempts: what the occurrence is named by. */
  String occurrence(int depth) {
    return Iterations.withoutAttempts(this, depth);
  }

  /** The branch that begins inside the frame at {@code depth}, if the path goes on in one. */
  @Nullable Branch branchInside(int depth) {
    for (int level = 1; level < branches.size(); level++) {
      if (starts.get(level) == depth + 1) {
        return branches.get(level);
      }
    }
    return null;
  }
}
