package dev.millrace.topology;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One instance in memory: its state, and what the stores hold of it. Confined to its task. */
final class Instance {
  private final InstanceId id;
  private WorkflowState state;
  private long nextSequence;
  private @Nullable Instant armedFor;

  Instance(InstanceId id, WorkflowState state, long nextSequence) {
    this.id = id;
    this.state = state;
    this.nextSequence = nextSequence;
  }

  InstanceId id() {
    return id;
  }

  WorkflowState state() {
    return state;
  }

  /** The sequence its next journal entry gets: the number of entries it has. */
  long nextSequence() {
    return nextSequence;
  }

  void advance(WorkflowState newState) {
    state = newState;
    nextSequence++;
  }

  /** A timer known to be in the store; null when there is none or, after a cold load, unknown. */
  @Nullable Instant armedFor() {
    return armedFor;
  }

  void armedFor(@Nullable Instant due) {
    armedFor = due;
  }
}
