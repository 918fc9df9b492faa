package dev.millrace.core.workflow;

/** Tells the occurrences of one task apart: loop indices, and rounds of backward jumps. */
final class Iterations {
  private Iterations() {}

  static void append(StringBuilder counters, Frame frame) {
    switch (frame) {
      case Frame.For loop -> {
        separate(counters).append(loop.index());
        appendRound(counters, loop.cursor());
      }
      case Frame.Do scope -> appendRound(counters, scope.cursor());
      case Frame.Try attempt -> appendRound(counters, attempt.cursor());
      case Frame.Call _, Frame.Wait _ -> {}
    }
  }

  static void appendRound(StringBuilder counters, Cursor cursor) {
    if (cursor.round() > 0) {
      separate(counters).append('r').append(cursor.round());
    }
  }

  private static StringBuilder separate(StringBuilder counters) {
    return counters.isEmpty() ? counters : counters.append('.');
  }
}
