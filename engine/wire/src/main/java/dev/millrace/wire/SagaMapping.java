package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.time;
import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.JsonBytes.decodeNullable;
import static dev.millrace.wire.JsonBytes.encodeNullable;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowEvent;
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
import dev.millrace.schema.v1.UndoRequested;
import java.time.Instant;

/** The events of undoing, and of an end before its time. */
final class SagaMapping {
  private SagaMapping() {}

  static CompensationRegistered toAvro(WorkflowEvent.CompensationRegistered it) {
    return new CompensationRegistered(UndoMapping.toAvro(it.undo()));
  }

  static WorkflowEvent.CompensationRegistered toCore(CompensationRegistered it, Instant at) {
    return new WorkflowEvent.CompensationRegistered(UndoMapping.toCore(it.getUndo()), at);
  }

  static CompensationStarted toAvro(WorkflowEvent.CompensationStarted it) {
    return new CompensationStarted(
        CommonMapping.toAvro(it.position()),
        encodeNullable(it.input()),
        it.steps(),
        UndoMapping.error(it.afterwards()),
        timeNullable(it.deadline()),
        UndoMapping.output(it.afterwards()),
        UndoMapping.endsWorkflow(it.afterwards()));
  }

  static WorkflowEvent.CompensationStarted toCore(CompensationStarted it, Instant at) {
    return new WorkflowEvent.CompensationStarted(
        CommonMapping.toCore(it.getPosition()),
        decodeNullable(it.getInput()),
        it.getSteps(),
        UndoMapping.afterwards(it.getAbortedBy(), it.getOutput(), it.getEndsWorkflow()),
        it.getDeadline(),
        at);
  }

  static CompensationStepStarted toAvro(WorkflowEvent.CompensationStepStarted it) {
    return new CompensationStepStarted(
        CommonMapping.toAvro(it.position()), it.step(), it.attempt());
  }

  static WorkflowEvent.CompensationStepStarted toCore(CompensationStepStarted it, Instant at) {
    return new WorkflowEvent.CompensationStepStarted(
        CommonMapping.toCore(it.getPosition()), it.getStep(), it.getAttempt(), at);
  }

  static CompensationByChildRequested toAvro(WorkflowEvent.CompensationByChildRequested it) {
    return new CompensationByChildRequested(
        CommonMapping.toAvro(it.position()), it.step(), it.child().value());
  }

  static WorkflowEvent.CompensationByChildRequested toCore(
      CompensationByChildRequested it, Instant at) {
    return new WorkflowEvent.CompensationByChildRequested(
        CommonMapping.toCore(it.getPosition()), it.getStep(), new InstanceId(it.getChild()), at);
  }

  static CompensationStepSettled toAvro(WorkflowEvent.CompensationStepSettled it) {
    return new CompensationStepSettled(
        CommonMapping.toAvro(it.position()),
        it.step(),
        UndoMapping.toAvro(it.settlement()),
        it.detail());
  }

  static WorkflowEvent.CompensationStepSettled toCore(CompensationStepSettled it, Instant at) {
    return new WorkflowEvent.CompensationStepSettled(
        CommonMapping.toCore(it.getPosition()),
        it.getStep(),
        UndoMapping.toCore(it.getSettlement()),
        it.getDetail(),
        at);
  }

  static CompensationRetryScheduled toAvro(WorkflowEvent.CompensationRetryScheduled it) {
    return new CompensationRetryScheduled(
        CommonMapping.toAvro(it.position()),
        it.step(),
        it.attempt(),
        CommonMapping.toAvro(it.error()),
        time(it.dueAt()));
  }

  static WorkflowEvent.CompensationRetryScheduled toCore(
      CompensationRetryScheduled it, Instant at) {
    return new WorkflowEvent.CompensationRetryScheduled(
        CommonMapping.toCore(it.getPosition()),
        it.getStep(),
        it.getAttempt(),
        CommonMapping.toCore(it.getError()),
        it.getDueAt(),
        at);
  }

  static CompensationStuck toAvro(WorkflowEvent.CompensationStuck it) {
    return new CompensationStuck(
        CommonMapping.toAvro(it.position()), it.step(), CommonMapping.toAvro(it.error()));
  }

  static WorkflowEvent.CompensationStuck toCore(CompensationStuck it, Instant at) {
    return new WorkflowEvent.CompensationStuck(
        CommonMapping.toCore(it.getPosition()),
        it.getStep(),
        CommonMapping.toCore(it.getError()),
        at);
  }

  static CompensationEnded toAvro(WorkflowEvent.CompensationEnded it) {
    return new CompensationEnded(CommonMapping.toAvro(it.position()));
  }

  static WorkflowEvent.CompensationEnded toCore(CompensationEnded it, Instant at) {
    return new WorkflowEvent.CompensationEnded(CommonMapping.toCore(it.getPosition()), at);
  }

  static EndingStarted toAvro(WorkflowEvent.EndingStarted it) {
    return new EndingStarted(UndoMapping.toAvro(it.cause()), it.undo(), it.cleanups());
  }

  static WorkflowEvent.EndingStarted toCore(EndingStarted it, Instant at) {
    return new WorkflowEvent.EndingStarted(
        UndoMapping.toAborted(it.getCause()), it.getUndo(), it.getCleanups(), at);
  }

  static CleanupStarted toAvro(WorkflowEvent.CleanupStarted it) {
    return new CleanupStarted(it.current());
  }

  static WorkflowEvent.CleanupStarted toCore(CleanupStarted it, Instant at) {
    return new WorkflowEvent.CleanupStarted(it.getCurrent(), at);
  }

  static UndoRequested toAvro(WorkflowEvent.UndoRequested it) {
    return new UndoRequested(OriginMapping.toAvro(it.by()));
  }

  static WorkflowEvent.UndoRequested toCore(UndoRequested it, Instant at) {
    return new WorkflowEvent.UndoRequested(OriginMapping.toCore(it.getBy()), at);
  }
}
