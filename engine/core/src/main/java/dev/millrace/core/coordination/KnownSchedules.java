package dev.millrace.core.coordination;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.coordination.CoordinationCommand.ActivateSchedule;
import dev.millrace.core.coordination.CoordinationCommand.EndSchedule;
import dev.millrace.core.coordination.Row.Known;
import dev.millrace.core.plan.Plan;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Set;

/**
 * Makes deployed schedules known to those who carry them out, and the end of those that are gone.
 * One partition does it for all, and remembers what it has said.
 */
public final class KnownSchedules {
  /** The rows of what has been said. */
  public static final String KEY = "schedules";

  private static final String PART = "known/";

  /** Schedules of a namespace; more are not made known. */
  private static final int SCHEDULES_MAX = 100_000;

  private KnownSchedules() {}

  /**
   * @param counting the plan of each name whose schedule counts, if it has one
   * @param undecided names of which nothing can be said now, by {@link #name}; they stay as they
   *     are
   */
  public static Coordinated.Accepted compare(
      Rows rows, Collection<Plan> counting, Set<String> undecided, Instant now) {
    var draft = new Draft(KEY, rows, Kept.NONE, now);
    var wanted = new HashMap<String, DefinitionId>();
    for (var plan : counting) {
      if (plan.schedule() != null) {
        wanted.put(PART + name(plan.id().namespace(), plan.id().name()), plan.id());
      }
    }
    var known = draft.startingWith(PART, "", SCHEDULES_MAX);
    wanted.forEach((part, definition) -> {
      var row = new Known(definition);
      if (!row.equals(known.get(part))) {
        draft.put(part, row);
        draft.comeBackWith(new ActivateSchedule(key(definition), definition));
      }
    });
    known.forEach((part, row) -> {
      if (!wanted.containsKey(part) && !undecided.contains(part.substring(PART.length()))) {
        draft.remove(part);
        draft.comeBackWith(new EndSchedule(key(((Known) row).definition())));
      }
    });
    return draft.accepted();
  }

  /** A definition without its version. */
  public static String name(String namespace, String name) {
    return namespace + "/" + name;
  }

  private static String key(DefinitionId definition) {
    return Schedule.key(definition.namespace(), definition.name());
  }
}
