package dev.millrace.core.workflow;

import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.ReleasePermit;
import dev.millrace.core.coordination.CoordinationCommand.ScheduledRunEnded;
import dev.millrace.core.workflow.Outcome.Aborted;
import dev.millrace.core.workflow.Outcome.Cancelled;
import dev.millrace.core.workflow.Outcome.Compensated;
import dev.millrace.core.workflow.Outcome.CompensationFailed;
import dev.millrace.core.workflow.Outcome.Completed;
import dev.millrace.core.workflow.Outcome.Failed;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ends are honest, and whoever waits for one is told. */
final class Ends {
  private static final int GIVEN_UP_SHOWN_MAX = 10;

  private Ends() {}

  /**
   * What an end amounts to in view of what was to be undone: an abort after which nothing is left
   * is a compensation, and what a person gave up is never hidden by a better word.
   */
  static Outcome honest(Outcome outcome, UndoLog undo) {
    var skipped =
        undo.settled().stream().filter(it -> it.settlement() == Settlement.SKIPPED).toList();
    if (!skipped.isEmpty()) {
      var error = Kind.RUNTIME.error(because(outcome) + givenUp(skipped));
      return new CompensationFailed(
          causeOf(outcome, error), undo.settled(), left(undo), error, true);
    }
    return switch (outcome) {
      case Aborted cause when !undo.settled().isEmpty() && undo.open().isEmpty() ->
          new Compensated(cause, undo.settled());
      case Failed _, Cancelled _, Completed _, Compensated _, CompensationFailed _ -> outcome;
    };
  }

  /** What had failed before there was anything to undo. */
  private static String because(Outcome outcome) {
    return switch (outcome) {
      case Failed(var error) -> worded(error) + "; ";
      case Cancelled(var reason) -> "cancelled, " + reason + "; ";
      case Compensated(var cause, _) -> because(cause);
      case CompensationFailed failed -> because(failed.cause());
      case Completed _ -> "";
    };
  }

  private static String worded(WorkflowError error) {
    var detail = error.detail();
    return error.title() + " (" + error.status() + ")" + (detail == null ? "" : ": " + detail);
  }

  private static String givenUp(List<Undo.Settled> skipped) {
    var named =
        skipped.stream()
            .limit(GIVEN_UP_SHOWN_MAX)
            .map(it -> it.position().taskName() + " (" + it.detail() + ")")
            .collect(Collectors.joining(", "));
    var more = skipped.size() - GIVEN_UP_SHOWN_MAX;
    return "not undone, as a person decided: " + named + (more > 0 ? " and " + more + " more" : "");
  }

  private static Aborted causeOf(Outcome outcome, dev.millrace.core.WorkflowError otherwise) {
    return switch (outcome) {
      case Aborted cause -> cause;
      case Compensated(var cause, _) -> cause;
      case CompensationFailed failed -> failed.cause();
      case Completed _ -> new Failed(otherwise);
    };
  }

  static List<dev.millrace.core.TaskPosition> left(UndoLog undo) {
    return undo.open().stream().map(Undo::position).toList();
  }

  /** Tells those who started the instance, and those it is answerable for. */
  static List<Effect> farewells(Running state, Outcome outcome) {
    var effects = new ArrayList<Effect>();
    var id = state.instanceId();
    switch (state.run().origin()) {
      case Origin.Submitted _ -> {}
      case Origin.ByParent by when by.isAwaited() ->
          effects.add(new Effect.Tell(childEnded(by, state, outcome)));
      case Origin.ByParent _ -> {}
      case Origin.BySchedule(var schedule) ->
          effects.add(new Effect.Coordinate(new ScheduledRunEnded(schedule, id, outcome.status())));
    }
    if (state.permit() != null) {
      effects.add(new Effect.Coordinate(new ReleasePermit(state.permit().gate(), id)));
    }
    for (var child : state.children()) {
      if (child.isCancelledWithParent()) {
        effects.add(new Effect.Tell(Aftermath.cancelChild(child.child())));
      }
    }
    if (!Evolution.isUndoable(state)) {
      releaseChildren(state.undo(), effects);
    }
    return effects;
  }

  private static WorkflowCommand childEnded(Origin.ByParent by, Running state, Outcome outcome) {
    return new WorkflowCommand.ChildEnded(
        by.parent(), by.position(), state.instanceId(), outcome, Evolution.isUndoable(state));
  }

  static void releaseChildren(UndoLog undo, List<Effect> effects) {
    for (var open : undo.open()) {
      if (open.action() instanceof Undo.Action.ByChild(var child)) {
        effects.add(new Effect.Tell(new WorkflowCommand.ReleaseChild(child)));
      }
    }
  }
}
