package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.ReturnEvent;
import dev.millrace.core.coordination.CoordinationCommand.ScheduledRunEnded;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import dev.millrace.core.workflow.WorkflowCommand.ReleaseChild;
import dev.millrace.core.workflow.WorkflowCommand.Resume;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import dev.millrace.core.workflow.WorkflowCommand.Signal;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.Suspend;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one instance. Both functions are pure: equal arguments give equal answers. */
public final class Workflow {
  private Workflow() {}

  /**
   * Which facts follow from this command?
   *
   * <p>Goes on from task to task until the instance waits for a stage, for time, for an event or
   * for its next transition, or has ended.
   *
   * @param plan the one the instance is pinned to; for a {@link Start}, the one to pin it to
   * @param now the record's timestamp, or the instant a timer was due
   */
  public static Decision decide(
      Plan plan, WorkflowState state, WorkflowCommand command, Instant now, Limits limits) {
    return switch (command) {
      case Start start -> start(plan, state, start, now, limits);
      case UndoChild undo -> undo(plan, state, undo, now, limits);
      case ReleaseChild _ -> release(plan, state, now, limits);
      case CompleteStage _,
          Cancel _,
          FireTimers _,
          Continue _,
          DeliverEvent _,
          Signal _,
          Suspend _,
          Resume _,
          ChildEnded _,
          SettleCompensation _,
          GrantPermit _,
          RefusePermit _ ->
          switch (state) {
            case Running running -> new Live(plan, running, now, limits).decide(command);
            case NotStarted _ -> absent(command);
            case Finished _ -> ended(command);
          };
    };
  }

  /** The state after this fact. Decides nothing, so replay gives the same state for ever. */
  public static WorkflowState evolve(WorkflowState state, WorkflowEvent event) {
    return Evolution.evolve(state, event);
  }

  /** For tests and replay: the fold over many events. */
  public static WorkflowState replay(WorkflowState state, Iterable<WorkflowEvent> events) {
    var folded = state;
    for (var event : events) {
      folded = evolve(folded, event);
    }
    return folded;
  }

  // The beginning.

  private static Decision start(
      Plan plan, WorkflowState state, Start start, Instant now, Limits limits) {
    var requestHash = Requests.hash(start);
    return switch (state) {
      case NotStarted _ -> {
        var transition = new Transition(plan, state, now, limits);
        new Interpreter(transition).begin(start, requestHash);
        yield transition.accepted();
      }
      case Running running -> repeated(start, requestHash, running.run().requestHash(), true);
      case Finished finished -> repeated(start, requestHash, finished.requestHash(), false);
    };
  }

  private static Rejected repeated(
      Start start, String requestHash, String knownHash, boolean isUnderWay) {
    var id = start.instanceId();
    if (requestHash.equals(knownHash)) {
      var detail = "instance " + id + " has been started";
      var willTell = isUnderWay && start.origin() instanceof Origin.BySchedule;
      var refusal = willTell ? List.<Effect>of() : refusal(start, detail);
      return new Rejected(Reason.DUPLICATE, detail, refusal);
    }
    var detail = "instance id " + id + " is taken by a run with another workflow or input";
    return new Rejected(Reason.CONFLICT, detail, refusal(start, detail));
  }

  /** What whoever started a run that cannot begin has to be told; nothing for a submission. */
  public static List<Effect> refusal(Start start, String detail) {
    return switch (start.origin()) {
      case Origin.Submitted _ -> List.of();
      case Origin.ByParent by ->
          by.isAwaited() ? List.of(childRefused(start, by, detail)) : List.of();
      case Origin.BySchedule(var schedule) ->
          List.of(
              new Effect.Coordinate(
                  new ScheduledRunEnded(
                      schedule, start.instanceId(), ScheduledRunEnded.NOT_STARTED)));
    };
  }

  private static Effect childRefused(Start start, Origin.ByParent by, String detail) {
    var failed = new Outcome.Failed(Kind.CONFIGURATION.error(detail));
    return new Effect.Tell(
        new ChildEnded(by.parent(), by.position(), start.instanceId(), failed, false));
  }

  // What comes before the beginning or after the end.

  private static Rejected absent(WorkflowCommand command) {
    var id = command.instanceId();
    return switch (command) {
      case Cancel _, Signal _, Suspend _, Resume _, SettleCompensation _ ->
          new Rejected(Reason.UNKNOWN_INSTANCE, "there is no instance " + id);
      case DeliverEvent event -> stale("no task waits for the event", returned(event));
      case Start _,
          CompleteStage _,
          FireTimers _,
          Continue _,
          ChildEnded _,
          UndoChild _,
          ReleaseChild _,
          GrantPermit _,
          RefusePermit _ ->
          stale("there is no instance " + id);
    };
  }

  private static Rejected ended(WorkflowCommand command) {
    var detail = "instance " + command.instanceId() + " has ended";
    return command instanceof DeliverEvent event ? stale(detail, returned(event)) : stale(detail);
  }

  private static Decision undo(
      Plan plan, WorkflowState state, UndoChild undo, Instant now, Limits limits) {
    if (!(state instanceof Finished finished) || finished.undoable() == null) {
      var detail = "instance " + undo.instanceId() + " has nothing it could undo";
      var failed = new Outcome.Failed(Kind.RUNTIME.error(detail));
      var by = undo.by();
      return stale(
          detail,
          List.of(
              new Effect.Tell(
                  new ChildEnded(by.parent(), by.position(), undo.instanceId(), failed, false))));
    }
    var transition = new Transition(plan, state, now, limits);
    new Interpreter(transition).undoAll(undo.by());
    return transition.accepted();
  }

  private static Decision release(Plan plan, WorkflowState state, Instant now, Limits limits) {
    if (!(state instanceof Finished finished) || finished.undoable() == null) {
      return stale("nothing is kept for a parent");
    }
    var transition = new Transition(plan, state, now, limits);
    var effects = new ArrayList<Effect>();
    Ends.releaseChildren(finished.undoable().undo(), effects);
    effects.forEach(transition::effect);
    transition.record(new WorkflowEvent.Released(now));
    return transition.accepted();
  }

  private static List<Effect> returned(DeliverEvent event) {
    return event.channel().isEmpty()
        ? List.of()
        : List.of(new Effect.Coordinate(new ReturnEvent(event.channel(), event.event())));
  }

  private static Rejected stale(String detail) {
    return stale(detail, List.of());
  }

  private static Rejected stale(String detail, List<Effect> effects) {
    return new Rejected(Reason.STALE, detail, effects);
  }

  /** Commands to an instance that is under way. */
  private record Live(Plan plan, Running running, Instant now, Limits limits) {

    Decision decide(WorkflowCommand command) {
      return switch (command) {
        case CompleteStage answer -> complete(answer);
        case Cancel cancel -> cancel(cancel);
        case FireTimers _ -> fire();
        case Continue _ -> goOn();
        case DeliverEvent event -> deliver(event);
        case Signal signal -> signal(signal);
        case Suspend suspend -> suspend(suspend);
        case Resume _ -> resume();
        case ChildEnded ended -> childEnded(ended);
        case SettleCompensation ruling -> settle(ruling);
        case GrantPermit granted -> granted(granted);
        case RefusePermit refused -> refused(refused);
        case Start _, UndoChild _, ReleaseChild _ -> throw new IllegalStateException();
      };
    }

    private Transition transition() {
      return new Transition(plan, running, now, limits);
    }

    private Decision complete(CompleteStage answer) {
      if (!(at(answer.position()) instanceof Frame.Call call)
          || call.retryAt() != null
          || call.attempt() != answer.attempt()) {
        return stale(answer.position() + " does not wait for attempt " + answer.attempt());
      }
      var transition = transition();
      new Interpreter(transition).answered(answer.position().branch(), call, answer.answer());
      return transition.accepted();
    }

    /** The innermost task of a branch, if it is the one at that position. */
    private @Nullable Frame at(TaskPosition position) {
      if (!running.has(position.branch())) {
        return null;
      }
      var path = Path.to(running, position.branch());
      var frame = path.innermost();
      return frame != null
              && frame.entry().pointer().equals(position.pointer())
              && path.iteration(path.frames().size() - 1).equals(position.iteration())
          ? frame
          : null;
    }

    private Decision cancel(Cancel cancel) {
      if (running.ending() != null) {
        return stale("instance " + cancel.instanceId() + " is coming to its end");
      }
      var transition = transition();
      new Interpreter(transition).abort(new Outcome.Cancelled(cancel.reason()));
      return transition.accepted();
    }

    private Decision fire() {
      var due = Deadlines.next(running);
      if (due == null || due.isAfter(now)) {
        return stale("nothing is due at " + now);
      }
      var transition = transition();
      new Interpreter(transition).timeHasCome();
      return transition.accepted();
    }

    private Decision goOn() {
      if (!running.isRunnable()) {
        return stale("the instance has nothing to go on with");
      }
      var transition = transition();
      new Interpreter(transition).advance();
      return transition.accepted();
    }

    private Decision deliver(DeliverEvent event) {
      var listen = listenAt(event.position());
      if (listen == null || listen.isOver()) {
        return stale(event.position() + " does not listen", returned(event));
      }
      var transition = transition();
      var taken =
          new Interpreter(transition)
              .delivered(event.position().branch(), listen, event.filter(), event.event());
      return taken
          ? transition.accepted()
          : stale(event.position() + " does not wait for this event", List.of());
    }

    /** It may be handling an event, and so not be the innermost task. */
    private Frame.@Nullable Listen listenAt(TaskPosition position) {
      if (!running.has(position.branch())) {
        return null;
      }
      var path = Path.to(running, position.branch());
      var depth = path.depthOutside(position.pointer());
      return depth < path.frames().size()
              && path.frames().get(depth) instanceof Frame.Listen listen
              && path.iteration(depth).equals(position.iteration())
          ? listen
          : null;
    }

    private Decision signal(Signal signal) {
      var isKnown =
          plan.tasks().values().stream()
              .anyMatch(task ->
                  task instanceof TaskPlan.Listen listen && signal.name().equals(listen.signal()));
      if (!isKnown) {
        return new Rejected(
            Reason.UNKNOWN_INSTANCE,
            "workflow " + running.run().definition() + " has no signal '" + signal.name() + "'");
      }
      if (running.signals().size() >= limits.signalsMax()) {
        return new Rejected(
            Reason.FULL, "more than signalsMax = " + limits.signalsMax() + " signals wait");
      }
      if (running.signals().stream()
          .anyMatch(it -> it.event().path("id").asText().equals(signal.id()))) {
        return stale("signal " + signal.id() + " waits already");
      }
      var transition = transition();
      var event =
          CloudEvents.ofSignal(signal.name(), signal.id(), signal.data(), running.run(), now);
      new Interpreter(transition).signalled(signal.name(), event);
      return transition.accepted();
    }

    private Decision suspend(Suspend suspend) {
      if (running.suspendedAt() != null) {
        return stale("instance " + suspend.instanceId() + " is suspended");
      }
      var transition = transition();
      transition.record(new WorkflowEvent.Suspended(suspend.reason(), now));
      return transition.accepted();
    }

    private Decision resume() {
      if (running.suspendedAt() == null) {
        return stale("instance " + running.instanceId() + " is not suspended");
      }
      var transition = transition();
      transition.record(new WorkflowEvent.Resumed(now));
      new Interpreter(transition).advance();
      return transition.accepted();
    }

    private Decision childEnded(ChildEnded ended) {
      var branch = ended.position().branch();
      var transition = transition();
      var interpreter = new Interpreter(transition);
      switch (at(ended.position())) {
        case Frame.Child child when child.child().equals(ended.child()) ->
            interpreter.childEnded(branch, child, ended.outcome(), ended.isUndoable());
        case Frame.Compensation it when isWith(it, ended.child()) ->
            interpreter.childUndone(branch, it, ended.child(), ended.outcome());
        case null, default -> {
          return stale(ended.position() + " does not wait for " + ended.child(), released(ended));
        }
      }
      return transition.accepted();
    }

    private static boolean isWith(Frame.Compensation it, InstanceId child) {
      return it.phase() instanceof Frame.Step.WithChild(var awaited) && awaited.equals(child);
    }

    private static List<Effect> released(ChildEnded ended) {
      return ended.isUndoable()
          ? List.of(new Effect.Tell(new ReleaseChild(ended.child())))
          : List.of();
    }

    private Decision settle(SettleCompensation ruling) {
      for (var branch : running.branches()) {
        for (var frame : branch.frames()) {
          if (frame instanceof Frame.Compensation it && it.phase() instanceof Frame.Step.Stuck) {
            var transition = transition();
            new Interpreter(transition)
                .ruled(branch.number(), it, ruling.ruling(), ruling.reason());
            return transition.accepted();
          }
        }
      }
      return stale("no compensation of " + ruling.instanceId() + " waits for a decision");
    }

    private Decision granted(GrantPermit granted) {
      if (!isAskedFor(granted.gate())) {
        return stale("the instance does not wait at gate " + granted.gate());
      }
      var transition = transition();
      transition.record(new WorkflowEvent.PermitGranted(granted.gate(), now));
      new Interpreter(transition).advance();
      return transition.accepted();
    }

    private Decision refused(RefusePermit refused) {
      if (!isAskedFor(refused.gate())) {
        return stale("the instance does not wait at gate " + refused.gate());
      }
      var transition = transition();
      transition.finish(new Outcome.Failed(Errors.full(refused.detail())));
      return transition.accepted();
    }

    private boolean isAskedFor(String gate) {
      var permit = running.permit();
      return permit != null && !permit.isGranted() && permit.gate().equals(gate);
    }
  }
}
