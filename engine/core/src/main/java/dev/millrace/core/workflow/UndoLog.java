package dev.millrace.core.workflow;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Undo.Settled;
import dev.millrace.core.workflow.Undo.Settlement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the completed tasks of an instance have left to be undone.
 *
 * @param open not undone, in the order of completion
 * @param settled in the order they were settled
 * @param registered how many there have ever been; the number of the next
 */
public record UndoLog(List<Undo> open, List<Settled> settled, int registered) {
  public static final UndoLog EMPTY = new UndoLog(List.of(), List.of(), 0);

  public UndoLog {
    open = List.copyOf(open);
    settled = List.copyOf(settled);
  }

  /**
   * @throws IllegalStateException if it is not open
   */
  Undo open(int number) {
    return open.stream()
        .filter(undo -> undo.number() == number)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no open compensation " + number));
  }

  /**
   * Another attempt at the same occurrence did the same work again under the same key, so there is
   * still only one thing to undo: as the later attempt has it. Not so a run of another workflow:
   * every attempt has its own, and each has to undo what it did.
   */
  UndoLog with(Undo undo) {
    var more = new ArrayList<>(open);
    more.removeIf(earlier -> isTheSameWork(earlier, undo));
    more.add(undo);
    return new UndoLog(more, settled, Math.max(registered, undo.number() + 1));
  }

  private static boolean isTheSameWork(Undo earlier, Undo undo) {
    return earlier.position().isSameOccurrence(undo.position())
        && switch (undo.action()) {
          case Undo.Action.Call _ -> true;
          case Undo.Action.ByChild child -> child.equals(earlier.action());
        };
  }

  /** How often the occurrence has been undone already. */
  long undone(TaskPosition position) {
    return settled.stream()
        .filter(it -> it.settlement() != Settlement.SKIPPED)
        .filter(it -> it.position().isSameOccurrence(position))
        .count();
  }

  /** What was left undone, done again under the same key, and then undone is undone. */
  UndoLog settle(int number, Settlement settlement, String detail) {
    var undo = open(number);
    var left = new ArrayList<>(open);
    left.remove(undo);
    var more = new ArrayList<>(settled);
    if (settlement != Settlement.SKIPPED && undo.action() instanceof Undo.Action.Call) {
      more.removeIf(it ->
          it.settlement() == Settlement.SKIPPED && it.position().isSameOccurrence(undo.position()));
    }
    more.add(new Settled(undo.position(), settlement, detail));
    return new UndoLog(left, more, registered);
  }
}
