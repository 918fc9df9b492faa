package dev.millrace.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.StageName;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.DurationPlan;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskCommon;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.plan.TaskProfile;
import dev.millrace.core.plan.Transform;
import dev.millrace.core.plan.WorkflowProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plans built by hand, so that the shell is tested without the language. */
final class TestPlans {
  static final StageName WORK = new StageName("work");

  private final String name;
  private final String version;
  private final List<TaskPlan> body = new ArrayList<>();
  private final Map<String, TaskPlan> tasks = new HashMap<>();

  private TestPlans(String name, String version) {
    this.name = name;
    this.version = version;
  }

  static TestPlans plan(String name, String version) {
    return new TestPlans(name, version);
  }

  /** A call of stage {@code work} with the task's input as its arguments. */
  TestPlans call(String task) {
    return call(task, null);
  }

  TestPlans call(String task, @Nullable Duration timeout) {
    return add(
        task,
        timeout,
        common -> new TaskPlan.Call(common, WORK, task, scope -> scope.current(), null));
  }

  TestPlans pause(String task, Duration pause) {
    return add(task, null, common -> new TaskPlan.Wait(common, new DurationPlan.Fixed(pause)));
  }

  /** Sets the task's output to what the template makes of the scope. */
  TestPlans set(String task, Template value) {
    return add(task, null, common -> new TaskPlan.Set(common, value));
  }

  /** Counts from 0 to {@code rounds - 1} and yields the last number. */
  TestPlans loop(String task, int rounds) {
    var pointer = pointer(body.size(), task);
    var inner =
        new TaskPlan.Set(
            common("count", pointer + "/do/0/count", null),
            scope -> Objects.requireNonNull(scope.variable("index")));
    tasks.put(inner.pointer(), inner);
    return add(
        task,
        null,
        common ->
            new TaskPlan.For(
                common,
                "item",
                "index",
                Template.constant(numbers(rounds)),
                null,
                new Block(List.of(inner))));
  }

  Plan build() {
    var id = new DefinitionId("shop", name, version);
    return new Plan(
        id,
        "hash of " + id,
        NullNode.getInstance(),
        Transform.NONE,
        Transform.NONE,
        null,
        new Block(body),
        tasks,
        WorkflowProfile.NONE);
  }

  private static JsonNode numbers(int count) {
    var array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      array.add(i);
    }
    return array;
  }

  private TestPlans add(
      String task, @Nullable Duration timeout, Function<TaskCommon, TaskPlan> make) {
    var plan = make.apply(common(task, pointer(body.size(), task), timeout));
    body.add(plan);
    tasks.put(plan.pointer(), plan);
    return this;
  }

  private static String pointer(int index, String task) {
    return "/do/" + index + "/" + task;
  }

  private static TaskCommon common(String name, String pointer, @Nullable Duration timeout) {
    return new TaskCommon(
        name,
        pointer,
        NullNode.getInstance(),
        null,
        Transform.NONE,
        Transform.NONE,
        Transform.NONE,
        timeout == null ? null : new DurationPlan.Fixed(timeout),
        new FlowDirective.Continue(),
        TaskProfile.NONE);
  }
}
