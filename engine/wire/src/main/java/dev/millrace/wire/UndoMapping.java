package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Afterwards;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.UndoLog;
import dev.millrace.schema.v1.CompensationFrame;
import dev.millrace.schema.v1.EndingFrame;
import dev.millrace.schema.v1.OutcomeCancelled;
import dev.millrace.schema.v1.OutcomeFailed;
import dev.millrace.schema.v1.StepBackingOff;
import dev.millrace.schema.v1.StepNext;
import dev.millrace.schema.v1.StepRunning;
import dev.millrace.schema.v1.StepStuck;
import dev.millrace.schema.v1.StepWithChild;
import dev.millrace.schema.v1.UndoByChild;
import dev.millrace.schema.v1.UndoCall;
import dev.millrace.schema.v1.UndoSettled;
import dev.millrace.schema.v1.UndoSettlement;
import dev.millrace.schema.v1.WorkflowError;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be undone, what became of it, and the frames that undo. */
final class UndoMapping {
  private UndoMapping() {}

  static dev.millrace.schema.v1.Undo toAvro(Undo it) {
    return new dev.millrace.schema.v1.Undo(
        it.number(), CommonMapping.toAvro(it.position()), it.branches(), action(it.action()));
  }

  static Undo toCore(dev.millrace.schema.v1.Undo it) {
    return new Undo(
        it.getNumber(),
        CommonMapping.toCore(it.getPosition()),
        it.getBranches(),
        toAction(it.getAction()));
  }

  private static Object action(Undo.Action action) {
    return switch (action) {
      case Undo.Action.Call it -> new UndoCall(it.task(), JsonBytes.encode(it.arguments()));
      case Undo.Action.ByChild it -> new UndoByChild(it.child().value());
    };
  }

  private static Undo.Action toAction(Object action) {
    return switch (action) {
      case UndoCall it -> new Undo.Action.Call(it.getTask(), JsonBytes.decode(it.getArguments()));
      case UndoByChild it -> new Undo.Action.ByChild(new InstanceId(it.getChild()));
      default -> throw unexpected(action);
    };
  }

  static dev.millrace.schema.v1.UndoLog toAvro(UndoLog it) {
    return new dev.millrace.schema.v1.UndoLog(
        it.open().stream().map(UndoMapping::toAvro).toList(),
        settled(it.settled()),
        it.registered());
  }

  static UndoLog toCore(dev.millrace.schema.v1.UndoLog it) {
    return new UndoLog(
        it.getOpen().stream().map(UndoMapping::toCore).toList(),
        toSettled(it.getSettled()),
        it.getRegistered());
  }

  static List<UndoSettled> settled(List<Undo.Settled> settled) {
    return settled.stream()
        .map(it ->
            new UndoSettled(
                CommonMapping.toAvro(it.position()), toAvro(it.settlement()), it.detail()))
        .toList();
  }

  static List<Undo.Settled> toSettled(List<UndoSettled> settled) {
    return settled.stream()
        .map(it ->
            new Undo.Settled(
                CommonMapping.toCore(it.getPosition()), toCore(it.getSettlement()), it.getDetail()))
        .toList();
  }

  static UndoSettlement toAvro(Undo.Settlement settlement) {
    return switch (settlement) {
      case UNDONE -> UndoSettlement.UNDONE;
      case RESOLVED -> UndoSettlement.RESOLVED;
      case SKIPPED -> UndoSettlement.SKIPPED;
    };
  }

  static Undo.Settlement toCore(UndoSettlement settlement) {
    return switch (settlement) {
      case UNDONE -> Undo.Settlement.UNDONE;
      case RESOLVED -> Undo.Settlement.RESOLVED;
      case SKIPPED -> Undo.Settlement.SKIPPED;
    };
  }

  static Object toAvro(Outcome.Aborted cause) {
    return switch (cause) {
      case Outcome.Failed it -> new OutcomeFailed(CommonMapping.toAvro(it.error()));
      case Outcome.Cancelled it -> new OutcomeCancelled(it.reason());
    };
  }

  static Outcome.Aborted toAborted(Object cause) {
    return switch (cause) {
      case OutcomeFailed it -> new Outcome.Failed(CommonMapping.toCore(it.getError()));
      case OutcomeCancelled it -> new Outcome.Cancelled(it.getReason());
      default -> throw unexpected(cause);
    };
  }

  static CompensationFrame toAvro(Frame.Compensation it) {
    return new CompensationFrame(
        FrameMapping.toAvro(it.entry()),
        it.steps(),
        it.current(),
        step(it.phase()),
        error(it.afterwards()),
        FrameMapping.toAvro(it.cursor()),
        output(it.afterwards()),
        endsWorkflow(it.afterwards()));
  }

  static Frame.Compensation toCore(CompensationFrame it) {
    return new Frame.Compensation(
        FrameMapping.toCore(it.getEntry()),
        it.getSteps(),
        it.getCurrent(),
        toStep(it.getPhase()),
        afterwards(it.getAbortedBy(), it.getOutput(), it.getEndsWorkflow()),
        FrameMapping.toCore(it.getCursor()));
  }

  static @Nullable WorkflowError error(Afterwards it) {
    return it instanceof Afterwards.Raise(var error) ? CommonMapping.toAvro(error) : null;
  }

  static @Nullable ByteBuffer output(Afterwards it) {
    return switch (it) {
      case Afterwards.Done _, Afterwards.Raise _ -> null;
      case Afterwards.Yield(var output) -> JsonBytes.encode(output);
      case Afterwards.End(var output) -> JsonBytes.encode(output);
    };
  }

  static boolean endsWorkflow(Afterwards it) {
    return it instanceof Afterwards.End;
  }

  static Afterwards afterwards(
      @Nullable WorkflowError abortedBy, @Nullable ByteBuffer output, boolean endsWorkflow) {
    if (abortedBy != null) {
      return new Afterwards.Raise(CommonMapping.toCore(abortedBy));
    }
    if (output == null) {
      return new Afterwards.Done();
    }
    var value = JsonBytes.decode(output);
    return endsWorkflow ? new Afterwards.End(value) : new Afterwards.Yield(value);
  }

  private static Object step(Frame.Step step) {
    return switch (step) {
      case Frame.Step.Next _ -> new StepNext();
      case Frame.Step.Running it -> new StepRunning(it.attempt());
      case Frame.Step.WithChild it -> new StepWithChild(it.child().value());
      case Frame.Step.BackingOff it ->
          new StepBackingOff(it.attempt(), CommonMapping.toAvro(it.error()), time(it.until()));
      case Frame.Step.Stuck it ->
          new StepStuck(it.attempt(), CommonMapping.toAvro(it.error()), time(it.since()));
    };
  }

  private static Frame.Step toStep(Object step) {
    return switch (step) {
      case StepNext _ -> new Frame.Step.Next();
      case StepRunning it -> new Frame.Step.Running(it.getAttempt());
      case StepWithChild it -> new Frame.Step.WithChild(new InstanceId(it.getChild()));
      case StepBackingOff it ->
          new Frame.Step.BackingOff(
              it.getAttempt(), CommonMapping.toCore(it.getError()), it.getUntil());
      case StepStuck it ->
          new Frame.Step.Stuck(it.getAttempt(), CommonMapping.toCore(it.getError()), it.getSince());
      default -> throw unexpected(step);
    };
  }

  static EndingFrame toAvro(Frame.Ending it) {
    return new EndingFrame(
        FrameMapping.toAvro(it.entry()),
        toAvro(it.cause()),
        it.undo(),
        it.cleanups(),
        it.current(),
        FrameMapping.toAvro(it.cursor()));
  }

  static Frame.Ending toCore(EndingFrame it) {
    return new Frame.Ending(
        FrameMapping.toCore(it.getEntry()),
        toAborted(it.getCause()),
        it.getUndo(),
        it.getCleanups(),
        it.getCurrent(),
        FrameMapping.toCore(it.getCursor()));
  }
}
