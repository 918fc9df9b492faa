package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One transition under way: the state so far, and the facts that brought it there. */
final class Transition {
  private final Plan plan;
  private final Instant now;
  private final Limits limits;
  private final List<WorkflowEvent> events = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private WorkflowState state;
  private int steps;
  private long bytes;

  Transition(Plan plan, WorkflowState state, Instant now, Limits limits) {
    this.plan = plan;
    this.state = state;
    this.now = now;
    this.limits = limits;
  }

  Plan plan() {
    return plan;
  }

  Instant now() {
    return now;
  }

  Limits limits() {
    return limits;
  }

  boolean isRunning() {
    return state instanceof Running;
  }

  /**
   * @throws IllegalStateException if the instance has ended
   */
  Running running() {
    if (state instanceof Running running) {
      return running;
    }
    throw new IllegalStateException("the instance is not running: " + state);
  }

  void record(WorkflowEvent event) {
    events.add(event);
    state = Workflow.evolve(state, event);
  }

  /** Counts a value toward the size of this transition. */
  JsonNode weigh(JsonNode value) {
    bytes += JsonWeight.of(value, limits.bytesPerTransitionMax());
    return value;
  }

  void dispatch(StageRequest request) {
    effects.add(new Effect.Dispatch(request));
  }

  void finish(Outcome outcome) {
    var running = running();
    record(new WorkflowEvent.WorkflowFinished(outcome, now));
    effects.add(
        new Effect.Publish(
            new InstanceOutcome(
                running.instanceId(), running.definition(), outcome, running.startedAt(), now)));
  }

  /** Whether the bounds of a transition leave room for another task. */
  boolean hasRoom() {
    return steps++ < limits.stepsPerTransitionMax() && bytes < limits.bytesPerTransitionMax();
  }

  void comeBack() {
    effects.add(new Effect.ComeBack(running().instanceId()));
  }

  Accepted accepted() {
    return new Accepted(events, effects, state);
  }
}
