package dev.millrace.core.workflow;

/**
 * Tells the occurrences of one task apart: loop indices, lanes of a map, events of a listen,
 * compensations, and rounds of backward jumps; and in a position, which attempt of the {@code try}s
 * around it is under way. A counter of a block further out than the task's own says how deep that
 * block is, because two blocks around the same task may both have gone round.
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
   * @param depth how many frames of the path stand around the task
   */
  static String withAttempts(Path path, int depth) {
    return of(path, depth, true);
  }

  /** The same for every attempt at one occurrence. */
  static String withoutAttempts(Path path, int depth) {
    return of(path, depth, false);
  }

  private static String of(Path path, int innermost, boolean withAttempts) {
    var iterations = new Iterations(innermost, withAttempts);
    iterations.round(0, path.branches().getFirst().cursor());
    for (int depth = 1; depth <= innermost; depth++) {
      iterations.frame(path, depth);
    }
    return iterations.counters.toString();
  }

  private void frame(Path path, int depth) {
    var frame = path.frames().get(depth - 1);
    switch (frame) {
      case Frame.For loop -> add(Integer.toString(loop.index()));
      case Frame.Listen listen -> add("e" + listen.handled());
      case Frame.Compensation compensation -> step(compensation);
      case Frame.Try t -> attempt(t, depth);
      case Frame.Fork fork -> lane(path, fork, depth);
      case Frame.Do _, Frame.Call _, Frame.Wait _, Frame.Child _, Frame.Ending _ -> {}
    }
    if (frame instanceof Frame.Composite composite) {
      round(depth, composite.cursor());
    }
  }

  /**
   * Its number names a compensation, wherever it is that it runs: what goes before is forgotten.
   */
  private void step(Frame.Compensation it) {
    if (it.current() < it.steps().size()) {
      counters.setLength(0);
      add("c" + it.steps().get(it.current()));
    }
  }

  private void attempt(Frame.Try t, int depth) {
    if (withAttempts && t.attempt() > 1) {
      add("t" + t.attempt() + place(depth));
    }
  }

  /** The branches of a fork are told apart by their tasks; those of a map are not. */
  private void lane(Path path, Frame.Fork fork, int depth) {
    var branch = fork.items() == null ? null : path.branchInside(depth - 1);
    if (branch != null) {
      add(Integer.toString(branch.lane()));
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
