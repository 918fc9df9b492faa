package dev.millrace.core.workflow;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Catch;
import dev.millrace.core.plan.RetryPlan;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes an error from the task that raised it outward, to the first {@code try} that has something
 * to do about it: run again, or run its handler. Without one the workflow fails.
 */
final class ErrorRouting {
  /** What a stage may ask for. It passes on what others say, and nobody waits for ages. */
  private static final Duration PAUSE_MAX = Duration.ofDays(1);

  private final Transition transition;
  private final Surroundings surroundings;
  private final Sagas sagas;

  ErrorRouting(Transition transition) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.sagas = new Sagas(transition);
  }

  /** The task at {@code position} is over, and everything inside it. */
  void raise(TaskPosition position, WorkflowError error) {
    raise(position, error, Duration.ZERO);
  }

  private void raise(TaskPosition position, WorkflowError error, Duration pauseMin) {
    var placed = error.at(position.pointer());
    var path = transition.path();
    var promised = sagas.registerPromised(path.from(path.depthOutside(position.pointer())));
    if (!sagas.undoBefore(new Afterwards.Raise(placed), position, promised)) {
      transition.record(new TaskFailed(position, placed, transition.now()));
      route(transition.path().frames().size(), placed, pauseMin);
    }
  }

  /** What completed inside the task has been undone; the error that aborted it goes on. */
  void goOn(WorkflowError error) {
    route(transition.path().frames().size(), error, Duration.ZERO);
  }

  /** An error of the attempt {@code t} is at: {@code t} itself may catch it. */
  void raiseInside(Frame.Try t, WorkflowError error) {
    var pointer = t.entry().pointer();
    var placed = error.at(pointer);
    var path = transition.path();
    var depth = path.depthOutside(pointer) + 1;
    if (depth == path.frames().size() || !isUndoneFirst(path, depth + 1, placed)) {
      route(depth, placed, Duration.ZERO);
    }
  }

  /**
   * A stage did not do its work, or may not have. The definition's own {@code retry} decides about
   * the next attempt if one is meant for this error; otherwise the engine asks again by itself, up
   * to {@link Limits#stageAttemptsMax()} times.
   */
  void notDone(Frame.Call call, WorkflowError error, Duration retryAfter) {
    var pauseMin = retryAfter.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : retryAfter;
    var position = surroundings.position(call);
    var placed = error.at(position.pointer());
    if (call.attempt() >= attemptsMax() || isRetriedByDefinition(placed)) {
      raise(position, placed, pauseMin);
      return;
    }
    var pause = Delays.ofStage(transition.limits(), call.attempt(), seed(position, call.attempt()));
    var dueAt = surroundings.after(longer(pause, pauseMin));
    transition.record(
        new StageRetryScheduled(position, call.attempt() + 1, placed, dueAt, transition.now()));
  }

  /** What is to be undone is not given up as lightly as what is to be done. */
  private int attemptsMax() {
    return transition.path().frames().stream().anyMatch(Frame.Compensation.class::isInstance)
        ? transition.limits().undoAttemptsMax()
        : transition.limits().stageAttemptsMax();
  }

  /** A condition that cannot be evaluated is an error too, which raising brings to light. */
  private boolean isRetriedByDefinition(WorkflowError error) {
    try {
      var catching = innermostCatching(error);
      if (catching == null) {
        return false;
      }
      var retry = planOf(catching).handler().retry();
      return retry != null && isMeantFor(retry, scope(catching, error));
    } catch (Fault | ExpressionException _) {
      return true;
    }
  }

  private Frame.@Nullable Try innermostCatching(WorkflowError error) {
    for (var frame : transition.path().frames().reversed()) {
      if (frame instanceof Frame.Try t
          && isTrying(t)
          && catches(planOf(t).handler(), error, scope(t, error))) {
        return t;
      }
    }
    return null;
  }

  // From the inside out.

  private void route(int fromDepth, WorkflowError raised, Duration pauseMin) {
    var path = transition.path();
    var error = raised;
    for (int depth = fromDepth; depth > 0; depth--) {
      try {
        if (isTaken(path, depth, error, pauseMin)) {
          return;
        }
      } catch (Fault | ExpressionException e) {
        error = DataFlow.errorOf(e).at(path.frames().get(depth - 1).entry().pointer());
      }
    }
    sagas.abort(new Outcome.Failed(error));
  }

  /** Whether the task at this depth, or the engine for it, does something about the error. */
  private boolean isTaken(Path path, int depth, WorkflowError error, Duration pauseMin) {
    var frame = path.frames().get(depth - 1);
    return switch (frame) {
      case Frame.Compensation it -> isTaken(it, path, depth, error, pauseMin);
      case Frame.Ending it -> {
        CleanupOrder.next(transition, it);
        yield true;
      }
      case Frame.Try t when isTrying(t) && isTaken(t, error, pauseMin) -> true;
      case Frame.Fork fork when isTolerated(fork, path, depth, error) -> true;
      case Frame.Composite _, Frame.Fork _, Frame.Call _, Frame.Wait _, Frame.Child _ ->
          isUndoneFirst(path, depth, error);
    };
  }

  /** Before the error leaves a task, what is given up with it is undone. */
  private boolean isUndoneFirst(Path path, int depth, WorkflowError error) {
    var position = surroundings.position(path.frames().get(depth - 1));
    var promised = sagas.registerPromised(path.from(depth - 1));
    return sagas.undoBefore(new Afterwards.Raise(error), position, promised);
  }

  private boolean isTolerated(Frame.Fork fork, Path path, int depth, WorkflowError error) {
    var failed = fork.lanes().stream().filter(Frame.Lane.Failed.class::isInstance).count();
    var branch = path.branchInside(depth - 1);
    if (branch == null || failed >= fork.tolerated()) {
      return false;
    }
    var position = surroundings.position(fork);
    transition.record(
        new WorkflowEvent.BranchFailed(position, branch.lane(), error, transition.now()));
    return true;
  }

  /**
   * A compensation failed. Its own retry goes first, then that of a {@code try} around it. Handlers
   * are not asked: something is not undone, and only a person can say that this is all right.
   */
  private boolean isTaken(
      Frame.Compensation it, Path path, int depth, WorkflowError error, Duration pauseMin) {
    if (!(it.phase() instanceof Frame.Step.Running(int attempt))) {
      return false;
    }
    if (!isTriedAgain(it, attempt, path, depth, error, pauseMin)) {
      sagas.giveUp(it, error);
    }
    return true;
  }

  /** A retry that cannot be computed is none: what is not undone is not to be forgotten for it. */
  private boolean isTriedAgain(
      Frame.Compensation it,
      int attempt,
      Path path,
      int depth,
      WorkflowError error,
      Duration pauseMin) {
    try {
      return sagas.retries(it, attempt, error, pauseMin)
          || isAskedForAgain(it, path, depth - 1, error, pauseMin);
    } catch (Fault | ExpressionException _) {
      return false;
    }
  }

  /**
   * A {@code compensate} that is tried again goes on; a scope tried again would forget the rest.
   */
  private boolean isAskedForAgain(
      Frame.Compensation it, Path path, int fromDepth, WorkflowError error, Duration pauseMin) {
    return it.afterwards() instanceof Afterwards.Done
        && isRetriedAround(it, path, fromDepth, error, pauseMin);
  }

  /**
   * A retry may ask for the undoing again, but not for the work as well: that would have the key it
   * had, and stages that say "done already", while it may be undone by now.
   */
  private boolean isRetriedAround(
      Frame.Compensation it, Path path, int fromDepth, WorkflowError error, Duration pauseMin) {
    for (int depth = fromDepth; depth > 0; depth--) {
      var frame = path.frames().get(depth - 1);
      if (sagas.isUndoneBy(it, frame, path.branchAt(depth - 1))) {
        return false;
      }
      if (frame instanceof Frame.Try t
          && isTrying(t)
          && catches(planOf(t).handler(), error, scope(t, error))
          && isRetried(t, error, pauseMin)) {
        return true;
      }
    }
    return false;
  }

  private boolean isTaken(Frame.Try t, WorkflowError error, Duration pauseMin) {
    var handler = planOf(t).handler();
    if (!catches(handler, error, scope(t, error))) {
      return false;
    }
    if (isRetried(t, error, pauseMin)) {
      return true;
    }
    if (!handler.isHandling()) {
      return false;
    }
    var position = surroundings.position(t);
    transition.record(new ErrorCaught(position, error, transition.now()));
    return true;
  }

  private boolean isRetried(Frame.Try t, WorkflowError error, Duration pauseMin) {
    var pause = pauseBeforeRetry(t, planOf(t).handler().retry(), scope(t, error), pauseMin);
    if (pause == null) {
      return false;
    }
    var dueAt = surroundings.after(pause);
    transition.record(
        new RetryScheduled(
            surroundings.position(t), t.attempt() + 1, error, dueAt, transition.now()));
    return true;
  }

  /**
   * @return null when there is no retry, or none is left
   */
  private @Nullable Duration pauseBeforeRetry(
      Frame.Try t, @Nullable RetryPlan retry, TaskScope scope, Duration pauseMin) {
    if (retry == null || !isMeantFor(retry, scope)) {
      return null;
    }
    if (retry.retriesMax() != null && t.attempt() > retry.retriesMax()) {
      return null;
    }
    var seed = seed(surroundings.position(t), t.attempt());
    var pause = longer(Delays.of(retry, t.attempt(), scope, seed), pauseMin);
    if (retry.durationMax() == null) {
      return pause;
    }
    var end = t.entry().startedAt().plus(retry.durationMax().evaluate(scope));
    return surroundings.after(pause).isAfter(end) ? null : pause;
  }

  private static boolean catches(Catch handler, WorkflowError error, TaskScope scope) {
    return handler.filter().accepts(error) && holds(handler.when(), handler.exceptWhen(), scope);
  }

  private static boolean isMeantFor(RetryPlan retry, TaskScope scope) {
    return holds(retry.when(), retry.exceptWhen(), scope);
  }

  private static boolean holds(
      @Nullable Template when, @Nullable Template exceptWhen, TaskScope scope) {
    return (when == null || Template.isTrue(when.evaluate(scope)))
        && (exceptWhen == null || !Template.isTrue(exceptWhen.evaluate(scope)));
  }

  private static boolean isTrying(Frame.Try t) {
    return t.phase() instanceof Frame.Phase.Trying;
  }

  private TaskPlan.Try planOf(Frame.Try t) {
    return (TaskPlan.Try) transition.plan().task(t.entry().pointer());
  }

  private TaskScope scope(Frame.Try t, WorkflowError error) {
    var plan = planOf(t);
    return surroundings.of(plan, t).with(new TaskScope.Local.Caught(plan.handler().as(), error));
  }

  private long seed(TaskPosition position, int attempt) {
    var instance = transition.running().instanceId().value();
    return 31L * (31L * instance.hashCode() + position.hashCode()) + attempt;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
