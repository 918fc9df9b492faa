package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Frame;
import dev.millrace.schema.v1.BackingOff;
import dev.millrace.schema.v1.CallFrame;
import dev.millrace.schema.v1.ChildFrame;
import dev.millrace.schema.v1.CompensationFrame;
import dev.millrace.schema.v1.DoFrame;
import dev.millrace.schema.v1.EndingFrame;
import dev.millrace.schema.v1.ForFrame;
import dev.millrace.schema.v1.ForkFrame;
import dev.millrace.schema.v1.FrameEntry;
import dev.millrace.schema.v1.Handling;
import dev.millrace.schema.v1.ListenFrame;
import dev.millrace.schema.v1.TryFrame;
import dev.millrace.schema.v1.Trying;
import dev.millrace.schema.v1.WaitFrame;
import java.util.ArrayList;
import java.util.List;

/** Tasks under way. */
final class FrameMapping {
  private FrameMapping() {}

  static List<Object> toAvro(List<Frame> frames) {
    var written = new ArrayList<Object>(frames.size());
    frames.forEach(frame -> written.add(toAvro(frame)));
    return written;
  }

  static List<Frame> toCore(List<Object> written) {
    return written.stream().map(FrameMapping::toFrame).toList();
  }

  private static Object toAvro(Frame frame) {
    var entry = toAvro(frame.entry());
    return switch (frame) {
      case Frame.Do it -> new DoFrame(entry, toAvro(it.cursor()));
      case Frame.For it ->
          new ForFrame(entry, JsonBytes.encode(it.items()), it.index(), toAvro(it.cursor()));
      case Frame.Try it ->
          new TryFrame(entry, it.attempt(), phase(it.phase()), toAvro(it.cursor()));
      case Frame.Call it ->
          new CallFrame(
              entry,
              it.stage().value(),
              it.function(),
              JsonBytes.encode(it.arguments()),
              it.idempotencyKey(),
              it.attempt(),
              timeNullable(it.retryAt()));
      case Frame.Wait it -> new WaitFrame(entry, time(it.until()));
      case Frame.Fork it -> BranchMapping.toAvro(it);
      case Frame.Listen it -> ListenMapping.toAvro(it);
      case Frame.Child it -> new ChildFrame(entry, it.child().value(), it.isCancelledWithParent());
      case Frame.Compensation it -> UndoMapping.toAvro(it);
      case Frame.Ending it -> UndoMapping.toAvro(it);
    };
  }

  static FrameEntry toAvro(Frame.Entry it) {
    return new FrameEntry(
        it.pointer(),
        JsonBytes.encode(it.rawInput()),
        JsonBytes.encode(it.input()),
        time(it.startedAt()),
        timeNullable(it.deadline()),
        it.undoMark());
  }

  static dev.millrace.schema.v1.Cursor toAvro(Cursor it) {
    return new dev.millrace.schema.v1.Cursor(it.next(), JsonBytes.encode(it.value()), it.round());
  }

  private static Object phase(Frame.Phase phase) {
    return switch (phase) {
      case Frame.Phase.Trying it -> new Trying(timeNullable(it.attemptDeadline()));
      case Frame.Phase.BackingOff it ->
          new BackingOff(CommonMapping.toAvro(it.error()), time(it.until()));
      case Frame.Phase.Handling it -> new Handling(CommonMapping.toAvro(it.error()));
    };
  }

  private static Frame toFrame(Object frame) {
    return switch (frame) {
      case DoFrame it -> new Frame.Do(toCore(it.getEntry()), toCore(it.getCursor()));
      case ForFrame it ->
          new Frame.For(
              toCore(it.getEntry()),
              JsonBytes.decode(it.getItems()),
              it.getIndex(),
              toCore(it.getCursor()));
      case TryFrame it ->
          new Frame.Try(
              toCore(it.getEntry()),
              it.getAttempt(),
              toPhase(it.getPhase()),
              toCore(it.getCursor()));
      case CallFrame it ->
          new Frame.Call(
              toCore(it.getEntry()),
              new StageName(it.getStage()),
              it.getFunction(),
              JsonBytes.decode(it.getArguments()),
              it.getIdempotencyKey(),
              it.getAttempt(),
              it.getRetryAt());
      case WaitFrame it -> new Frame.Wait(toCore(it.getEntry()), it.getUntil());
      case ForkFrame it -> BranchMapping.toCore(it);
      case ListenFrame it -> ListenMapping.toCore(it);
      case ChildFrame it ->
          new Frame.Child(
              toCore(it.getEntry()), new InstanceId(it.getChild()), it.getIsCancelledWithParent());
      case CompensationFrame it -> UndoMapping.toCore(it);
      case EndingFrame it -> UndoMapping.toCore(it);
      default -> throw unexpected(frame);
    };
  }

  static Frame.Entry toCore(FrameEntry it) {
    return new Frame.Entry(
        it.getPointer(),
        JsonBytes.decode(it.getRawInput()),
        JsonBytes.decode(it.getInput()),
        it.getStartedAt(),
        it.getDeadline(),
        it.getUndoMark());
  }

  static Cursor toCore(dev.millrace.schema.v1.Cursor it) {
    return new Cursor(it.getNext(), JsonBytes.decode(it.getValue()), it.getRound());
  }

  private static Frame.Phase toPhase(Object phase) {
    return switch (phase) {
      case Trying it -> new Frame.Phase.Trying(it.getAttemptDeadline());
      case BackingOff it ->
          new Frame.Phase.BackingOff(CommonMapping.toCore(it.getError()), it.getUntil());
      case Handling it -> new Frame.Phase.Handling(CommonMapping.toCore(it.getError()));
      default -> throw unexpected(phase);
    };
  }
}
