package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowEvent.ChildStarted;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Runs of other workflows, started by a task. */
final class Children {
  /** How much of the task's key a child's id carries. */
  private static final int KEY_LENGTH = 16;

  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;
  private final Sagas sagas;

  Children(Transition transition, Completion completion, ErrorRouting errors) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = completion;
    this.errors = errors;
    this.sagas = new Sagas(transition);
  }

  void enter(
      TaskPlan.RunWorkflow task,
      TaskScope scope,
      @Nullable JsonNode input,
      @Nullable Instant deadline) {
    var position = surroundings.position(task.pointer());
    var child = childId(task, scope, position);
    var childInput = DataFlow.bounded(task.input().evaluate(scope), transition.limits());
    transition.record(
        new ChildStarted(
            position,
            input,
            child,
            task.workflow(),
            transition.weigh(childInput),
            task.isAwaited(),
            task.isCancelledWithParent(),
            deadline,
            transition.now()));
    var origin = new Origin.ByParent(transition.running().instanceId(), position, task.isAwaited());
    transition.tell(new WorkflowCommand.Start(child, task.workflow(), childInput, origin));
    if (!task.isAwaited()) {
      completion.complete(task, scope, scope.current(), task.common().then());
    }
  }

  /** Every attempt at a task is a run of its own, so the id is made from the attempt's position. */
  private InstanceId childId(TaskPlan.RunWorkflow task, TaskScope scope, TaskPosition position) {
    var parent = transition.running().instanceId();
    if (task.childId() != null) {
      return named(task.childId().evaluate(scope).asText());
    }
    var key = position.idempotencyKey(parent);
    var readable = parent + "." + position.taskName() + "." + key.substring(0, KEY_LENGTH);
    return readable.length() <= InstanceId.LENGTH_MAX
            && readable.chars().noneMatch(Character::isWhitespace)
        ? new InstanceId(readable)
        : new InstanceId(key);
  }

  private static InstanceId named(String id) {
    try {
      return new InstanceId(id);
    } catch (IllegalArgumentException e) {
      throw new Fault(Kind.VALIDATION.error(String.valueOf(e.getMessage())));
    }
  }

  // How it ended.

  /** The run a task waited for has ended. */
  void ended(Frame.Child frame, Outcome outcome, boolean isUndoable) {
    transition.childEnded(frame.child());
    var position = surroundings.position(frame);
    if (isUndoable) {
      sagas.register(position, frame.child());
    }
    if (outcome instanceof Outcome.Completed(var output)) {
      completion.complete(frame, output);
    } else {
      errors.raise(position, errorOf(frame.child(), outcome));
    }
  }

  /** The run that was asked to undo what it did has done so, or not. */
  void undone(Frame.Compensation frame, ChildEnded ended) {
    if (ended.isUndoable() || ended.outcome() instanceof Outcome.CompensationFailed) {
      sagas.giveUp(frame, errorOf(ended.child(), ended.outcome()));
    } else {
      sagas.settle(frame, Undo.Settlement.UNDONE, "");
    }
  }

  private static WorkflowError errorOf(InstanceId child, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(var error) ->
          new WorkflowError(error.type(), error.status(), error.title(), error.detail(), null);
      case Outcome.Cancelled(var reason) ->
          Kind.RUNTIME.error("workflow " + child + " was cancelled: " + reason);
      case Outcome.Compensated(var cause, _) -> errorOf(child, cause);
      case Outcome.CompensationFailed failed ->
          Kind.RUNTIME.error(
              "workflow " + child + " could not be undone: " + failed.error().detail());
      case Outcome.Completed _ -> Kind.RUNTIME.error("workflow " + child + " completed");
    };
  }
}
