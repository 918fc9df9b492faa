package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.schema.v1.BackingOff;
import dev.millrace.schema.v1.CallFrame;
import dev.millrace.schema.v1.DoFrame;
import dev.millrace.schema.v1.Finished;
import dev.millrace.schema.v1.ForFrame;
import dev.millrace.schema.v1.FrameEntry;
import dev.millrace.schema.v1.Handling;
import dev.millrace.schema.v1.NotStarted;
import dev.millrace.schema.v1.Running;
import dev.millrace.schema.v1.TryFrame;
import dev.millrace.schema.v1.Trying;
import dev.millrace.schema.v1.WaitFrame;

final class StateMapping implements Mapping<WorkflowState, dev.millrace.schema.v1.WorkflowState> {

  @Override
  public dev.millrace.schema.v1.WorkflowState toAvro(WorkflowState state) {
    return new dev.millrace.schema.v1.WorkflowState(
        switch (state) {
          case WorkflowState.NotStarted _ -> new NotStarted();
          case WorkflowState.Running it -> running(it);
          case WorkflowState.Finished it -> finished(it);
        });
  }

  private static Running running(WorkflowState.Running it) {
    return new Running(
        it.instanceId().value(),
        CommonMapping.toAvro(it.definition()),
        it.planHash(),
        it.requestHash(),
        JsonBytes.encode(it.rawInput()),
        JsonBytes.encode(it.input()),
        JsonBytes.encode(it.context()),
        time(it.startedAt()),
        timeNullable(it.deadline()),
        cursor(it.cursor()),
        it.frames().stream().map(StateMapping::frame).toList());
  }

  private static Finished finished(WorkflowState.Finished it) {
    return new Finished(
        it.instanceId().value(),
        CommonMapping.toAvro(it.definition()),
        it.requestHash(),
        CommonMapping.toAvro(it.outcome()),
        time(it.startedAt()),
        time(it.finishedAt()));
  }

  private static Object frame(Frame frame) {
    var entry = entry(frame.entry());
    return switch (frame) {
      case Frame.Do it -> new DoFrame(entry, cursor(it.cursor()));
      case Frame.For it ->
          new ForFrame(entry, JsonBytes.encode(it.items()), it.index(), cursor(it.cursor()));
      case Frame.Try it ->
          new TryFrame(entry, it.attempt(), phase(it.phase()), cursor(it.cursor()));
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
    };
  }

  private static FrameEntry entry(Frame.Entry it) {
    return new FrameEntry(
        it.pointer(),
        JsonBytes.encode(it.rawInput()),
        JsonBytes.encode(it.input()),
        time(it.startedAt()),
        timeNullable(it.deadline()));
  }

  private static dev.millrace.schema.v1.Cursor cursor(Cursor it) {
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

  @Override
  public WorkflowState toCore(dev.millrace.schema.v1.WorkflowState written) {
    return switch (written.getState()) {
      case NotStarted _ -> new WorkflowState.NotStarted();
      case Running it -> toRunning(it);
      case Finished it -> toFinished(it);
      default -> throw unexpected(written.getState());
    };
  }

  private static WorkflowState.Running toRunning(Running it) {
    return new WorkflowState.Running(
        new InstanceId(it.getInstanceId()),
        CommonMapping.toCore(it.getDefinition()),
        it.getPlanHash(),
        it.getRequestHash(),
        JsonBytes.decode(it.getRawInput()),
        JsonBytes.decode(it.getInput()),
        JsonBytes.decode(it.getContext()),
        it.getStartedAt(),
        it.getDeadline(),
        toCursor(it.getCursor()),
        it.getFrames().stream().map(StateMapping::toFrame).toList());
  }

  private static WorkflowState.Finished toFinished(Finished it) {
    return new WorkflowState.Finished(
        new InstanceId(it.getInstanceId()),
        CommonMapping.toCore(it.getDefinition()),
        it.getRequestHash(),
        CommonMapping.toOutcome(it.getOutcome()),
        it.getStartedAt(),
        it.getFinishedAt());
  }

  private static Frame toFrame(Object frame) {
    return switch (frame) {
      case DoFrame it -> new Frame.Do(toEntry(it.getEntry()), toCursor(it.getCursor()));
      case ForFrame it ->
          new Frame.For(
              toEntry(it.getEntry()),
              JsonBytes.decode(it.getItems()),
              it.getIndex(),
              toCursor(it.getCursor()));
      case TryFrame it ->
          new Frame.Try(
              toEntry(it.getEntry()),
              it.getAttempt(),
              toPhase(it.getPhase()),
              toCursor(it.getCursor()));
      case CallFrame it ->
          new Frame.Call(
              toEntry(it.getEntry()),
              new StageName(it.getStage()),
              it.getFunction(),
              JsonBytes.decode(it.getArguments()),
              it.getIdempotencyKey(),
              it.getAttempt(),
              it.getRetryAt());
      case WaitFrame it -> new Frame.Wait(toEntry(it.getEntry()), it.getUntil());
      default -> throw unexpected(frame);
    };
  }

  private static Frame.Entry toEntry(FrameEntry it) {
    return new Frame.Entry(
        it.getPointer(),
        JsonBytes.decode(it.getRawInput()),
        JsonBytes.decode(it.getInput()),
        it.getStartedAt(),
        it.getDeadline());
  }

  private static Cursor toCursor(dev.millrace.schema.v1.Cursor it) {
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
