package dev.millrace.core.stage;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;

/** A stage's answer to one {@link StageRequest}, on its way back to the instance. */
public record StageResult(
    InstanceId instanceId, TaskPosition position, int attempt, StageAnswer answer) {

  public static StageResult of(StageRequest request, StageAnswer answer) {
    return new StageResult(request.instanceId(), request.position(), request.attempt(), answer);
  }
}
