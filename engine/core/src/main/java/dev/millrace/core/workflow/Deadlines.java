package dev.millrace.core.workflow;

import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An instance's one timer: the earliest thing that is due in its state. */
public final class Deadlines {
  private Deadlines() {}

  /**
   * @return null when the instance waits for no time
   */
  public static @Nullable Instant next(WorkflowState state) {
    return switch (state) {
      case NotStarted _, Finished _ -> null;
      case Running running -> running.suspendedAt() == null ? earliest(running) : null;
    };
  }

  private static @Nullable Instant earliest(Running state) {
    var earliest = state.deadline();
    for (var branch : state.branches()) {
      for (int depth = 0; depth < branch.frames().size(); depth++) {
        earliest = earlier(earliest, timeout(state, branch, depth));
        earliest = earlier(earliest, ownDue(state, branch, depth));
      }
    }
    return earliest;
  }

  /**
   * When the task's time is over.
   *
   * @return null when it has no bound, or when something inside is being undone, which no timeout
   *     interrupts: the bound comes into its own when that is done
   */
  static @Nullable Instant timeout(Running state, Branch branch, int depth) {
    var deadline = branch.frames().get(depth).entry().deadline();
    return deadline == null || isUndoing(state, branch, depth) ? null : deadline;
  }

  private static boolean isUndoing(Running state, Branch branch, int fromDepth) {
    var frames = branch.frames();
    return frames.subList(fromDepth, frames.size()).stream()
            .anyMatch(Frame.Compensation.class::isInstance)
        || state.branches().stream()
            .filter(each -> !each.isRoot() && each.parent() == branch.number())
            .anyMatch(each -> isUndoing(state, each, 0));
  }

  /**
   * When nobody waits any longer for what the innermost task has asked for: the earliest timeout of
   * the workflow and of the tasks around it.
   *
   * @param frames of the task and those around it
   * @return null when none of them has one
   */
  static @Nullable Instant timeout(Running state, List<Frame> frames) {
    var earliest = state.deadline();
    for (var frame : frames) {
      earliest = earlier(earliest, frame.entry().deadline());
    }
    return earliest;
  }

  /** What the task itself waits for, apart from its timeout. */
  static @Nullable Instant ownDue(Running state, Branch branch, int depth) {
    return switch (branch.frames().get(depth)) {
      case Frame.Do _, Frame.For _, Frame.Fork _, Frame.Listen _, Frame.Child _, Frame.Ending _ ->
          null;
      case Frame.Call call -> call.retryAt();
      case Frame.Wait wait -> wait.until();
      case Frame.Try t ->
          switch (t.phase()) {
            case Frame.Phase.Trying trying ->
                isUndoing(state, branch, depth) ? null : trying.attemptDeadline();
            case Frame.Phase.BackingOff pause -> pause.until();
            case Frame.Phase.Handling _ -> null;
          };
      case Frame.Compensation it ->
          switch (it.phase()) {
            case Frame.Step.BackingOff pause -> pause.until();
            case Frame.Step.Next _,
                Frame.Step.Running _,
                Frame.Step.WithChild _,
                Frame.Step.Stuck _ ->
                null;
          };
    };
  }

  private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isBefore(b) ? a : b;
  }
}
