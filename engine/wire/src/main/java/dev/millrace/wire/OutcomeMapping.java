package dev.millrace.wire;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.InstanceOutcome;

final class OutcomeMapping
    implements Mapping<InstanceOutcome, dev.millrace.schema.v1.InstanceOutcome> {

  @Override
  public dev.millrace.schema.v1.InstanceOutcome toAvro(InstanceOutcome outcome) {
    return new dev.millrace.schema.v1.InstanceOutcome(
        outcome.instanceId().value(),
        CommonMapping.toAvro(outcome.definition()),
        CommonMapping.toAvro(outcome.outcome()),
        CommonMapping.time(outcome.startedAt()),
        CommonMapping.time(outcome.finishedAt()));
  }

  @Override
  public InstanceOutcome toCore(dev.millrace.schema.v1.InstanceOutcome written) {
    return new InstanceOutcome(
        new InstanceId(written.getInstanceId()),
        CommonMapping.toCore(written.getDefinition()),
        CommonMapping.toOutcome(written.getOutcome()),
        written.getStartedAt(),
        written.getFinishedAt());
  }
}
