package dev.millrace.core.coordination;

import dev.millrace.core.workflow.Decision;
import dev.millrace.core.workflow.WorkflowCommand;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What follows from a command to something shared. */
public sealed interface Coordinated {

  /**
   * @param changes rows by their part; empty for those that go
   * @param told for instances
   * @param again for the same channel, gate or schedule: there is more to do than one transition
   *     may
   * @param reminder when to look again by {@link Coordination#remind}; null when no time changes
   *     anything
   * @param kept by how much it changes what the partition keeps
   * @param expired how many events that were kept are given up, unheard
   */
  record Accepted(
      SortedMap<String, Optional<Row>> changes,
      List<WorkflowCommand> told,
      List<CoordinationCommand> again,
      @Nullable Instant reminder,
      Kept kept,
      int expired)
      implements Coordinated {
    public Accepted {
      changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
      told = List.copyOf(told);
      again = List.copyOf(again);
    }
  }

  /** Nothing changes. */
  record Refused(Decision.Reason reason, String detail) implements Coordinated {}
}
