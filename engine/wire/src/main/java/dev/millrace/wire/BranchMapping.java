package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.CommonMapping.unexpected;
import static dev.millrace.wire.JsonBytes.decode;
import static dev.millrace.wire.JsonBytes.decodeNullable;
import static dev.millrace.wire.JsonBytes.encode;
import static dev.millrace.wire.JsonBytes.encodeNullable;

import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.schema.v1.BranchCompleted;
import dev.millrace.schema.v1.BranchFailed;
import dev.millrace.schema.v1.BranchStarted;
import dev.millrace.schema.v1.ForkEntered;
import dev.millrace.schema.v1.ForkFrame;
import dev.millrace.schema.v1.LaneActive;
import dev.millrace.schema.v1.LaneDone;
import dev.millrace.schema.v1.LaneFailed;
import dev.millrace.schema.v1.LaneWaiting;
import java.time.Instant;

/** Branches side by side: their events, the frame that holds them, and themselves. */
final class BranchMapping {
  private BranchMapping() {}

  static ForkEntered toAvro(WorkflowEvent.ForkEntered it) {
    return new ForkEntered(
        CommonMapping.toAvro(it.position()),
        encodeNullable(it.input()),
        encodeNullable(it.items()),
        it.lanes(),
        it.width(),
        it.tolerated(),
        it.isRace(),
        timeNullable(it.deadline()));
  }

  static WorkflowEvent.ForkEntered toCore(ForkEntered it, Instant at) {
    return new WorkflowEvent.ForkEntered(
        CommonMapping.toCore(it.getPosition()),
        decodeNullable(it.getInput()),
        decodeNullable(it.getItems()),
        it.getLanes(),
        it.getWidth(),
        it.getTolerated(),
        it.getIsRace(),
        it.getDeadline(),
        at);
  }

  static BranchStarted toAvro(WorkflowEvent.BranchStarted it) {
    return new BranchStarted(CommonMapping.toAvro(it.position()), it.lane(), it.branch());
  }

  static WorkflowEvent.BranchStarted toCore(BranchStarted it, Instant at) {
    return new WorkflowEvent.BranchStarted(
        CommonMapping.toCore(it.getPosition()), it.getLane(), it.getBranch(), at);
  }

  static BranchCompleted toAvro(WorkflowEvent.BranchCompleted it) {
    return new BranchCompleted(CommonMapping.toAvro(it.position()), it.lane());
  }

  static WorkflowEvent.BranchCompleted toCore(BranchCompleted it, Instant at) {
    return new WorkflowEvent.BranchCompleted(
        CommonMapping.toCore(it.getPosition()), it.getLane(), at);
  }

  static BranchFailed toAvro(WorkflowEvent.BranchFailed it) {
    return new BranchFailed(
        CommonMapping.toAvro(it.position()), it.lane(), CommonMapping.toAvro(it.error()));
  }

  static WorkflowEvent.BranchFailed toCore(BranchFailed it, Instant at) {
    return new WorkflowEvent.BranchFailed(
        CommonMapping.toCore(it.getPosition()),
        it.getLane(),
        CommonMapping.toCore(it.getError()),
        at);
  }

  static ForkFrame toAvro(Frame.Fork it) {
    return new ForkFrame(
        FrameMapping.toAvro(it.entry()),
        encodeNullable(it.items()),
        it.width(),
        it.tolerated(),
        it.isRace(),
        it.lanes().stream().map(BranchMapping::toAvro).toList());
  }

  static Frame.Fork toCore(ForkFrame it) {
    return new Frame.Fork(
        FrameMapping.toCore(it.getEntry()),
        decodeNullable(it.getItems()),
        it.getWidth(),
        it.getTolerated(),
        it.getIsRace(),
        it.getLanes().stream().map(BranchMapping::toLane).toList());
  }

  private static Object toAvro(Frame.Lane lane) {
    return switch (lane) {
      case Frame.Lane.Waiting _ -> new LaneWaiting();
      case Frame.Lane.Active it -> new LaneActive(it.branch());
      case Frame.Lane.Done it -> new LaneDone(encode(it.output()));
      case Frame.Lane.Failed it -> new LaneFailed(CommonMapping.toAvro(it.error()));
    };
  }

  private static Frame.Lane toLane(Object lane) {
    return switch (lane) {
      case LaneWaiting _ -> new Frame.Lane.Waiting();
      case LaneActive it -> new Frame.Lane.Active(it.getBranch());
      case LaneDone it -> new Frame.Lane.Done(decode(it.getOutput()));
      case LaneFailed it -> new Frame.Lane.Failed(CommonMapping.toCore(it.getError()));
      default -> throw unexpected(lane);
    };
  }

  static dev.millrace.schema.v1.Branch toAvro(Branch it) {
    return new dev.millrace.schema.v1.Branch(
        it.number(),
        it.parent(),
        it.lane(),
        FrameMapping.toAvro(it.cursor()),
        FrameMapping.toAvro(it.frames()));
  }

  static Branch toCore(dev.millrace.schema.v1.Branch it) {
    return new Branch(
        it.getNumber(),
        it.getParent(),
        it.getLane(),
        FrameMapping.toCore(it.getCursor()),
        FrameMapping.toCore(it.getFrames()));
  }
}
