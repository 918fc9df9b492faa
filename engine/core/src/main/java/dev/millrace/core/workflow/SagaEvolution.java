package dev.millrace.core.workflow;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Frame.Entry;
import dev.millrace.core.workflow.WorkflowEvent.CleanupStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStuck;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The fold over what is undone, and over ends before their time. */
final class SagaEvolution {
  private SagaEvolution() {}

  static Running undoing(Running state, CompensationStarted e) {
    var branch = state.branch(e.position().branch());
    var underWay = frame(branch, e.position().pointer());
    var entry =
        underWay == null
            ? Evolution.entry(state, e.position(), e.input(), e.deadline(), e.at())
            : withoutDeadline(underWay.entry());
    var undoing =
        new Frame.Compensation(
            entry,
            e.steps(),
            0,
            new Frame.Step.Next(),
            e.afterwards(),
            Cursor.start(entry.input()));
    var bare = branch.popThrough(e.position().pointer());
    return state.with(withoutUndo(bare).push(undoing));
  }

  /** What an end has to undo is in the hands of the compensation from now on. */
  private static Branch withoutUndo(Branch branch) {
    return branch.frames().isEmpty() || !(branch.frames().getLast() instanceof Frame.Ending it)
        ? branch
        : branch.withFrames(
            List.of(
                new Frame.Ending(
                    it.entry(), it.cause(), List.of(), it.cleanups(), it.current(), it.cursor())));
  }

  private static @Nullable Frame frame(Branch branch, String pointer) {
    return branch.frames().stream()
        .filter(frame -> frame.entry().pointer().equals(pointer))
        .findFirst()
        .orElse(null);
  }

  /** Undoing what a task did takes the time it takes, whatever time the task had. */
  private static Entry withoutDeadline(Entry it) {
    return new Entry(it.pointer(), it.rawInput(), it.input(), it.startedAt(), null, it.undoMark());
  }

  static Running step(Running state, TaskPosition position, Frame.Step phase) {
    return compensation(
        state,
        position,
        it -> {
          var number = it.steps().get(it.current());
          var cursor =
              phase instanceof Frame.Step.Running
                      && state.undo().open(number).action()
                          instanceof Undo.Action.Call(_, var arguments)
                  ? Cursor.start(arguments)
                  : it.cursor();
          return new Frame.Compensation(
              it.entry(), it.steps(), it.current(), phase, it.afterwards(), cursor);
        });
  }

  static Running settled(Running state, CompensationStepSettled e) {
    return compensation(
            state,
            e.position(),
            it ->
                new Frame.Compensation(
                    it.entry(),
                    it.steps(),
                    it.current() + 1,
                    new Frame.Step.Next(),
                    it.afterwards(),
                    it.cursor()))
        .with(state.undo().settle(e.step(), e.settlement(), e.detail()));
  }

  static Running stuck(Running state, CompensationStuck e) {
    return compensation(
        state,
        e.position(),
        it -> {
          var attempt =
              switch (it.phase()) {
                case Frame.Step.Running(int n) -> n;
                case Frame.Step.BackingOff(int n, _, _) -> n;
                case Frame.Step.Next _, Frame.Step.WithChild _, Frame.Step.Stuck _ -> 1;
              };
          return new Frame.Compensation(
              it.entry(),
              it.steps(),
              it.current(),
              new Frame.Step.Stuck(attempt, e.error(), e.at()),
              it.afterwards(),
              it.cursor());
        });
  }

  private static Running compensation(
      Running state, TaskPosition position, UnaryOperator<Frame.Compensation> change) {
    return Evolution.change(state, position, frame -> change.apply((Frame.Compensation) frame));
  }

  static Running ending(Running state, EndingStarted e) {
    var root = state.branch(Branch.ROOT);
    var value = root.cursor().value();
    var entry = new Entry(Evolution.ENDING, value, value, e.at(), null, 0);
    var ending =
        new Frame.Ending(entry, e.cause(), e.undo(), e.cleanups(), -1, Cursor.start(value));
    return state.with(root.withFrames(List.of(ending))).withDeadline(null);
  }

  static Running cleanup(Running state, CleanupStarted e) {
    var root = state.branch(Branch.ROOT);
    return state.with(
        root.popTo(
            Evolution.ENDING,
            frame -> {
              var it = (Frame.Ending) frame;
              return new Frame.Ending(
                  it.entry(),
                  it.cause(),
                  it.undo(),
                  it.cleanups(),
                  e.current(),
                  Cursor.start(it.entry().input()));
            }));
  }
}
