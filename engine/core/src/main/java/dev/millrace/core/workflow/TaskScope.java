package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskCommon;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an expression of one task sees. Built per evaluation and cheap: variables are looked up when
 * they are asked for.
 *
 * @param path where the task stands
 * @param depth how many frames of the path are around it: their loop variables and caught errors
 *     are visible
 * @param task null for the workflow's own expressions
 * @param local variables of this evaluation alone; null when there are none
 */
record TaskScope(
    Plan plan,
    Running state,
    Path path,
    int depth,
    @Nullable TaskData task,
    @Nullable Local local,
    JsonNode current,
    Instant now)
    implements Scope {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonNode RUNTIME =
      JSON.objectNode()
          .put("name", "millrace")
          .put("version", "0.1.0")
          .set("metadata", JSON.objectNode());

  /** A task's data on their way through it; null where they have not arrived yet. */
  record TaskData(
      TaskCommon common,
      Instant startedAt,
      JsonNode rawInput,
      @Nullable JsonNode input,
      @Nullable JsonNode rawOutput,
      @Nullable JsonNode output) {

    static TaskData arriving(TaskCommon common, Instant startedAt, JsonNode rawInput) {
      return new TaskData(common, startedAt, rawInput, null, null, null);
    }

    static TaskData begun(TaskCommon common, Frame.Entry entry) {
      return new TaskData(common, entry.startedAt(), entry.rawInput(), entry.input(), null, null);
    }

    TaskData withInput(JsonNode transformed) {
      return new TaskData(common, startedAt, rawInput, transformed, null, null);
    }

    TaskData withOutput(JsonNode raw, @Nullable JsonNode transformed) {
      return new TaskData(common, startedAt, rawInput, input, raw, transformed);
    }
  }

  /** Variables that exist for one evaluation only. */
  sealed interface Local {
    record Iteration(TaskPlan.For loop, JsonNode item, int index) implements Local {}

    record Caught(String as, WorkflowError error) implements Local {}

    /** What an event is handled with, for {@code foreach.output} and {@code foreach.export}. */
    record Item(TaskPlan.Foreach foreach, JsonNode item, int index) implements Local {}

    /** The task that an extension may apply to. */
    record Extending(TaskData task) implements Local {}
  }

  TaskScope with(Local added) {
    return new TaskScope(plan, state, path, depth, task, added, current, now);
  }

  /** The same place, with the task's data further on their way. */
  TaskScope with(TaskData moved, JsonNode value) {
    return new TaskScope(plan, state, path, depth, moved, local, value, now);
  }

  /**
   * @throws IllegalStateException in the workflow's own expressions, which belong to no task
   */
  TaskData data() {
    if (task == null) {
      throw new IllegalStateException("no task: a workflow's own expression");
    }
    return task;
  }

  @Override
  public @Nullable JsonNode variable(String name) {
    return switch (name) {
      case "context" -> state.context();
      case "input" -> task == null ? state.run().input() : task.input();
      case "output" -> task == null ? null : task.output();
      case "task" -> describeTask();
      case "workflow" -> describeWorkflow();
      case "runtime" -> RUNTIME;
      default -> scoped(name);
    };
  }

  private @Nullable JsonNode scoped(String name) {
    var own = local == null ? null : ofLocal(local, name);
    if (own != null) {
      return own;
    }
    for (int around = depth - 1; around >= 0; around--) {
      var found = ofFrame(path.frames().get(around), name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable JsonNode ofLocal(Local local, String name) {
    return switch (local) {
      case Local.Iteration(var loop, var item, var index) -> ofLoop(loop, name, item, index);
      case Local.Caught(var as, var error) ->
          name.equals(as) || name.equals("error") ? Errors.toJson(error) : null;
      case Local.Extending _ -> null;
      case Local.Item(var foreach, var item, var index) -> ofItem(foreach, name, item, index);
    };
  }

  private @Nullable JsonNode ofFrame(Frame frame, String name) {
    return switch (frame) {
      case Frame.Do _,
          Frame.Call _,
          Frame.Wait _,
          Frame.Fork _,
          Frame.Child _,
          Frame.Compensation _,
          Frame.Ending _ ->
          null;
      case Frame.Listen listen -> ofListen(listen, name);
      case Frame.For loop ->
          loop.index() < 0
              ? null
              : ofLoop(
                  (TaskPlan.For) plan.task(loop.entry().pointer()),
                  name,
                  loop.items().get(loop.index()),
                  loop.index());
      case Frame.Try t ->
          t.phase() instanceof Frame.Phase.Handling(var error)
                  && ((TaskPlan.Try) plan.task(t.entry().pointer())).handler().as().equals(name)
              ? Errors.toJson(error)
              : null;
    };
  }

  private @Nullable JsonNode ofListen(Frame.Listen listen, String name) {
    var foreach = ((TaskPlan.Listen) plan.task(listen.entry().pointer())).foreach();
    return foreach == null || listen.handling() == null
        ? null
        : ofItem(foreach, name, listen.handling(), listen.handled());
  }

  private static @Nullable JsonNode ofItem(
      TaskPlan.Foreach foreach, String name, JsonNode item, int index) {
    if (name.equals(foreach.item())) {
      return item;
    }
    return name.equals(foreach.at()) ? IntNode.valueOf(index) : null;
  }

  private static @Nullable JsonNode ofLoop(
      TaskPlan.For loop, String name, JsonNode item, int index) {
    if (name.equals(loop.each())) {
      return item;
    }
    return name.equals(loop.at()) ? IntNode.valueOf(index) : null;
  }

  private @Nullable JsonNode describeTask() {
    if (local instanceof Local.Extending(var extended)) {
      return describeExtended(extended);
    }
    for (int around = depth - 1; around > 0; around--) {
      if (path.frames().get(around) instanceof Frame.Do scope
          && plan.task(scope.entry().pointer()) instanceof TaskPlan.Advice advice) {
        return describeExtended(extended(advice, path.frames().get(around - 1), scope));
      }
    }
    return task == null ? null : describe(task);
  }

  /** What runs after the task gets the task's output, and can have no other. */
  private TaskData extended(TaskPlan.Advice advice, Frame extension, Frame.Do scope) {
    var begun = TaskData.begun(advice.extended(), extension.entry());
    var isAfter =
        plan.task(extension.entry().pointer()) instanceof TaskPlan.Extended it
            && it.isAfter(advice.pointer());
    return isAfter ? begun.withOutput(scope.entry().rawInput(), null) : begun;
  }

  /** With the members of its definition, because that is how the specification's examples ask. */
  private static ObjectNode describeExtended(TaskData task) {
    var described = JSON.objectNode();
    if (task.common().definition() instanceof ObjectNode definition) {
      described.setAll(definition);
    }
    return described.setAll(describe(task));
  }

  private static ObjectNode describe(TaskData task) {
    var common = task.common();
    var described = JSON.objectNode().put("name", common.name()).put("reference", common.pointer());
    described.set("definition", common.definition());
    described.set("input", task.rawInput());
    described.set("output", task.rawOutput() == null ? NullNode.getInstance() : task.rawOutput());
    described.set("startedAt", instant(task.startedAt()));
    return described;
  }

  private ObjectNode describeWorkflow() {
    var described = JSON.objectNode().put("id", state.instanceId().value());
    described.set("definition", plan.definition());
    described.set("input", state.run().rawInput());
    described.set("startedAt", instant(state.run().startedAt()));
    return described;
  }

  private static ObjectNode instant(Instant at) {
    var described = JSON.objectNode().put("iso8601", at.toString());
    described.set(
        "epoch",
        JSON.objectNode()
            .put("seconds", at.getEpochSecond())
            .put("milliseconds", at.toEpochMilli()));
    return described;
  }
}
