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
      for (var frame : branch.frames()) {
        earliest = earlier(earliest, frame.entry().deadline());
        earliest = earlier(earliest, ownDue(frame));
      }
    }
    return earliest;
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
  static @Nullable Instant ownDue(Frame frame) {
    return switch (frame) {
      case Frame.Do _,
          Frame.For _,
          Frame.Fork _,
          Frame.Listen _,
          Frame.Child _,
          Frame.Ending _ ->
          null;
      case Frame.Call call -> call.retryAt();
      case Frame.Wait wait -> wait.until();
      case Frame.Try t ->
          switch (t.phase()) {
            case Frame.Phase.Trying trying -> trying.attemptDeadline();
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
