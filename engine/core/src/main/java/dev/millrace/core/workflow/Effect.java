package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
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
}
