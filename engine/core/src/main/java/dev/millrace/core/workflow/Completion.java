package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.TaskCommon;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import org.jspecify.annotations.Nullable;

/** How a task ends well: its output and export, and where the flow goes from it. */
final class Completion {
  private final Transition transition;
  private final Surroundings surroundings;
  private final Sagas sagas;
  private final ErrorRouting errors;

  Completion(Transition transition, ErrorRouting errors) {
    this.transition = transition;
    this.errors = errors;
    this.surroundings = new Surroundings(transition);
    this.sagas = new Sagas(transition);
  }

  /** A task that had to wait, or that has tasks inside, is done. */
  void complete(Frame frame, JsonNode output) {
    complete(frame, output, transition.plan().task(frame.entry().pointer()).common().then());
  }

  void complete(Frame frame, JsonNode output, FlowDirective then) {
    var task = transition.plan().task(frame.entry().pointer());
    try {
      complete(task, surroundings.of(task, frame), output, then);
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(frame), DataFlow.errorOf(e));
    }
  }

  /**
   * @param scope the task's own, on its transformed input
   * @param raw what the task yields, before {@code output.as}
   * @throws Fault if a schema, a bound or the flow says no
   * @throws ExpressionException if {@code output.as} or {@code export.as} fails
   */
  void complete(TaskPlan task, TaskScope scope, JsonNode raw, FlowDirective then) {
    complete(task, task.common(), scope, raw, then);
  }

  /**
   * @param common whose output and export it is
   */
  void complete(
      TaskPlan task, TaskCommon common, TaskScope scope, JsonNode raw, FlowDirective then) {
    var limits = transition.limits();
    var transforming = scope.with(scope.data().withOutput(raw, null), raw);
    var output = DataFlow.out(common.output(), raw, transforming, limits);
    var exporting = scope.with(scope.data().withOutput(raw, output), output);
    var context =
        common.export().template() == null
            ? null
            : transition.weigh(DataFlow.out(common.export(), output, exporting, limits));
    var next = target(task.pointer(), then);
    sagas.register(task, exporting);
    transition.record(
        new TaskCompleted(position(task), changed(task, output), context, next, transition.now()));
    endIfAsked(next);
  }

  void skip(TaskPlan task) {
    var next = target(task.pointer(), task.common().then());
    transition.record(new TaskSkipped(position(task), next, transition.now()));
    endIfAsked(next);
  }

  /** The workflow's own block is done. */
  void finish(JsonNode value) {
    var plan = transition.plan();
    try {
      var scope = surroundings.ofWorkflow(transition.running(), value);
      var output = DataFlow.out(plan.output(), value, scope, transition.limits());
      transition.finish(new Outcome.Completed(output));
    } catch (Fault | ExpressionException e) {
      sagas.abort(new Outcome.Failed(DataFlow.errorOf(e).at("/")));
    }
  }

  /**
   * What undoes, and what runs last in an end before its time, cannot turn that into a good one.
   */
  private void endIfAsked(int next) {
    if (next == Cursor.END && !sagas.isLast()) {
      var output = transition.path().innermostCursor().value();
      if (!sagas.undoBeforeEnd(output)) {
        finish(output);
      }
    }
  }

  /** What is passed on unchanged is not written to the journal again. */
  private @Nullable JsonNode changed(TaskPlan task, JsonNode output) {
    var path = transition.path();
    var innermost = path.innermost();
    var unchanged =
        innermost != null && innermost.entry().pointer().equals(task.pointer())
            ? Evolution.lastValue(innermost)
            : path.innermostCursor().value();
    return output == unchanged ? null : transition.weigh(output);
  }

  private int target(String pointer, FlowDirective then) {
    var path = transition.path();
    var depth = path.depthOutside(pointer);
    var cursor = path.cursorAt(depth);
    var extension = surroundings.extensionAt(depth);
    if (extension != null) {
      return target(extension, pointer, cursor.next(), then);
    }
    return switch (then) {
      case FlowDirective.Continue _ -> cursor.next() + 1;
      case FlowDirective.Exit _ -> Cursor.EXIT;
      case FlowDirective.End _ -> Cursor.END;
      case FlowDirective.Goto(_, int index) -> bounded(index, cursor);
    };
  }

  /** The way on from an extended task is taken when the tasks after it have run. */
  private static int target(
      TaskPlan.Extended extension, String pointer, int next, FlowDirective then) {
    if (extension.isBefore(pointer)) {
      return then instanceof FlowDirective.Exit ? Cursor.EXIT : next + 1;
    }
    return extension.isAfter(pointer) ? next + extension.ways().size() : extension.onWay(then);
  }

  private int bounded(int index, Cursor cursor) {
    var roundsMax = transition.limits().roundsMax();
    if (index <= cursor.next() && cursor.round() >= roundsMax) {
      throw new Fault(
          Kind.RUNTIME.error("the flow jumped backward more often than roundsMax = " + roundsMax));
    }
    return index;
  }

  private TaskPosition position(TaskPlan task) {
    return surroundings.position(task.pointer());
  }
}
