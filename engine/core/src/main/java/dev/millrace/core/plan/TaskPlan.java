package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.StageName;
import dev.millrace.core.expression.Template;
import dev.millrace.core.stage.CallPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the plan: one task with everything resolved. */
public sealed interface TaskPlan {
  TaskCommon common();

  default String pointer() {
    return common().pointer();
  }

  /** The task without the extensions around it. */
  default TaskPlan bare() {
    return this;
  }

  record Do(TaskCommon common, Block body) implements TaskPlan {}

  record Set(TaskCommon common, Template value) implements TaskPlan {}

  record Switch(TaskCommon common, List<Case> cases) implements TaskPlan {}

  /**
   * @param each name of the variable that holds the item
   * @param at name of the variable that holds the index
   * @param condition {@code while}, checked before every iteration; null when absent
   */
  record For(
      TaskCommon common,
      String each,
      String at,
      Template items,
      @Nullable Template condition,
      Block body)
      implements TaskPlan {}

  record Try(TaskCommon common, Block body, Catch handler) implements TaskPlan {}

  /**
   * @param error evaluates to an object with {@code type}, {@code status}, {@code title} and
   *     perhaps {@code detail} and {@code instance}
   */
  record Raise(TaskCommon common, Template error) implements TaskPlan {}

  record Wait(TaskCommon common, DurationPlan duration) implements TaskPlan {}

  /**
   * Work for a stage.
   *
   * @param arguments evaluated on the task's input when the request is made
   * @param idempotencyKey overrides the key made from the position; null for that one
   * @param policy bounds beyond those of the stage; null for none
   * @param isAwaited whether the task waits for the answer; else its output is its input
   */
  record Call(
      TaskCommon common,
      StageName stage,
      String function,
      Template arguments,
      @Nullable Template idempotencyKey,
      @Nullable CallPolicy policy,
      boolean isAwaited)
      implements TaskPlan {

    /** A task that waits for the answer, within the bounds of the stage alone. */
    public Call(
        TaskCommon common,
        StageName stage,
        String function,
        Template arguments,
        @Nullable Template idempotencyKey) {
      this(common, stage, function, arguments, idempotencyKey, null, true);
    }

    /** The same work, which nobody waits for. */
    Call notAwaited() {
      return new Call(common, stage, function, arguments, idempotencyKey, policy, false);
    }

    /**
     * Where in the evaluated arguments the worker evaluates an expression, with secrets.
     *
     * @see dev.millrace.core.expression.SecretExpression
     */
    public List<String> secretPointers() {
      return arguments.secretPointers();
    }
  }

  /**
   * Branches side by side, each a block of one task.
   *
   * @param isRace {@code compete}: the first that is done decides
   */
  record Fork(TaskCommon common, List<Block> branches, boolean isRace) implements TaskPlan {
    public Fork {
      branches = List.copyOf(branches);
    }
  }

  /**
   * {@code map:1.0.0@default}: one function for every item of a list, side by side.
   *
   * @param concurrency evaluates to how many may run at a time; null for the bound of the engine
   * @param tolerated evaluates to how many may fail; null for none
   */
  record Map(
      TaskCommon common,
      Template items,
      @Nullable Template concurrency,
      @Nullable Template tolerated,
      Block body)
      implements TaskPlan {}

  /**
   * @param event evaluates to the CloudEvent as far as the definition gives it
   */
  record Emit(TaskCommon common, Template event) implements TaskPlan {}

  /**
   * @param filters none means any event at all
   * @param read what of an event becomes its item
   * @param foreach null when the events are only collected
   * @param signal the name under which signals to the instance reach this task; null for none
   */
  record Listen(
      TaskCommon common,
      Consumption consumption,
      List<EventFilter> filters,
      Read read,
      @Nullable Foreach foreach,
      @Nullable String signal)
      implements TaskPlan {
    public Listen {
      filters = List.copyOf(filters);
    }
  }

  /**
   * {@code call: asyncapi} with {@code foreach}: the messages are consumed, and then handled one
   * after the other. Its parts have no data of their own: what they evaluate sees those of the
   * task.
   *
   * @param call yields the messages
   * @param handling takes them for what {@code listen} would have heard
   */
  record Subscription(TaskCommon common, Call call, Listen handling) implements TaskPlan {
    public Block body() {
      return new Block(List.of(call, handling));
    }
  }

  /** When a {@code listen} has heard enough. */
  sealed interface Consumption {
    /** The first event that matches any of the filters. */
    record First() implements Consumption {}

    /** One event for each filter. */
    record All() implements Consumption {}

    /**
     * Event after event, until the condition holds for one of them.
     *
     * @param condition evaluated on the item; {@code .} is the event as read
     */
    record UntilCondition(Template condition) implements Consumption {}

    /**
     * Event after event, until one comes that matches a filter from {@code from} on in the list of
     * filters; that one is not an item.
     *
     * @param isEvery whether there has to be one for each of those filters
     */
    record UntilEvent(int from, boolean isEvery) implements Consumption {}

    /** Event after event until the task's time is over or the workflow ends. */
    record Endless() implements Consumption {}

    /** No event at all: the items are those of the array that is the task's input. */
    record Given() implements Consumption {}
  }

  /** What of an event becomes an item. */
  enum Read {
    DATA,
    ENVELOPE,
    RAW;

    /**
     * @param event a CloudEvent
     */
    public JsonNode of(JsonNode event) {
      return switch (this) {
        case DATA -> event.hasNonNull("data") ? event.get("data") : NullNode.getInstance();
        case ENVELOPE -> event;
        case RAW ->
            JsonNodeFactory.instance.textNode(
                event.hasNonNull("data_base64")
                    ? event.get("data_base64").asText()
                    : event.path("data").toString());
      };
    }
  }

  /**
   * @param item name of the variable that holds the event's item
   * @param at name of the variable that holds its index
   */
  record Foreach(String item, String at, Block body, Transform output, Transform export) {}

  /**
   * The run of another workflow.
   *
   * @param input evaluated on the task's input
   * @param isAwaited whether the task waits for its end
   * @param childId evaluates to the child's instance id; null for one made from the position
   * @param isCancelledWithParent whether the child ends when this instance does
   */
  record RunWorkflow(
      TaskCommon common,
      DefinitionRef workflow,
      Template input,
      boolean isAwaited,
      @Nullable Template childId,
      boolean isCancelledWithParent)
      implements TaskPlan {}

  /**
   * {@code compensate:1.0.0@default}: undo what has completed.
   *
   * @param scope pointer of the task around it within which to undo; null for the whole workflow
   */
  record Compensate(TaskCommon common, @Nullable String scope) implements TaskPlan {}

  /**
   * A task with one extension around it; stands where the task would stand.
   *
   * <p>Its block is the tasks before, the task, and the tasks after once for each way on from the
   * task. So where the block stands also says which way was taken, whatever runs in between.
   *
   * @param common of the extension: it says nothing of itself but where it stands
   * @param when whether the extension applies; null for always
   * @param task the extended one, perhaps with another extension around it
   * @param ways where the flow can go from the task, each once
   */
  record Extended(
      TaskCommon common,
      @Nullable Template when,
      @Nullable Advice before,
      TaskPlan task,
      @Nullable Advice after,
      List<FlowDirective> ways)
      implements TaskPlan {
    public Extended {
      ways = List.copyOf(ways);
    }

    /** The task as it would be without any extension. */
    @Override
    public TaskPlan bare() {
      return task.bare();
    }

    public Block body() {
      var tasks = new ArrayList<TaskPlan>();
      if (before != null) {
        tasks.add(before);
      }
      tasks.add(task);
      if (after != null) {
        tasks.addAll(Collections.nCopies(ways.size(), after));
      }
      return new Block(tasks);
    }

    /** Whether that is the pointer of the tasks before. */
    public boolean isBefore(String pointer) {
      return before != null && before.pointer().equals(pointer);
    }

    /** Whether that is the pointer of the tasks after. */
    public boolean isAfter(String pointer) {
      return after != null && after.pointer().equals(pointer);
    }

    /** Where in the block, or behind it, the flow is when it goes that way from the task. */
    public int onWay(FlowDirective way) {
      return (before == null ? 1 : 2) + ways.indexOf(way);
    }

    /** Where the flow goes from a block that has been left there. */
    public FlowDirective wayFrom(int next) {
      return ways.get(next - body().tasks().size());
    }
  }

  /**
   * The tasks an extension runs before or after the task it extends. What they yield is dropped,
   * unless they are left by {@code exit}.
   *
   * @param extended the task they see as {@code $task}
   */
  record Advice(TaskCommon common, Block body, TaskCommon extended) implements TaskPlan {}

  /**
   * @param when null for the default case
   */
  record Case(String name, @Nullable Template when, FlowDirective then) {}
}
