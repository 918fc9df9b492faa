package dev.millrace.core.coordination;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.coordination.CoordinationCommand.ActivateSchedule;
import dev.millrace.core.coordination.CoordinationCommand.BackfillSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ContinueEvent;
import dev.millrace.core.coordination.CoordinationCommand.EndSchedule;
import dev.millrace.core.coordination.CoordinationCommand.PauseSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ReleasePermit;
import dev.millrace.core.coordination.CoordinationCommand.ResumeSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ReturnEvent;
import dev.millrace.core.coordination.CoordinationCommand.RouteEvent;
import dev.millrace.core.coordination.CoordinationCommand.ScheduledRunEnded;
import dev.millrace.core.coordination.CoordinationCommand.Subscribe;
import dev.millrace.core.coordination.CoordinationCommand.TriggerSchedule;
import dev.millrace.core.coordination.CoordinationCommand.Unsubscribe;
import dev.millrace.core.plan.SchedulePlan;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules of what instances share. Pure: equal rows and commands give equal answers.
 *
 * @param schedules finds the schedule of a deployed definition; null when there is none
 */
public record Coordination(
    Function<DefinitionId, @Nullable SchedulePlan> schedules, CoordinationBounds bounds) {

  /**
   * What follows from this command?
   *
   * @param rows those of the command's key
   * @param now the instant at which the command is carried out
   */
  public Coordinated decide(Rows rows, CoordinationCommand command, Instant now) {
    var draft = new Draft(command.key(), rows, now);
    return switch (command) {
      case Subscribe(_, var subscription) -> channel(draft).subscribe(subscription);
      case Unsubscribe(_, var subscription) -> channel(draft).unsubscribe(subscription);
      case RouteEvent(var key, var event) ->
          Schedule.isKey(key) ? schedule(draft).heard(event) : channel(draft).route(event);
      case ReturnEvent(_, var event) -> channel(draft).sentBack(event);
      case ContinueEvent more -> channel(draft).goOn(more);
      case AcquirePermit wish -> gate(draft).acquire(wish);
      case ReleasePermit(_, var instance) -> gate(draft).release(instance);
      case ActivateSchedule(_, var definition) -> schedule(draft).activate(definition);
      case EndSchedule _ -> schedule(draft).end();
      case PauseSchedule(_, var reason) -> schedule(draft).pause(reason);
      case ResumeSchedule _ -> schedule(draft).resume();
      case TriggerSchedule(_, var id, var input) -> schedule(draft).trigger(id, input);
      case BackfillSchedule(_, var from, var to) -> schedule(draft).backfill(from, to);
      case ScheduledRunEnded(_, var instance, var status) ->
          schedule(draft).ended(instance, status);
    };
  }

  /**
   * What follows from the time that has passed? May be asked too early or too often.
   *
   * @param key of the channel, gate or schedule that wanted to be reminded
   */
  public Coordinated remind(Rows rows, String key, Instant now) {
    var draft = new Draft(key, rows, now);
    if (Schedule.isKey(key)) {
      return schedule(draft).fire();
    }
    return Gate.isKey(key) ? gate(draft).goOn() : channel(draft).expire();
  }

  private EventChannel channel(Draft draft) {
    return new EventChannel(draft, bounds);
  }

  private Gate gate(Draft draft) {
    return new Gate(draft, bounds);
  }

  private Schedule schedule(Draft draft) {
    return new Schedule(draft, schedules, bounds);
  }
}
