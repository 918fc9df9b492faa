package dev.millrace.core.coordination;

import dev.millrace.core.coordination.Row.Events;
import dev.millrace.core.workflow.WorkflowCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one command changes, while it is being worked out; nobody else sees it before the end. */
final class Draft {
  /** What counts the events that are kept, of a channel and of a schedule. */
  static final String EVENTS = "events";

  private static final String COUNT = "%016x";

  private final String key;
  private final Rows rows;
  private final Kept kept;
  private final Instant now;
  private final SortedMap<String, Optional<Row>> changes = new TreeMap<>();
  private final List<WorkflowCommand> told = new ArrayList<>();
  private final List<CoordinationCommand> again = new ArrayList<>();
  private @Nullable Instant reminder;
  private int expired;

  /**
   * @param kept by all channels and schedules of the partition
   */
  Draft(String key, Rows rows, Kept kept, Instant now) {
    this.key = key;
    this.rows = rows;
    this.kept = kept;
    this.now = now;
  }

  String key() {
    return key;
  }

  Instant now() {
    return now;
  }

  <T extends Row> @Nullable T get(String part, Class<T> type) {
    var change = changes.get(part);
    return type.cast(change == null ? rows.get(part) : change.orElse(null));
  }

  void put(String part, Row row) {
    changes.put(part, Optional.of(row));
  }

  void remove(String part) {
    changes.put(part, Optional.empty());
  }

  /** Rows in the order of their parts, at most {@code countMax}, as this draft has left them. */
  SortedMap<String, Row> startingWith(String prefix, String after, int countMax) {
    var all = new TreeMap<>(rows.startingWith(prefix, after, countMax + changes.size()));
    changes.forEach((part, row) -> {
      if (part.startsWith(prefix) && part.compareTo(after) > 0) {
        row.ifPresentOrElse(it -> all.put(part, it), () -> all.remove(part));
      }
    });
    while (all.size() > countMax) {
      all.pollLastEntry();
    }
    return all;
  }

  /** The first row, as this draft has left it. */
  Optional<String> first(String prefix) {
    return startingWith(prefix, "", 1).keySet().stream().findFirst();
  }

  void tell(WorkflowCommand command) {
    told.add(command);
  }

  void comeBackWith(CoordinationCommand command) {
    again.add(command);
  }

  /** Look again at this instant at the latest. */
  void remind(Instant due) {
    reminder = reminder == null || due.isBefore(reminder) ? due : reminder;
  }

  /** An event that was kept is given up, unheard. */
  void expire() {
    expired++;
  }

  /**
   * The bound that leaves no room for more events to be kept; null when there is room.
   *
   * @param events what this channel or schedule keeps already
   */
  @Nullable String fullBy(Events events, int more, long characters, CoordinationBounds bounds) {
    if (events.buffered() + more > bounds.bufferedEventsMax()) {
      return "bufferedEventsMax = " + bounds.bufferedEventsMax();
    }
    if (events.bufferedCharacters() + characters > bounds.bufferedCharactersMax()) {
      return "bufferedCharactersMax = " + bounds.bufferedCharactersMax();
    }
    var all = kept.plus(keptHere());
    if (all.events() + more > bounds.keptEventsMax()) {
      return "keptEventsMax = " + bounds.keptEventsMax();
    }
    return all.characters() + characters > bounds.keptCharactersMax()
        ? "keptCharactersMax = " + bounds.keptCharactersMax()
        : null;
  }

  Coordinated.Accepted accepted() {
    return new Coordinated.Accepted(changes, told, again, reminder, keptHere(), expired);
  }

  /** By how much this draft changes what is kept. */
  private Kept keptHere() {
    if (!changes.containsKey(EVENTS)) {
      return Kept.NONE;
    }
    var before = rows.get(EVENTS) instanceof Events it ? it : Events.NONE;
    var after = changes.get(EVENTS).orElse(null) instanceof Events it ? it : Events.NONE;
    return new Kept(
        after.buffered() - before.buffered(),
        after.bufferedCharacters() - before.bufferedCharacters());
  }

  /** A part that sorts by number. */
  static String numbered(String prefix, long number) {
    return prefix + COUNT.formatted(number);
  }
}
