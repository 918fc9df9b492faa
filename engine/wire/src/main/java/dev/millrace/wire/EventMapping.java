package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.JsonBytes.decode;
import static dev.millrace.wire.JsonBytes.decodeNullable;
import static dev.millrace.wire.JsonBytes.encode;
import static dev.millrace.wire.JsonBytes.encodeNullable;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.schema.v1.BranchCompleted;
import dev.millrace.schema.v1.BranchFailed;
import dev.millrace.schema.v1.BranchStarted;
import dev.millrace.schema.v1.ChildStarted;
import dev.millrace.schema.v1.CleanupStarted;
import dev.millrace.schema.v1.CompensationByChildRequested;
import dev.millrace.schema.v1.CompensationEnded;
import dev.millrace.schema.v1.CompensationRegistered;
import dev.millrace.schema.v1.CompensationRetryScheduled;
import dev.millrace.schema.v1.CompensationStarted;
import dev.millrace.schema.v1.CompensationStepSettled;
import dev.millrace.schema.v1.CompensationStepStarted;
import dev.millrace.schema.v1.CompensationStuck;
import dev.millrace.schema.v1.EndingStarted;
import dev.millrace.schema.v1.ErrorCaught;
import dev.millrace.schema.v1.EventConsumed;
import dev.millrace.schema.v1.EventHandled;
import dev.millrace.schema.v1.EventHandlingStarted;
import dev.millrace.schema.v1.ForkEntered;
import dev.millrace.schema.v1.IterationStarted;
import dev.millrace.schema.v1.ListenStarted;
import dev.millrace.schema.v1.LoopEntered;
import dev.millrace.schema.v1.PermitGranted;
import dev.millrace.schema.v1.PermitRequested;
import dev.millrace.schema.v1.Released;
import dev.millrace.schema.v1.Resumed;
import dev.millrace.schema.v1.RetryScheduled;
import dev.millrace.schema.v1.ScopeEntered;
import dev.millrace.schema.v1.SignalBuffered;
import dev.millrace.schema.v1.SignalReceived;
import dev.millrace.schema.v1.StageRequested;
import dev.millrace.schema.v1.StageRetried;
import dev.millrace.schema.v1.StageRetryScheduled;
import dev.millrace.schema.v1.Suspended;
import dev.millrace.schema.v1.TaskCompleted;
import dev.millrace.schema.v1.TaskFailed;
import dev.millrace.schema.v1.TaskSkipped;
import dev.millrace.schema.v1.TryEntered;
import dev.millrace.schema.v1.TryRetried;
import dev.millrace.schema.v1.UndoRequested;
import dev.millrace.schema.v1.WaitStarted;
import dev.millrace.schema.v1.WorkflowFinished;
import dev.millrace.schema.v1.WorkflowStarted;
import java.time.Instant;

/** Every event of the journal. One branch per event each way, and nothing else. */
final class EventMapping {
  private EventMapping() {}

  static Object toAvro(WorkflowEvent event) {
    return switch (event) {
      case WorkflowEvent.WorkflowStarted it ->
          new WorkflowStarted(
              CommonMapping.toAvro(it.definition()),
              it.planHash(),
              it.requestHash(),
              encode(it.rawInput()),
              encodeNullable(it.input()),
              timeNullable(it.deadline()),
              OriginMapping.toAvro(it.origin()));
      case WorkflowEvent.TaskSkipped it ->
          new TaskSkipped(CommonMapping.toAvro(it.position()), it.next());
      case WorkflowEvent.ScopeEntered it ->
          new ScopeEntered(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.input()),
              timeNullable(it.deadline()));
      case WorkflowEvent.LoopEntered it ->
          new LoopEntered(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.input()),
              encode(it.items()),
              timeNullable(it.deadline()));
      case WorkflowEvent.IterationStarted it ->
          new IterationStarted(CommonMapping.toAvro(it.position()), it.index());
      case WorkflowEvent.TryEntered it ->
          new TryEntered(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.input()),
              timeNullable(it.deadline()),
              timeNullable(it.attemptDeadline()));
      case WorkflowEvent.StageRequested it ->
          new StageRequested(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.input()),
              it.stage().value(),
              it.function(),
              encode(it.arguments()),
              it.idempotencyKey(),
              timeNullable(it.deadline()));
      case WorkflowEvent.StageRetryScheduled it ->
          new StageRetryScheduled(
              CommonMapping.toAvro(it.position()),
              it.attempt(),
              CommonMapping.toAvro(it.error()),
              time(it.dueAt()));
      case WorkflowEvent.StageRetried it ->
          new StageRetried(CommonMapping.toAvro(it.position()), it.attempt());
      case WorkflowEvent.WaitStarted it ->
          new WaitStarted(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.input()),
              time(it.until()),
              timeNullable(it.deadline()));
      case WorkflowEvent.TaskCompleted it ->
          new TaskCompleted(
              CommonMapping.toAvro(it.position()),
              encodeNullable(it.output()),
              encodeNullable(it.context()),
              it.next());
      case WorkflowEvent.TaskFailed it ->
          new TaskFailed(CommonMapping.toAvro(it.position()), CommonMapping.toAvro(it.error()));
      case WorkflowEvent.ErrorCaught it ->
          new ErrorCaught(CommonMapping.toAvro(it.position()), CommonMapping.toAvro(it.error()));
      case WorkflowEvent.RetryScheduled it ->
          new RetryScheduled(
              CommonMapping.toAvro(it.position()),
              it.attempt(),
              CommonMapping.toAvro(it.error()),
              time(it.dueAt()));
      case WorkflowEvent.TryRetried it ->
          new TryRetried(
              CommonMapping.toAvro(it.position()),
              it.attempt(),
              timeNullable(it.attemptDeadline()));
      case WorkflowEvent.WorkflowFinished it ->
          new WorkflowFinished(CommonMapping.toAvro(it.outcome()));
      case WorkflowEvent.ForkEntered it -> BranchMapping.toAvro(it);
      case WorkflowEvent.BranchStarted it -> BranchMapping.toAvro(it);
      case WorkflowEvent.BranchCompleted it -> BranchMapping.toAvro(it);
      case WorkflowEvent.BranchFailed it -> BranchMapping.toAvro(it);
      case WorkflowEvent.ListenStarted it -> ListenMapping.toAvro(it);
      case WorkflowEvent.EventConsumed it -> ListenMapping.toAvro(it);
      case WorkflowEvent.EventHandlingStarted it -> ListenMapping.toAvro(it);
      case WorkflowEvent.EventHandled it -> ListenMapping.toAvro(it);
      case WorkflowEvent.SignalReceived it -> new SignalReceived(it.name(), it.id());
      case WorkflowEvent.SignalBuffered it -> ListenMapping.toAvro(it);
      case WorkflowEvent.ChildStarted it -> ChildMapping.toAvro(it);
      case WorkflowEvent.CompensationRegistered it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationStarted it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationStepStarted it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationByChildRequested it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationStepSettled it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationRetryScheduled it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationStuck it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CompensationEnded it -> SagaMapping.toAvro(it);
      case WorkflowEvent.EndingStarted it -> SagaMapping.toAvro(it);
      case WorkflowEvent.CleanupStarted it -> SagaMapping.toAvro(it);
      case WorkflowEvent.UndoRequested it -> SagaMapping.toAvro(it);
      case WorkflowEvent.Suspended it -> new Suspended(it.reason());
      case WorkflowEvent.Resumed _ -> new Resumed();
      case WorkflowEvent.PermitRequested it -> new PermitRequested(it.gate());
      case WorkflowEvent.PermitGranted it -> new PermitGranted(it.gate());
      case WorkflowEvent.Released _ -> new Released();
    };
  }

  static WorkflowEvent toCore(Object event, InstanceId id, Instant at) {
    return switch (event) {
      case WorkflowStarted it ->
          new WorkflowEvent.WorkflowStarted(
              id,
              CommonMapping.toCore(it.getDefinition()),
              it.getPlanHash(),
              it.getRequestHash(),
              OriginMapping.toOrigin(it.getOrigin()),
              decode(it.getRawInput()),
              decodeNullable(it.getInput()),
              it.getDeadline(),
              at);
      case TaskSkipped it ->
          new WorkflowEvent.TaskSkipped(CommonMapping.toCore(it.getPosition()), it.getNext(), at);
      case ScopeEntered it ->
          new WorkflowEvent.ScopeEntered(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getInput()),
              it.getDeadline(),
              at);
      case LoopEntered it ->
          new WorkflowEvent.LoopEntered(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getInput()),
              decode(it.getItems()),
              it.getDeadline(),
              at);
      case IterationStarted it ->
          new WorkflowEvent.IterationStarted(
              CommonMapping.toCore(it.getPosition()), it.getIndex(), at);
      case TryEntered it ->
          new WorkflowEvent.TryEntered(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getInput()),
              it.getDeadline(),
              it.getAttemptDeadline(),
              at);
      case StageRequested it ->
          new WorkflowEvent.StageRequested(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getInput()),
              new StageName(it.getStage()),
              it.getFunction(),
              decode(it.getArguments()),
              it.getIdempotencyKey(),
              it.getDeadline(),
              at);
      case StageRetryScheduled it ->
          new WorkflowEvent.StageRetryScheduled(
              CommonMapping.toCore(it.getPosition()),
              it.getAttempt(),
              CommonMapping.toCore(it.getError()),
              it.getDueAt(),
              at);
      case StageRetried it ->
          new WorkflowEvent.StageRetried(
              CommonMapping.toCore(it.getPosition()), it.getAttempt(), at);
      case WaitStarted it ->
          new WorkflowEvent.WaitStarted(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getInput()),
              it.getUntil(),
              it.getDeadline(),
              at);
      case TaskCompleted it ->
          new WorkflowEvent.TaskCompleted(
              CommonMapping.toCore(it.getPosition()),
              decodeNullable(it.getOutput()),
              decodeNullable(it.getContext()),
              it.getNext(),
              at);
      case TaskFailed it ->
          new WorkflowEvent.TaskFailed(
              CommonMapping.toCore(it.getPosition()), CommonMapping.toCore(it.getError()), at);
      case ErrorCaught it ->
          new WorkflowEvent.ErrorCaught(
              CommonMapping.toCore(it.getPosition()), CommonMapping.toCore(it.getError()), at);
      case RetryScheduled it ->
          new WorkflowEvent.RetryScheduled(
              CommonMapping.toCore(it.getPosition()),
              it.getAttempt(),
              CommonMapping.toCore(it.getError()),
              it.getDueAt(),
              at);
      case TryRetried it ->
          new WorkflowEvent.TryRetried(
              CommonMapping.toCore(it.getPosition()), it.getAttempt(), it.getAttemptDeadline(), at);
      case WorkflowFinished it ->
          new WorkflowEvent.WorkflowFinished(CommonMapping.toOutcome(it.getOutcome()), at);
      case ForkEntered it -> BranchMapping.toCore(it, at);
      case BranchStarted it -> BranchMapping.toCore(it, at);
      case BranchCompleted it -> BranchMapping.toCore(it, at);
      case BranchFailed it -> BranchMapping.toCore(it, at);
      case ListenStarted it -> ListenMapping.toCore(it, at);
      case EventConsumed it -> ListenMapping.toCore(it, at);
      case EventHandlingStarted it -> ListenMapping.toCore(it, at);
      case EventHandled it -> ListenMapping.toCore(it, at);
      case SignalReceived it -> new WorkflowEvent.SignalReceived(it.getName(), it.getId(), at);
      case SignalBuffered it -> ListenMapping.toCore(it, at);
      case ChildStarted it -> ChildMapping.toCore(it, at);
      case CompensationRegistered it -> SagaMapping.toCore(it, at);
      case CompensationStarted it -> SagaMapping.toCore(it, at);
      case CompensationStepStarted it -> SagaMapping.toCore(it, at);
      case CompensationByChildRequested it -> SagaMapping.toCore(it, at);
      case CompensationStepSettled it -> SagaMapping.toCore(it, at);
      case CompensationRetryScheduled it -> SagaMapping.toCore(it, at);
      case CompensationStuck it -> SagaMapping.toCore(it, at);
      case CompensationEnded it -> SagaMapping.toCore(it, at);
      case EndingStarted it -> SagaMapping.toCore(it, at);
      case CleanupStarted it -> SagaMapping.toCore(it, at);
      case UndoRequested it -> SagaMapping.toCore(it, at);
      case Suspended it -> new WorkflowEvent.Suspended(it.getReason(), at);
      case Resumed _ -> new WorkflowEvent.Resumed(at);
      case PermitRequested it -> new WorkflowEvent.PermitRequested(it.getGate(), at);
      case PermitGranted it -> new WorkflowEvent.PermitGranted(it.getGate(), at);
      case Released _ -> new WorkflowEvent.Released(at);
      default -> throw CommonMapping.unexpected(event);
    };
  }
}
