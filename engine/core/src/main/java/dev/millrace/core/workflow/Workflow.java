package dev.millrace.core.workflow;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.ReturnEvent;
import dev.millrace.core.coordination.CoordinationCommand.ScheduledRunEnded;
import dev.millrace.core.plan.Plan;
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
    return notBegun(start, new Outcome.Failed(Kind.CONFIGURATION.error(detail)));
  }

  /**
   * @param outcome the end of a run that never begins, for a parent that waits for it
   */
  static List<Effect> notBegun(Start start, Outcome outcome) {
    return switch (start.origin()) {
      case Origin.Submitted _ -> List.of();
      case Origin.ByParent by ->
          by.isAwaited() ? List.of(childEnded(start, by, outcome)) : List.of();
      case Origin.BySchedule(var schedule) ->
          List.of(
              new Effect.Coordinate(
                  new ScheduledRunEnded(
                      schedule, start.instanceId(), ScheduledRunEnded.NOT_STARTED)));
    };
  }

  private static Effect childEnded(Start start, Origin.ByParent by, Outcome outcome) {
    return new Effect.Tell(
        new ChildEnded(by.parent(), by.position(), start.instanceId(), outcome, false));
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
    return switch (command) {
      case DeliverEvent event -> stale(detail, returned(event));
      case ChildEnded it -> stale(detail, released(it));
      case Start _,
          CompleteStage _,
          Cancel _,
          FireTimers _,
          Continue _,
          Signal _,
          Suspend _,
          Resume _,
          SettleCompensation _,
          UndoChild _,
          ReleaseChild _,
          GrantPermit _,
          RefusePermit _ ->
          stale(detail);
    };
  }

  /** Nobody will ask the run to undo what it did. */
  static List<Effect> released(ChildEnded ended) {
    return ended.isUndoable()
        ? List.of(new Effect.Tell(new ReleaseChild(ended.child())))
        : List.of();
  }

  private static Decision undo(
      Plan plan, WorkflowState state, UndoChild undo, Instant now, Limits limits) {
    return switch (state) {
      case NotStarted _ -> {
        var detail = "there is no instance " + undo.instanceId() + " that could undo anything";
        yield undone(undo, detail, new Outcome.Failed(Kind.RUNTIME.error(detail)), true);
      }
      case Finished it -> {
        var detail = "instance " + undo.instanceId() + " has nothing to undo";
        var own = it.undoable();
        yield own == null
            ? undone(undo, detail, new Outcome.Cancelled(detail), false)
            : undo(plan, it, own, undo, now, limits);
      }
      case Running it -> undo(plan, it, it, undo, now, limits);
    };
  }

  private static Decision undo(
      Plan plan, WorkflowState state, Running own, UndoChild undo, Instant now, Limits limits) {
    if (!(own.run().origin() instanceof Origin.ByParent(var parent, _, _))
        || !parent.equals(undo.by().parent())) {
      var detail = undo.instanceId() + " is no child of " + undo.by().parent();
      return undone(undo, detail, new Outcome.Cancelled(detail), false);
    }
    var transition = new Transition(plan, state, now, limits);
    new Interpreter(transition).undoAll(undo.by(), state instanceof Finished);
    return transition.accepted();
  }

  /**
   * @param isLeft whether something may be left to undo
   */
  private static Rejected undone(UndoChild undo, String detail, Outcome outcome, boolean isLeft) {
    var by = undo.by();
    var ended = new ChildEnded(by.parent(), by.position(), undo.instanceId(), outcome, isLeft);
    return stale(detail, List.of(new Effect.Tell(ended)));
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

  static List<Effect> returned(DeliverEvent event) {
    return event.channel().isEmpty()
        ? List.of()
        : List.of(new Effect.Coordinate(new ReturnEvent(event.channel(), event.event())));
  }

  static Rejected stale(String detail) {
    return stale(detail, List.of());
  }

  static Rejected stale(String detail, List<Effect> effects) {
    return new Rejected(Reason.STALE, detail, effects);
  }
}
