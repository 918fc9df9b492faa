package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.stage.StageRequest;

/** Something the shell carries out in the transaction that journals the events. */
public sealed interface Effect {

  /** Put the request into the outbox: the topic of its stage. */
  record Dispatch(StageRequest request) implements Effect {}

  record Publish(InstanceOutcome outcome) implements Effect {}

  /**
   * Come back with {@link WorkflowCommand.Continue}: there is more to do than one transition may.
   */
  record ComeBack(InstanceId instanceId) implements Effect {}

  /** Tell another instance. */
  record Tell(WorkflowCommand command) implements Effect {}

  /**
   * Put an event where everybody can see it.
   *
   * @param event a CloudEvent
   */
  record Emit(JsonNode event) implements Effect {}

  /** Tell what is shared between instances: channels of events, gates, schedules. */
  record Coordinate(CoordinationCommand command) implements Effect {}
}
