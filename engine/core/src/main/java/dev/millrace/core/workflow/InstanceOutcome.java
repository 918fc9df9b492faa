package dev.millrace.core.workflow;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import java.time.Instant;

/** What {@code <namespace>.outcomes} says of an instance that has ended. */
public record InstanceOutcome(
    InstanceId instanceId,
    DefinitionId definition,
    Outcome outcome,
    Instant startedAt,
    Instant finishedAt) {}
