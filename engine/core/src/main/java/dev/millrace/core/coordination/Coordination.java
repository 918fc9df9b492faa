package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.millrace.core.workflow.Decision;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules of what instances share. Pure: equal rows and commands give equal answers.
 *
 * @param schedules finds the schedule of a deployed definition; null when there is none
 * @param counting finds the version whose schedule counts, by the schedule's key; null when none
 *     does
 */
public record Coordination(
    Function<DefinitionId, @Nullable SchedulePlan> schedules,
    Function<String, @Nullable DefinitionId> counting,
    CoordinationBounds bounds) {

  /**
   * What follows from this command?
   *
   * @param rows those of the command's key
   * @param kept by all channels and schedules of the partition
   * @param now the instant at which the command is carried out
   */
  public Coordinated decide(Rows rows, Kept kept, CoordinationCommand command, Instant now) {
    var draft = new Draft(command.key(), rows, kept, now);
    return switch (command) {
      case Subscribe(_, var subscription) -> channel(draft).subscribe(subscription);
      case Unsubscribe(_, var subscription) -> channel(draft).unsubscribe(subscription);
      case RouteEvent(var key, var event) ->
          Schedule.isKey(key) ? heard(draft, event) : channel(draft).route(event);
      case ReturnEvent(_, var event) -> channel(draft).sentBack(event);
      case ContinueEvent more -> channel(draft).goOn(more);
      case AcquirePermit wish -> gate(draft).acquire(wish);
      case ReleasePermit(_, var instance) -> gate(draft).release(instance);
      case ActivateSchedule(_, var definition) ->
          Schedule.of(draft, definition, schedules, bounds).fire();
      case EndSchedule _ -> ifAny(draft, Schedule::end);
      case PauseSchedule(_, var reason) -> existing(draft, it -> it.pause(reason));
      case ResumeSchedule _ -> existing(draft, Schedule::resume);
      case TriggerSchedule(_, var id, var input) -> existing(draft, it -> it.trigger(id, input));
      case BackfillSchedule(_, var from, var to) -> existing(draft, it -> it.backfill(from, to));
      case ScheduledRunEnded(_, var instance, var status) ->
          ifAny(draft, it -> it.ended(instance, status));
    };
  }

  /**
   * What follows from the time that has passed? May be asked too early or too often.
   *
   * @param key of the channel, gate or schedule that wanted to be reminded
   */
  public Coordinated remind(Rows rows, Kept kept, String key, Instant now) {
    var draft = new Draft(key, rows, kept, now);
    if (Schedule.isKey(key)) {
      return ifAny(draft, Schedule::fire);
    }
    return Gate.isKey(key) ? gate(draft).goOn() : channel(draft).expire();
  }

  private EventChannel channel(Draft draft) {
    return new EventChannel(draft, bounds);
  }

  private Gate gate(Draft draft) {
    return new Gate(draft, bounds);
  }

  /** An event may be faster than what makes the schedule known, and must not be lost for it. */
  private Coordinated heard(Draft draft, JsonNode event) {
    var definition =
        Schedule.of(draft, schedules, bounds) == null ? counting.apply(draft.key()) : null;
    if (definition != null) {
      Schedule.of(draft, definition, schedules, bounds).fire();
    }
    return ifAny(draft, schedule -> schedule.heard(event));
  }

  private Coordinated ifAny(Draft draft, Function<Schedule, Coordinated> then) {
    var schedule = Schedule.of(draft, schedules, bounds);
    return schedule == null ? draft.accepted() : then.apply(schedule);
  }

  /** For wishes of a person, who has to learn that they came to nothing. */
  private Coordinated existing(Draft draft, Function<Schedule, Coordinated> then) {
    var schedule = Schedule.of(draft, schedules, bounds);
    return schedule == null
        ? new Coordinated.Refused(
            Decision.Reason.UNKNOWN_INSTANCE, "there is no " + draft.key() + " that counts")
        : then.apply(schedule);
  }
}
