package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import java.time.Instant;
import java.util.regex.Pattern;

/** A wish about something instances share. Those of one {@link #key} are carried out in order. */
public sealed interface CoordinationCommand {
  /** What is shared: the channel, gate or schedule. Partitions the work. */
  String key();

  /**
   * A filter of a {@code listen} that waits for events of a channel.
   *
   * @param filter which of the filters, counted from 0
   */
  record Subscription(InstanceId instanceId, TaskPosition position, int filter) {}

  record Subscribe(String key, Subscription subscription) implements CoordinationCommand {}

  record Unsubscribe(String key, Subscription subscription) implements CoordinationCommand {}

  /**
   * An event of this channel. Goes to those that wait; kept for a while when nobody does.
   *
   * @param event a CloudEvent
   */
  record RouteEvent(String key, JsonNode event) implements CoordinationCommand {}

  /**
   * An event that came too late for the task it was delivered to, for the next one that waits.
   *
   * @param event a CloudEvent
   */
  record ReturnEvent(String key, JsonNode event) implements CoordinationCommand {}

  /**
   * The subscribers of a channel that are yet to be told of an event.
   *
   * @param from lowest number of a subscriber that is to be told
   * @param upTo the first number that is not
   * @param after the last row that has been looked at
   */
  record ContinueEvent(String key, JsonNode event, long from, long upTo, String after)
      implements CoordinationCommand {}

  /**
   * @param max how many may run at a time
   */
  record AcquirePermit(String key, InstanceId instanceId, int max, WhenFull whenFull)
      implements CoordinationCommand {}

  record ReleasePermit(String key, InstanceId instanceId) implements CoordinationCommand {}

  /** What becomes of a run for which there is no room. */
  enum WhenFull {
    /** It waits for its turn, first come first served. */
    QUEUE,
    /** It fails. */
    REJECT,
    /** The oldest run of the key is cancelled for it. */
    REPLACE
  }

  /**
   * A run that a schedule started has ended.
   *
   * @param status see {@link dev.millrace.core.workflow.Outcome#status()}, or {@link #NOT_STARTED}
   */
  record ScheduledRunEnded(String key, InstanceId instanceId, String status)
      implements CoordinationCommand {
    /** The run could not begin, or had been over before. */
    public static final String NOT_STARTED = "NOT_STARTED";
  }

  /**
   * The version whose schedule counts from now on. Said again it changes nothing.
   *
   * @param definition has a {@code schedule}
   */
  record ActivateSchedule(String key, DefinitionId definition) implements CoordinationCommand {}

  /** No version that counts has a schedule any more. */
  record EndSchedule(String key) implements CoordinationCommand {}

  record PauseSchedule(String key, String reason) implements CoordinationCommand {}

  /** What was due during the pause is not made up for. */
  record ResumeSchedule(String key) implements CoordinationCommand {}

  /**
   * Start one run now, whatever else runs and although the schedule is paused.
   *
   * @param id becomes part of the instance id, so that a repeated wish starts nothing
   */
  record TriggerSchedule(String key, String id, JsonNode input) implements CoordinationCommand {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,60}");

    /**
     * @throws IllegalArgumentException if {@code id} is not 1 to 60 letters, digits, dots, dashes
     */
    public TriggerSchedule {
      if (!ID.matcher(id).matches()) {
        throw new IllegalArgumentException(
            "the id of a run has 1 to 60 of A-Z a-z 0-9 . _ -, this one is '" + id + "'");
      }
    }
  }

  /**
   * Start what was or would have been due in a time gone by. Runs that exist are left alone.
   *
   * @param to is not part of it
   */
  record BackfillSchedule(String key, Instant from, Instant to) implements CoordinationCommand {}
}
