package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transition under way: the state so far, the facts that brought it there, and the branch that
 * is looked at.
 */
final class Transition {
  private final Plan plan;
  private final WorkflowState before;
  private final Instant now;
  private final Limits limits;
  private final List<WorkflowEvent> events = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private final Set<InstanceId> childrenEnded = new HashSet<>();
  private WorkflowState state;
  private int focus = Branch.ROOT;
  private @Nullable Path path;
  private int steps;
  private long bytes;

  Transition(Plan plan, WorkflowState state, Instant now, Limits limits) {
    this.plan = plan;
    this.before = state;
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

  boolean isStarted() {
    return !(state instanceof WorkflowState.NotStarted);
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

  /** Looks at this branch from now on. */
  void focus(int branch) {
    focus = branch;
    path = null;
  }

  /**
   * The tasks around the point that is looked at.
   *
   * @throws IllegalStateException if the branch is no longer under way
   */
  Path path() {
    if (path == null) {
      path = Path.to(running(), focus);
    }
    return path;
  }

  void record(WorkflowEvent event) {
    events.add(event);
    state = Workflow.evolve(state, event);
    path = null;
  }

  /** Counts a value toward the size of this transition. */
  JsonNode weigh(JsonNode value) {
    bytes += JsonWeight.of(value, limits.bytesPerTransitionMax());
    return value;
  }

  void dispatch(StageRequest request) {
    effects.add(new Effect.Dispatch(request));
  }

  void tell(WorkflowCommand command) {
    effects.add(new Effect.Tell(command));
  }

  void effect(Effect effect) {
    effects.add(effect);
  }

  /** The run has ended by itself; nobody has to cancel it. */
  void childEnded(InstanceId child) {
    childrenEnded.add(child);
  }

  /** How the instance stands to the outside from now on, although it may not have ended. */
  void publish(Outcome outcome) {
    var run = running().run();
    effects.add(
        new Effect.Publish(
            new InstanceOutcome(
                run.instanceId(), run.definition(), outcome, run.startedAt(), now)));
  }

  void finish(Outcome outcome) {
    var honest = Ends.honest(outcome, running().undo());
    publish(honest);
    Ends.farewells(running(), honest).forEach(effects::add);
    record(new WorkflowEvent.WorkflowFinished(honest, now));
  }

  /** Whether the bounds of a transition leave room for another task. */
  boolean hasRoom() {
    return steps++ < limits.stepsPerTransitionMax() && bytes < limits.bytesPerTransitionMax();
  }

  void comeBack() {
    effects.add(new Effect.ComeBack(running().instanceId()));
  }

  Accepted accepted() {
    effects.addAll(Aftermath.of(before, events, state, childrenEnded));
    return new Accepted(events, effects, state);
  }
}
