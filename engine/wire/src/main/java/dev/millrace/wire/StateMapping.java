package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.schema.v1.BufferedSignal;
import dev.millrace.schema.v1.ChildRun;
import dev.millrace.schema.v1.Finished;
import dev.millrace.schema.v1.NotStarted;
import dev.millrace.schema.v1.Permit;
import dev.millrace.schema.v1.Running;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** The first branch is the workflow's own, and stands where it stood when it was the only one. */
  private static Running running(WorkflowState.Running it) {
    var run = it.run();
    var root = it.branches().getFirst();
    return new Running(
        run.instanceId().value(),
        CommonMapping.toAvro(run.definition()),
        run.planHash(),
        run.requestHash(),
        JsonBytes.encode(run.rawInput()),
        JsonBytes.encode(run.input()),
        JsonBytes.encode(it.context()),
        time(run.startedAt()),
        timeNullable(it.deadline()),
        FrameMapping.toAvro(root.cursor()),
        FrameMapping.toAvro(root.frames()),
        it.branches().stream().skip(1).map(BranchMapping::toAvro).toList(),
        it.branchesBegun(),
        UndoMapping.toAvro(it.undo()),
        it.signals().stream().map(StateMapping::signal).toList(),
        it.children().stream().map(StateMapping::child).toList(),
        permit(it.permit()),
        timeNullable(it.suspendedAt()),
        OriginMapping.toAvro(run.origin()),
        it.signalIds());
  }

  private static Finished finished(WorkflowState.Finished it) {
    var undoable = it.undoable();
    return new Finished(
        it.instanceId().value(),
        CommonMapping.toAvro(it.definition()),
        it.requestHash(),
        CommonMapping.toAvro(it.outcome()),
        time(it.startedAt()),
        time(it.finishedAt()),
        undoable == null ? null : running(undoable));
  }

  private static BufferedSignal signal(WorkflowState.BufferedSignal it) {
    return new BufferedSignal(it.name(), JsonBytes.encode(it.event()));
  }

  private static ChildRun child(WorkflowState.ChildRun it) {
    return new ChildRun(it.child().value(), it.isCancelledWithParent());
  }

  private static @Nullable Permit permit(WorkflowState.@Nullable Permit it) {
    return it == null ? null : new Permit(it.gate(), it.isGranted());
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
        run(it),
        JsonBytes.decode(it.getContext()),
        it.getDeadline(),
        branches(it),
        it.getBranchesBegun(),
        UndoMapping.toCore(it.getUndo()),
        it.getSignals().stream().map(StateMapping::toSignal).toList(),
        it.getChildren().stream().map(StateMapping::toChild).toList(),
        toPermit(it.getPermit()),
        it.getSuspendedAt(),
        it.getSignalIds());
  }

  private static WorkflowState.Run run(Running it) {
    return new WorkflowState.Run(
        new InstanceId(it.getInstanceId()),
        CommonMapping.toCore(it.getDefinition()),
        it.getPlanHash(),
        it.getRequestHash(),
        OriginMapping.toOrigin(it.getOrigin()),
        JsonBytes.decode(it.getRawInput()),
        JsonBytes.decode(it.getInput()),
        it.getStartedAt());
  }

  private static List<Branch> branches(Running it) {
    var branches = new ArrayList<Branch>(1 + it.getBranches().size());
    branches.add(
        new Branch(
            Branch.ROOT,
            Branch.ROOT,
            0,
            FrameMapping.toCore(it.getCursor()),
            FrameMapping.toCore(it.getFrames())));
    it.getBranches().forEach(other -> branches.add(BranchMapping.toCore(other)));
    return branches;
  }

  private static WorkflowState.BufferedSignal toSignal(BufferedSignal it) {
    return new WorkflowState.BufferedSignal(it.getName(), JsonBytes.decode(it.getEvent()));
  }

  private static WorkflowState.ChildRun toChild(ChildRun it) {
    return new WorkflowState.ChildRun(new InstanceId(it.getChild()), it.getIsCancelledWithParent());
  }

  private static WorkflowState.@Nullable Permit toPermit(@Nullable Permit it) {
    return it == null ? null : new WorkflowState.Permit(it.getGate(), it.getIsGranted());
  }

  private static WorkflowState.Finished toFinished(Finished it) {
    var undoable = it.getUndoable();
    return new WorkflowState.Finished(
        new InstanceId(it.getInstanceId()),
        CommonMapping.toCore(it.getDefinition()),
        it.getRequestHash(),
        CommonMapping.toOutcome(it.getOutcome()),
        it.getStartedAt(),
        it.getFinishedAt(),
        undoable == null ? null : toRunning(undoable));
  }
}
