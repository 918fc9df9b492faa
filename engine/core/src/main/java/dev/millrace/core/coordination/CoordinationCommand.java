package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;

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
   * @param status see {@link dev.millrace.core.workflow.Outcome#status()}
   */
  record ScheduledRunEnded(String key, InstanceId instanceId, String status)
      implements CoordinationCommand {}
}
