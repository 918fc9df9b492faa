package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Where a task stands.
 *
 * @param pointer of the task in the plan; differs from its place in the text inside functions
 * @param names variables it can use
 * @param siblings the tasks of its block by name, with their indices
 * @param callers the functions that are being compiled around it, outermost first
 */
record Placement(String pointer, Names names, Map<String, Integer> siblings, List<String> callers) {

  /** Where a task list inside this task stands. */
  Placement inside(String list, Names inner) {
    return new Placement(pointer + list, inner, Map.of(), callers);
  }

  /** A task that cannot be compiled; the problem with it has been reported. */
  TaskPlan nothing(String name, JsonNode definition) {
    return new TaskPlan.Do(plain(name, definition), new Block(List.of()));
  }

  /** What a task has that says nothing of itself. */
  TaskCommon plain(String name, JsonNode definition) {
    return new TaskCommon(
        name,
        pointer,
        definition,
        null,
        Transform.NONE,
        Transform.NONE,
        Transform.NONE,
        null,
        new FlowDirective.Continue(),
        TaskProfile.NONE);
  }
}
