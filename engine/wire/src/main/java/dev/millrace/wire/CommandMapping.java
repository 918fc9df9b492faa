package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.schema.v1.Cancel;
import dev.millrace.schema.v1.ChildEnded;
import dev.millrace.schema.v1.CompensationRuling;
import dev.millrace.schema.v1.CompleteStage;
import dev.millrace.schema.v1.Continue;
import dev.millrace.schema.v1.DeliverEvent;
import dev.millrace.schema.v1.GrantPermit;
import dev.millrace.schema.v1.RefusePermit;
import dev.millrace.schema.v1.ReleaseChild;
import dev.millrace.schema.v1.Resume;
import dev.millrace.schema.v1.SettleCompensation;
import dev.millrace.schema.v1.Signal;
import dev.millrace.schema.v1.StageCompleted;
import dev.millrace.schema.v1.StageRefused;
import dev.millrace.schema.v1.StageUnavailable;
import dev.millrace.schema.v1.StageUnknown;
import dev.millrace.schema.v1.Start;
import dev.millrace.schema.v1.Suspend;
import dev.millrace.schema.v1.UndoChild;
import java.time.Duration;

final class CommandMapping
    implements Mapping<WorkflowCommand, dev.millrace.schema.v1.WorkflowCommand> {

  @Override
  public dev.millrace.schema.v1.WorkflowCommand toAvro(WorkflowCommand command) {
    return new dev.millrace.schema.v1.WorkflowCommand(command.instanceId().value(), wish(command));
  }

  private static Object wish(WorkflowCommand command) {
    return switch (command) {
      case WorkflowCommand.Start it ->
          new Start(
              it.workflow().toString(),
              JsonBytes.encode(it.input()),
              OriginMapping.toAvro(it.origin()));
      case WorkflowCommand.CompleteStage it ->
          new CompleteStage(CommonMapping.toAvro(it.position()), it.attempt(), answer(it.answer()));
      case WorkflowCommand.Cancel it -> new Cancel(it.reason());
      case WorkflowCommand.Continue _ -> new Continue();
      case WorkflowCommand.DeliverEvent it ->
          new DeliverEvent(
              CommonMapping.toAvro(it.position()),
              it.filter(),
              it.channel(),
              JsonBytes.encode(it.event()));
      case WorkflowCommand.Signal it -> new Signal(it.name(), it.id(), JsonBytes.encode(it.data()));
      case WorkflowCommand.Suspend it -> new Suspend(it.reason());
      case WorkflowCommand.Resume _ -> new Resume();
      case WorkflowCommand.ChildEnded it -> ChildMapping.toAvro(it);
      case WorkflowCommand.SettleCompensation it ->
          new SettleCompensation(ruling(it.ruling()), it.reason(), it.task());
      case WorkflowCommand.UndoChild it -> new UndoChild(OriginMapping.toAvro(it.by()));
      case WorkflowCommand.ReleaseChild _ -> new ReleaseChild();
      case WorkflowCommand.GrantPermit it -> new GrantPermit(it.gate());
      case WorkflowCommand.RefusePermit it -> new RefusePermit(it.gate(), it.detail());
      case WorkflowCommand.FireTimers it ->
          throw new IllegalArgumentException(
              "timers fire on the partition they are kept on, none travels: " + it);
    };
  }

  private static Object answer(StageAnswer answer) {
    return switch (answer) {
      case StageAnswer.Completed it -> new StageCompleted(JsonBytes.encode(it.output()));
      case StageAnswer.Refused it -> new StageRefused(CommonMapping.toAvro(it.error()));
      case StageAnswer.Unavailable it ->
          new StageUnavailable(
              CommonMapping.toAvro(it.error()), CommonMapping.millis(it.retryAfter()));
      case StageAnswer.Unknown it -> new StageUnknown(CommonMapping.toAvro(it.error()));
    };
  }

  @Override
  public WorkflowCommand toCore(dev.millrace.schema.v1.WorkflowCommand written) {
    var id = new InstanceId(written.getInstanceId());
    return switch (written.getWish()) {
      case Start it ->
          new WorkflowCommand.Start(
              id,
              DefinitionRef.parse(it.getWorkflow()),
              JsonBytes.decode(it.getInput()),
              OriginMapping.toOrigin(it.getOrigin()));
      case CompleteStage it ->
          new WorkflowCommand.CompleteStage(
              id,
              CommonMapping.toCore(it.getPosition()),
              it.getAttempt(),
              toAnswer(it.getAnswer()));
      case Cancel it -> new WorkflowCommand.Cancel(id, it.getReason());
      case Continue _ -> new WorkflowCommand.Continue(id);
      case DeliverEvent it ->
          new WorkflowCommand.DeliverEvent(
              id,
              CommonMapping.toCore(it.getPosition()),
              it.getFilter(),
              it.getChannel(),
              JsonBytes.decode(it.getEvent()));
      case Signal it ->
          new WorkflowCommand.Signal(id, it.getName(), it.getId(), JsonBytes.decode(it.getData()));
      case Suspend it -> new WorkflowCommand.Suspend(id, it.getReason());
      case Resume _ -> new WorkflowCommand.Resume(id);
      case ChildEnded it -> ChildMapping.toCore(it, id);
      case SettleCompensation it ->
          new WorkflowCommand.SettleCompensation(
              id, toRuling(it.getRuling()), it.getReason(), it.getTask());
      case UndoChild it -> new WorkflowCommand.UndoChild(id, OriginMapping.toCore(it.getBy()));
      case ReleaseChild _ -> new WorkflowCommand.ReleaseChild(id);
      case GrantPermit it -> new WorkflowCommand.GrantPermit(id, it.getGate());
      case RefusePermit it -> new WorkflowCommand.RefusePermit(id, it.getGate(), it.getDetail());
      default -> throw unexpected(written.getWish());
    };
  }

  private static StageAnswer toAnswer(Object answer) {
    return switch (answer) {
      case StageCompleted it -> new StageAnswer.Completed(JsonBytes.decode(it.getOutput()));
      case StageRefused it -> new StageAnswer.Refused(CommonMapping.toCore(it.getError()));
      case StageUnavailable it ->
          new StageAnswer.Unavailable(
              CommonMapping.toCore(it.getError()), Duration.ofMillis(it.getRetryAfterMillis()));
      case StageUnknown it -> new StageAnswer.Unknown(CommonMapping.toCore(it.getError()));
      default -> throw unexpected(answer);
    };
  }

  static CompensationRuling ruling(Ruling ruling) {
    return switch (ruling) {
      case RETRY -> CompensationRuling.RETRY;
      case SKIP -> CompensationRuling.SKIP;
      case RESOLVE -> CompensationRuling.RESOLVE;
    };
  }

  static Ruling toRuling(CompensationRuling ruling) {
    return switch (ruling) {
      case RETRY -> Ruling.RETRY;
      case SKIP -> Ruling.SKIP;
      case RESOLVE -> Ruling.RESOLVE;
    };
  }
}
