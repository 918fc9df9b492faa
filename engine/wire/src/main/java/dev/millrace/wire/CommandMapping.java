package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.schema.v1.Cancel;
import dev.millrace.schema.v1.CompleteStage;
import dev.millrace.schema.v1.Continue;
import dev.millrace.schema.v1.StageCompleted;
import dev.millrace.schema.v1.StageRefused;
import dev.millrace.schema.v1.StageUnavailable;
import dev.millrace.schema.v1.StageUnknown;
import dev.millrace.schema.v1.Start;
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
          new Start(it.workflow().toString(), JsonBytes.encode(it.input()));
      case WorkflowCommand.CompleteStage it ->
          new CompleteStage(CommonMapping.toAvro(it.position()), it.attempt(), answer(it.answer()));
      case WorkflowCommand.Cancel it -> new Cancel(it.reason());
      case WorkflowCommand.Continue _ -> new Continue();
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
              id, DefinitionRef.parse(it.getWorkflow()), JsonBytes.decode(it.getInput()));
      case CompleteStage it ->
          new WorkflowCommand.CompleteStage(
              id,
              CommonMapping.toCore(it.getPosition()),
              it.getAttempt(),
              toAnswer(it.getAnswer()));
      case Cancel it -> new WorkflowCommand.Cancel(id, it.getReason());
      case Continue _ -> new WorkflowCommand.Continue(id);
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
}
