package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.coordination.Coordinated.Accepted;
import dev.millrace.core.coordination.Coordinated.Refused;
import dev.millrace.core.coordination.CoordinationCommand.Subscription;
import dev.millrace.core.plan.SchedulePlan;
import dev.millrace.core.workflow.WorkflowCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A channel, gate or schedule with its rows and its clock, as the shell would keep them. */
final class SharedThing implements Rows {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Map<DefinitionId, SchedulePlan> plans = new HashMap<>();
  private final SortedMap<String, Row> rows = new TreeMap<>();
  private final List<WorkflowCommand> told = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private final String key;
  private final Coordination rules;
  private @Nullable Instant reminder;
  private Instant now = NOON;
  private int transitions;
  private Kept kept = Kept.NONE;
  private int expired;
  private @Nullable DefinitionId counting;

  SharedThing(String key, CoordinationBounds bounds) {
    this.key = key;
    this.rules = new Coordination(plans::get, _ -> counting, bounds);
  }

  /** The version that counts, although the schedule may not have been made known. */
  void counts(DefinitionId definition) {
    counting = definition;
  }

  void plan(DefinitionId definition, SchedulePlan plan) {
    plans.put(definition, plan);
  }

  /** Others of the partition keep so many events. */
  SharedThing besideKept(int events) {
    kept = kept.plus(new Kept(events, 0));
    return this;
  }

  Kept kept() {
    return kept;
  }

  int expired() {
    return expired;
  }

  /** Carries out the command and whatever it comes back with. */
  SharedThing when(CoordinationCommand command) {
    var open = new ArrayDeque<>(List.of(command));
    while (!open.isEmpty()) {
      open.addAll(apply(rules.decide(this, kept, open.removeFirst(), now)));
    }
    return this;
  }

  /** Lets time pass, and rings at every instant that was asked for. */
  SharedThing pass(Duration duration) {
    var end = now.plus(duration);
    while (reminder != null && !reminder.isAfter(end)) {
      now = reminder.isAfter(now) ? reminder : now;
      ring();
    }
    now = end;
    return this;
  }

  /** Lets time pass while nobody is there; what is due is looked at afterwards. */
  SharedThing standStill(Duration duration) {
    now = now.plus(duration);
    ring();
    return this;
  }

  private void ring() {
    reminder = null;
    apply(rules.remind(this, kept, key, now)).forEach(this::when);
  }

  private List<CoordinationCommand> apply(Coordinated what) {
    transitions++;
    return switch (what) {
      case Accepted accepted -> {
        keep(accepted);
        expired += accepted.expired();
        told.addAll(accepted.told());
        var due = accepted.reminder();
        reminder = due == null || (reminder != null && reminder.isBefore(due)) ? reminder : due;
        yield accepted.again();
      }
      case Refused refusal -> {
        refused.add(refusal);
        yield List.of();
      }
    };
  }

  /** Writes the rows, and nothing else. */
  void keep(Accepted accepted) {
    kept = kept.plus(accepted.kept());
    accepted
        .changes()
        .forEach(
            (part, row) -> row.ifPresentOrElse(it -> rows.put(part, it), () -> rows.remove(part)));
  }

  /** What instances were told since the last look. */
  List<WorkflowCommand> told() {
    var all = List.copyOf(told);
    told.clear();
    return all;
  }

  List<Refused> refused() {
    return refused;
  }

  Instant now() {
    return now;
  }

  int rowCount() {
    return rows.size();
  }

  int transitions() {
    return transitions;
  }

  <T extends Row> T row(String part, Class<T> type) {
    var row = rows.get(part);
    if (row == null) {
      throw new AssertionError("no row " + part + " among " + rows.keySet());
    }
    return type.cast(row);
  }

  @Override
  public @Nullable Row get(String part) {
    return rows.get(part);
  }

  @Override
  public SortedMap<String, Row> startingWith(String prefix, String after, int countMax) {
    var found = new TreeMap<String, Row>();
    for (var row : rows.tailMap(prefix).entrySet()) {
      if (!row.getKey().startsWith(prefix) || found.size() == countMax) {
        return found;
      }
      if (row.getKey().compareTo(after) > 0) {
        found.put(row.getKey(), row.getValue());
      }
    }
    return found;
  }

  static InstanceId instance(String id) {
    return new InstanceId(id);
  }

  static Subscription listenOf(String instance) {
    return new Subscription(new InstanceId(instance), new TaskPosition("/do/0/hear", "", 0), 0);
  }

  static JsonNode event(String id) {
    return event(id, "text");
  }

  static JsonNode event(String id, String data) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("specversion", "1.0")
        .put("source", "/test")
        .put("id", id)
        .put("type", "happened")
        .put("data", data);
  }
}
