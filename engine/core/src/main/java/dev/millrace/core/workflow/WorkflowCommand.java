package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;

/** A wish about one instance. */
public sealed interface WorkflowCommand {
  InstanceId instanceId();

  /** Begin a run. Sent again with the same content it changes nothing. */
  record Start(InstanceId instanceId, DefinitionRef workflow, JsonNode input)
      implements WorkflowCommand {}

  /** A stage's answer to the attempt the instance waits for. Any other is stale. */
  record CompleteStage(
      InstanceId instanceId, TaskPosition position, int attempt, StageAnswer answer)
      implements WorkflowCommand {}

  record Cancel(InstanceId instanceId, String reason) implements WorkflowCommand {}

  /** A deadline, pause or back-off of the instance has passed. Made by the timer store. */
  record FireTimers(InstanceId instanceId) implements WorkflowCommand {}

  /** Go on where a transition stopped because it reached its bound of steps. */
  record Continue(InstanceId instanceId) implements WorkflowCommand {}
}
