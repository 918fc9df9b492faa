package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a definition compiles to. Immutable; shared by every instance pinned to its version.
 *
 * @param hash of the canonical definition; pins an instance to what it began with
 * @param definition as written, for {@code $workflow.definition}
 * @param tasks every task of the plan by its pointer
 * @param profile what {@code document.metadata.millrace} says
 * @param schedule what starts runs by itself; null for nothing
 */
public record Plan(
    DefinitionId id,
    String hash,
    JsonNode definition,
    Transform input,
    Transform output,
    @Nullable DurationPlan timeout,
    Block body,
    Map<String, TaskPlan> tasks,
    WorkflowProfile profile,
    @Nullable SchedulePlan schedule) {
  public Plan {
    tasks = Map.copyOf(tasks);
  }

  /** Of a workflow that only starts when it is asked to. */
  public Plan(
      DefinitionId id,
      String hash,
      JsonNode definition,
      Transform input,
      Transform output,
      @Nullable DurationPlan timeout,
      Block body,
      Map<String, TaskPlan> tasks,
      WorkflowProfile profile) {
    this(id, hash, definition, input, output, timeout, body, tasks, profile, null);
  }

  /**
   * @throws IllegalStateException if the plan has no such task: the instance was not pinned to it
   */
  public TaskPlan task(String pointer) {
    var task = tasks.get(pointer);
    if (task == null) {
      throw new IllegalStateException("plan " + id + " has no task at " + pointer);
    }
    return task;
  }
}
