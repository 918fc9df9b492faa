package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.TaskPlan;

/**
 * Tasks with extensions around them.
 *
 * <p>What runs before and after a task leaves its data alone, unless it is left by {@code exit}:
 * before the task, what it yields is then what the task yields, and the task does not run; after
 * it, what it yields takes the place of the task's output.
 */
final class Extensions {
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;

  Extensions(Transition transition, Completion completion, ErrorRouting errors) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = completion;
    this.errors = errors;
  }

  /** Whether the next task is one an extension is around, or one of the extension's own. */
  boolean isWithin() {
    return surroundings.extensionAt(transition.path().frames().size()) != null;
  }

  /** What is to be entered of a task and the extensions around it. */
  TaskPlan applying(TaskPlan next, JsonNode raw) {
    var task = next;
    while (task instanceof TaskPlan.Extended extended && !applies(extended, raw)) {
      task = extended.task();
    }
    return task;
  }

  private boolean applies(TaskPlan.Extended extension, JsonNode raw) {
    if (extension.when() == null) {
      return true;
    }
    var scope = surroundings.arriving(extension.bare(), raw);
    var extending = scope.with(new TaskScope.Local.Extending(scope.data()));
    return Template.isTrue(extension.when().evaluate(extending));
  }

  /** A scope that has nothing more to run is done. */
  void endOfScope(Frame.Do scope, JsonNode value) {
    var next = scope.cursor().next();
    switch (transition.plan().task(scope.entry().pointer())) {
      case TaskPlan.Advice _ when next == Cursor.EXIT ->
          completion.complete(scope, value, new FlowDirective.Exit());
      case TaskPlan.Advice _ -> completion.complete(scope, scope.entry().rawInput());
      case TaskPlan.Extended extension when next == Cursor.EXIT -> instead(extension, scope, value);
      case TaskPlan.Extended extension ->
          completion.complete(scope, value, extension.wayFrom(next));
      case TaskPlan _ -> completion.complete(scope, value);
    }
  }

  /** The task did not run: what it yields was made before it, and goes on as if it were its own. */
  private void instead(TaskPlan.Extended extension, Frame.Do scope, JsonNode output) {
    var task = extension.bare();
    var raw = scope.entry().rawInput();
    try {
      var arriving = surroundings.instead(task, scope, raw);
      var input = DataFlow.in(task.common().input(), raw, arriving, transition.limits());
      completion.complete(
          extension,
          task.common(),
          surroundings.instead(task, scope, input),
          output,
          task.common().then());
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(scope), DataFlow.errorOf(e).at(task.pointer()));
    }
  }
}
