package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.diff.Change.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tasks of two versions, matched by the names that lead to them. */
final class TasksDiff {
  /** Members that say how a task is done, not what. */
  private static final Set<String> HOW = Set.of("timeout", "metadata", "catch/retry");

  private final Map<String, OwnTask> old;
  private final Map<String, OwnTask> now;
  private final List<Change> changes = new ArrayList<>();

  private TasksDiff(JsonNode old, JsonNode now) {
    this.old = OwnTask.all(old);
    this.now = OwnTask.all(now);
  }

  static List<Change> of(JsonNode old, JsonNode now) {
    var diff = new TasksDiff(old, now);
    diff.compareSets();
    diff.compareCommon();
    diff.compareOrder();
    return diff.changes;
  }

  private void compareSets() {
    var added = new LinkedHashMap<>(now);
    added.keySet().removeAll(old.keySet());
    for (var gone : old.values()) {
      if (!now.containsKey(gone.path())) {
        var renamed = renamed(gone, added);
        if (renamed == null) {
          add(Kind.REMOVED, Impact.MINOR, gone.path(), gone.kind());
        } else {
          added.remove(renamed.path());
          add(Kind.RENAMED, Impact.MINOR, gone.path(), "now " + renamed.path());
        }
      }
    }
    added.values().forEach(task -> add(Kind.ADDED, Impact.MINOR, task.path(), task.kind()));
  }

  private static @Nullable OwnTask renamed(OwnTask gone, Map<String, OwnTask> added) {
    return added.values().stream()
        .filter(task -> task.list().equals(gone.list()) && task.members().equals(gone.members()))
        .findFirst()
        .orElse(null);
  }

  private void compareCommon() {
    for (var task : old.values()) {
      var other = now.get(task.path());
      if (other != null && !other.members().equals(task.members())) {
        compareMembers(task, other);
      }
    }
  }

  private void compareMembers(OwnTask task, OwnTask other) {
    var names = new TreeSet<>(task.members().keySet());
    names.addAll(other.members().keySet());
    for (var name : names) {
      var before = task.member(name);
      var after = other.member(name);
      if (!before.equals(after)) {
        var impact = HOW.contains(name) ? Impact.PATCH : Impact.MINOR;
        var detail = name + ": " + Shown.value(before) + " → " + Shown.value(after);
        add(Kind.CHANGED, impact, task.path(), detail);
      }
    }
  }

  /** Of the tasks both versions have in a list, those that stand in another order. */
  private void compareOrder() {
    var lists = new HashSet<String>();
    for (var task : old.values()) {
      if (lists.add(task.list())) {
        compareOrder(common(old, now, task.list()), common(now, old, task.list()));
      }
    }
  }

  private static List<String> common(
      Map<String, OwnTask> from, Map<String, OwnTask> with, String list) {
    return from.values().stream()
        .filter(task -> task.list().equals(list) && with.containsKey(task.path()))
        .map(OwnTask::path)
        .toList();
  }

  /** Takes out what moved, one by one, until the rest stands in one order. */
  private void compareOrder(List<String> before, List<String> after) {
    var rest = new ArrayList<>(before);
    var target = new ArrayList<>(after);
    while (!rest.equals(target)) {
      var moved = furthest(rest, target);
      rest.remove(moved);
      target.remove(moved);
      add(Kind.MOVED, Impact.MINOR, moved, "stands elsewhere in its list");
    }
  }

  private static String furthest(List<String> before, List<String> after) {
    var furthest = before.getFirst();
    var distance = 0;
    for (int i = 0; i < before.size(); i++) {
      var moved = Math.abs(after.indexOf(before.get(i)) - i);
      if (moved > distance) {
        distance = moved;
        furthest = before.get(i);
      }
    }
    return furthest;
  }

  private void add(Kind kind, Impact impact, String path, String detail) {
    changes.add(new Change(kind, impact, path, detail));
  }
}
