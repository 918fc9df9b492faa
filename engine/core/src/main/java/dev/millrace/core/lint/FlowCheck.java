package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.definition.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the flow goes: tasks nobody comes to, cases nobody thought of. */
record FlowCheck(Warnings warnings) {

  void check(Tasks tasks) {
    tasks.sequences().forEach(this::checkReached);
    tasks.all().stream()
        .filter(task -> task.has("switch") && !hasDefault(task.value()))
        .forEach(task ->
            warnings.add(
                Rule.SWITCH_WITHOUT_DEFAULT,
                task.pointer(),
                "no case of '" + task.name() + "' is the default"));
  }

  private void checkReached(List<Task> sequence) {
    var reached = reached(sequence);
    for (int i = reached.nextClearBit(0); i < sequence.size(); i = reached.nextClearBit(i + 1)) {
      warnings.add(
          Rule.UNREACHABLE,
          sequence.get(i).pointer(),
          "no way leads to '" + sequence.get(i).name() + "'");
    }
  }

  private static BitSet reached(List<Task> sequence) {
    var indices = new HashMap<String, Integer>();
    for (int i = 0; i < sequence.size(); i++) {
      indices.put(sequence.get(i).name(), i);
    }
    var reached = new BitSet();
    var open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int at = open.remove();
      if (at < sequence.size() && !reached.get(at)) {
        reached.set(at);
        open.addAll(next(sequence.get(at).value(), at, indices));
      }
    }
    return reached;
  }

  private static List<Integer> next(JsonNode task, int at, Map<String, Integer> indices) {
    var next = new ArrayList<Integer>();
    for (var entry : task.path("switch")) {
      entry.forEach(one -> follow(one.path("then").asText("continue"), at, indices, next));
    }
    if (task.at("/catch/then").isTextual()) {
      follow(task.at("/catch/then").asText(), at, indices, next);
    }
    var endsHere = task.has("switch") && hasDefault(task) || task.has("raise");
    if (!endsHere || task.has("if")) {
      follow(task.path("then").asText("continue"), at, indices, next);
    }
    return next;
  }

  private static void follow(
      String directive, int at, Map<String, Integer> indices, List<Integer> next) {
    switch (directive) {
      case "continue" -> next.add(at + 1);
      case "exit", "end" -> {}
      default -> next.add(indices.getOrDefault(directive, at + 1));
    }
  }

  private static boolean hasDefault(JsonNode task) {
    for (var entry : task.path("switch")) {
      for (var one : entry) {
        if (!one.has("when")) {
          return true;
        }
      }
    }
    return false;
  }
}
