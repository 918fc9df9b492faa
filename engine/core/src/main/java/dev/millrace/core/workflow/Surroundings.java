package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.TaskScope.TaskData;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Where a task stands in the instance: its position, and what its expressions see. */
record Surroundings(Transition transition) {

  TaskPosition position(String pointer) {
    var path = transition.path();
    var depth = path.depthOutside(pointer);
    return new TaskPosition(pointer, path.iteration(depth), path.branchAt(depth));
  }

  /**
   * The same for every attempt of every {@code try} around the task: for idempotency keys. What has
   * been undone and is done again is another occurrence, or a stage would take it for done.
   */
  TaskPosition occurrence(String pointer) {
    var path = transition.path();
    var occurrence = new TaskPosition(pointer, path.occurrence(path.depthOutside(pointer)));
    var undone = transition.running().undo().undone(occurrence);
    return undone == 0
        ? occurrence
        : new TaskPosition(pointer, occurrence.iteration() + ".u" + undone);
  }

  TaskPosition position(Frame frame) {
    return position(frame.entry().pointer());
  }

  /** The scope of a task that is about to begin, on its raw input. */
  TaskScope arriving(TaskPlan task, JsonNode raw) {
    var whole = task instanceof TaskPlan.Call ? subscriptionAround(task) : null;
    if (whole != null) {
      return whole;
    }
    return scope(task, TaskData.arriving(task.common(), transition.now(), raw), raw);
  }

  /** The scope of a task that has begun, on its transformed input. */
  TaskScope of(TaskPlan task, Frame frame) {
    return scope(task, TaskData.begun(task.common(), frame.entry()), frame.entry().input());
  }

  /** The scope of a task that listens; what handles messages is a part of the subscription. */
  TaskScope listening(TaskPlan.Listen task, Frame frame) {
    var whole = subscriptionAround(task);
    return whole == null ? of(task, frame) : whole;
  }

  /** The scope of the subscription that the task is a part of; null when it is no part of any. */
  private @Nullable TaskScope subscriptionAround(TaskPlan part) {
    var path = transition.path();
    var depth = path.depthOutside(part.pointer());
    return depth > 0
            && path.frames().get(depth - 1) instanceof Frame.Do scope
            && transition.plan().task(scope.entry().pointer()) instanceof TaskPlan.Subscription it
            && it.body().tasks().contains(part)
        ? of(it, scope)
        : null;
  }

  /** The scope of a task that something else was done for, on its transformed input. */
  TaskScope instead(TaskPlan task, Frame frame, JsonNode input) {
    return scope(task, TaskData.begun(task.common(), frame.entry()).withInput(input), input);
  }

  /**
   * The extension whose block the task inside the first {@code depth} frames stands in.
   *
   * @return null when it stands in any other block
   */
  TaskPlan.@Nullable Extended extensionAt(int depth) {
    var frames = transition.path().frames();
    return depth > 0
            && frames.get(depth - 1) instanceof Frame.Do scope
            && transition.plan().task(scope.entry().pointer()) instanceof TaskPlan.Extended extended
        ? extended
        : null;
  }

  TaskScope ofWorkflow(WorkflowState.Running state, JsonNode current) {
    return new TaskScope(
        transition.plan(),
        state,
        Path.to(state, Branch.ROOT),
        0,
        null,
        null,
        current,
        transition.now());
  }

  /** Cut to what the wire carries, so that a reloaded state equals the one that lived. */
  Instant after(Duration duration) {
    return transition.now().plus(duration).truncatedTo(ChronoUnit.MILLIS);
  }

  private TaskScope scope(TaskPlan task, TaskData data, JsonNode current) {
    var path = transition.path();
    return new TaskScope(
        transition.plan(),
        transition.running(),
        path,
        path.depthOutside(task.pointer()),
        data,
        null,
        current,
        transition.now());
  }
}
