package dev.millrace.core.coordination;

import java.time.Duration;

/**
 * The bounds of what instances share. They hold for each channel, gate or schedule by itself,
 * unless they say otherwise.
 *
 * @param bufferedEventsMax events a channel keeps for those who have yet to listen, or a schedule
 *     for those that are still missing
 * @param bufferedCharactersMax the same by the length of the events as JSON
 * @param keptEventsMax events that all channels and schedules of one partition of the namespace
 *     keep together
 * @param keptCharactersMax the same by the length of the events as JSON
 * @param eventsKeptFor how long such an event is kept, and how long one is recognised when it comes
 *     again
 * @param seenMax events that are recognised when they come again
 * @param subscribersMax filters that may listen on a channel at a time
 * @param fanOutMax subscribers that one transition tells of an event; the rest follow in the next
 * @param queuedRunsMax runs that may wait at a gate, or for the end of the run of a schedule before
 *     them
 * @param trackedRunsMax running instances a schedule knows by name
 * @param caughtUpRunsMax runs a schedule makes up for at once after a standstill; the latest ones
 * @param backfilledRunsMax runs one back-fill may start
 */
public record CoordinationBounds(
    int bufferedEventsMax,
    int bufferedCharactersMax,
    int keptEventsMax,
    int keptCharactersMax,
    Duration eventsKeptFor,
    int seenMax,
    int subscribersMax,
    int fanOutMax,
    int queuedRunsMax,
    int trackedRunsMax,
    int caughtUpRunsMax,
    int backfilledRunsMax) {
  public static final CoordinationBounds DEFAULT =
      new CoordinationBounds(
          256,
          1024 * 1024,
          20_000,
          64 * 1024 * 1024,
          Duration.ofDays(1),
          1_000,
          1_000_000,
          500,
          10_000,
          100,
          100,
          1_000);
}
