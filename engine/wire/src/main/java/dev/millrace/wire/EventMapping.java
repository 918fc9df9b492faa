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
import dev.millrace.schema.v1.ErrorCaught;
import dev.millrace.schema.v1.IterationStarted;
import dev.millrace.schema.v1.LoopEntered;
import dev.millrace.schema.v1.RetryScheduled;
import dev.millrace.schema.v1.ScopeEntered;
import dev.millrace.schema.v1.StageRequested;
import dev.millrace.schema.v1.StageRetried;
import dev.millrace.schema.v1.StageRetryScheduled;
import dev.millrace.schema.v1.TaskCompleted;
import dev.millrace.schema.v1.TaskFailed;
import dev.millrace.schema.v1.TaskSkipped;
import dev.millrace.schema.v1.TryEntered;
import dev.millrace.schema.v1.TryRetried;
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
              timeNullable(it.deadline()));
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
      default -> throw CommonMapping.unexpected(event);
    };
  }
}
