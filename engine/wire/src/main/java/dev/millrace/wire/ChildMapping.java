package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.JsonBytes.decode;
import static dev.millrace.wire.JsonBytes.decodeNullable;
import static dev.millrace.wire.JsonBytes.encode;
import static dev.millrace.wire.JsonBytes.encodeNullable;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.schema.v1.ChildEnded;
import dev.millrace.schema.v1.ChildStarted;
import java.time.Instant;

/** Runs that another instance started. */
final class ChildMapping {
  private ChildMapping() {}

  static ChildStarted toAvro(WorkflowEvent.ChildStarted it) {
    return new ChildStarted(
        CommonMapping.toAvro(it.position()),
        encodeNullable(it.input()),
        it.child().value(),
        it.workflow().toString(),
        encode(it.childInput()),
        it.isAwaited(),
        it.isCancelledWithParent(),
        timeNullable(it.deadline()));
  }

  static WorkflowEvent.ChildStarted toCore(ChildStarted it, Instant at) {
    return new WorkflowEvent.ChildStarted(
        CommonMapping.toCore(it.getPosition()),
        decodeNullable(it.getInput()),
        new InstanceId(it.getChild()),
        DefinitionRef.parse(it.getWorkflow()),
        decode(it.getChildInput()),
        it.getIsAwaited(),
        it.getIsCancelledWithParent(),
        it.getDeadline(),
        at);
  }

  static ChildEnded toAvro(WorkflowCommand.ChildEnded it) {
    return new ChildEnded(
        CommonMapping.toAvro(it.position()),
        it.child().value(),
        CommonMapping.toAvro(it.outcome()),
        it.isUndoable());
  }

  static WorkflowCommand.ChildEnded toCore(ChildEnded it, InstanceId id) {
    return new WorkflowCommand.ChildEnded(
        id,
        CommonMapping.toCore(it.getPosition()),
        new InstanceId(it.getChild()),
        CommonMapping.toOutcome(it.getOutcome()),
        it.getIsUndoable());
  }
}
