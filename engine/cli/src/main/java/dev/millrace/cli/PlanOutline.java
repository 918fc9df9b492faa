package dev.millrace.cli;

import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plan in full: where each task stands, what it does, and every bound it has. */
final class PlanOutline {
  private final Plan plan;
  private final List<Node> roots = new ArrayList<>();

  /** A task and those inside it. */
  private record Node(TaskPlan task, List<Node> inside) {}

  private PlanOutline(Plan plan) {
    this.plan = plan;
  }

  static PlanOutline of(Plan plan) {
    var outline = new PlanOutline(plan);
    var byPointer = new LinkedHashMap<String, Node>();
    plan.tasks().values().stream()
        .sorted(Comparator.comparing(TaskPlan::pointer, PlanOutline::compare))
        .forEach(task -> {
          var node = new Node(task, new ArrayList<>());
          var around = around(task.pointer(), byPointer);
          (around == null ? outline.roots : around.inside()).add(node);
          byPointer.put(task.pointer(), node);
        });
    return outline;
  }

  private static @Nullable Node around(String pointer, Map<String, Node> byPointer) {
    for (var end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      var node = byPointer.get(pointer.substring(0, end));
      if (node != null) {
        return node;
      }
    }
    return null;
  }

  /** As tasks stand in a definition: by number, what is tried before what is caught. */
  private static int compare(String one, String other) {
    var some = one.split("/");
    var others = other.split("/");
    for (int i = 0; i < Math.min(some.length, others.length); i++) {
      var order = some[i].equals(others[i]) ? 0 : compareParts(some[i], others[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(some.length, others.length);
  }

  private static int compareParts(String one, String other) {
    var numbers = one.matches("\\d{1,9}") && other.matches("\\d{1,9}");
    if (numbers) {
      return Integer.compare(Integer.parseInt(one), Integer.parseInt(other));
    }
    var caught = Boolean.compare(one.equals("catch"), other.equals("catch"));
    return caught == 0 ? one.compareTo(other) : caught;
  }

  List<String> lines(Terminal terminal) {
    var lines = new ArrayList<String>();
    lines.add(terminal.bold(plan.id().toString()) + terminal.dim("  plan " + plan.hash()));
    for (var fact : TaskFacts.ofWorkflow(plan).entrySet()) {
      lines.add("  " + fact.getKey() + " " + fact.getValue());
    }
    roots.forEach(node -> add(node, "", lines, terminal));
    return lines;
  }

  private static void add(Node node, String indent, List<String> lines, Terminal terminal) {
    var task = node.task();
    lines.add(
        indent
            + terminal.bold(task.common().name())
            + "  "
            + PlanWords.summary(task)
            + terminal.dim("  " + task.pointer()));
    for (var fact : TaskFacts.of(task).entrySet()) {
      lines.add(indent + "    " + fact.getKey() + " " + fact.getValue());
    }
    node.inside().forEach(inner -> add(inner, indent + "  ", lines, terminal));
  }

  /** For scripts. */
  Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("definition", plan.id().toString());
    fields.put("hash", plan.hash());
    fields.putAll(TaskFacts.ofWorkflow(plan));
    fields.put("tasks", roots.stream().map(PlanOutline::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Node node) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", Objects.requireNonNull(node.task().common().name()));
    fields.put("pointer", node.task().pointer());
    fields.put("summary", PlanWords.summary(node.task()));
    fields.putAll(TaskFacts.of(node.task()));
    if (!node.inside().isEmpty()) {
      fields.put("tasks", node.inside().stream().map(PlanOutline::fields).toList());
    }
    return fields;
  }
}
