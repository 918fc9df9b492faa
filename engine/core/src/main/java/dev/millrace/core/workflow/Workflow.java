package dev.millrace.core.workflow;

import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rules of one instance. Both functions are pure: equal arguments give equal answers. */
public final class Workflow {
  private Workflow() {}

  /**
   * Which facts follow from this command?
   *
   * <p>Goes on from task to task until the instance waits for a stage, for time, or for its next
   * transition, or has ended.
   *
   * @param plan the one the instance is pinned to; for a {@link Start}, the one to pin it to
   * @param now the record's timestamp, or the instant a timer was due
   */
  public static Decision decide(
      Plan plan, WorkflowState state, WorkflowCommand command, Instant now, Limits limits) {
    return switch (command) {
      case Start start -> start(plan, state, start, now, limits);
      case CompleteStage complete -> complete(plan, state, complete, now, limits);
      case Cancel cancel -> cancel(plan, state, cancel, now, limits);
      case FireTimers _ -> fire(plan, state, now, limits);
      case Continue _ -> goOn(plan, state, now, limits);
    };
  }

  /** The state after this fact. Decides nothing, so replay gives the same state for ever. */
  public static WorkflowState evolve(WorkflowState state, WorkflowEvent event) {
    return Evolution.evolve(state, event);
  }

  private static Decision start(
      Plan plan, WorkflowState state, Start start, Instant now, Limits limits) {
    var requestHash = Requests.hash(start);
    return switch (state) {
      case NotStarted _ -> {
        var transition = new Transition(plan, state, now, limits);
        new Interpreter(transition).begin(start, requestHash);
        yield transition.accepted();
      }
      case Running running -> repeated(start, requestHash, running.requestHash());
      case Finished finished -> repeated(start, requestHash, finished.requestHash());
    };
  }

  private static Rejected repeated(Start start, String requestHash, String knownHash) {
    return requestHash.equals(knownHash)
        ? new Rejected(Reason.DUPLICATE, "instance " + start.instanceId() + " has been started")
        : new Rejected(
            Reason.CONFLICT,
            "instance id "
                + start.instanceId()
                + " is taken by a run with another workflow or input");
  }

  private static Decision complete(
      Plan plan, WorkflowState state, CompleteStage answer, Instant now, Limits limits) {
    return switch (state) {
      case NotStarted _, Finished _ -> stale("no task waits for " + answer.position());
      case Running running -> {
        var awaited = awaited(running, answer);
        if (awaited == null) {
          yield stale(answer.position() + " does not wait for attempt " + answer.attempt());
        }
        var transition = new Transition(plan, running, now, limits);
        new Interpreter(transition).answered(awaited, answer.answer());
        yield transition.accepted();
      }
    };
  }

  private static Frame.@Nullable Call awaited(Running running, CompleteStage answer) {
    return running.innermost() instanceof Frame.Call call
            && call.retryAt() == null
            && call.attempt() == answer.attempt()
            && call.entry().pointer().equals(answer.position().pointer())
            && running.iteration(running.frames().size() - 1).equals(answer.position().iteration())
        ? call
        : null;
  }

  private static Decision cancel(
      Plan plan, WorkflowState state, Cancel cancel, Instant now, Limits limits) {
    return switch (state) {
      case NotStarted _ ->
          new Rejected(Reason.UNKNOWN_INSTANCE, "there is no instance " + cancel.instanceId());
      case Finished _ -> stale("instance " + cancel.instanceId() + " has ended");
      case Running running -> {
        var transition = new Transition(plan, running, now, limits);
        transition.finish(new Outcome.Cancelled(cancel.reason()));
        yield transition.accepted();
      }
    };
  }

  private static Decision fire(Plan plan, WorkflowState state, Instant now, Limits limits) {
    var due = Deadlines.next(state);
    if (due == null || due.isAfter(now) || !(state instanceof Running running)) {
      return stale("nothing is due at " + now);
    }
    var transition = new Transition(plan, running, now, limits);
    new Interpreter(transition).timeHasCome();
    return transition.accepted();
  }

  private static Decision goOn(Plan plan, WorkflowState state, Instant now, Limits limits) {
    if (!(state instanceof Running running) || !running.isRunnable()) {
      return stale("the instance has nothing to go on with");
    }
    var transition = new Transition(plan, running, now, limits);
    new Interpreter(transition).advance();
    return transition.accepted();
  }

  private static Rejected stale(String detail) {
    return new Rejected(Reason.STALE, detail);
  }

  /** For tests and replay: the fold over many events. */
  public static WorkflowState replay(WorkflowState state, Iterable<WorkflowEvent> events) {
    var folded = state;
    for (var event : events) {
      folded = evolve(folded, event);
    }
    return folded;
  }
}
