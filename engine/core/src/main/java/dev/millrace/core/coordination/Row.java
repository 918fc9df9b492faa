package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand.Subscription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of what is remembered of something shared. What may be many (subscribers, events, runs)
 * has a row each, so that no row grows with its number.
 */
public sealed interface Row {

  /**
   * What a channel, or a schedule that events start, counts.
   *
   * @param next the number the next event or subscriber gets; they order both
   * @param buffered events that are kept
   * @param bufferedCharacters their length as JSON
   * @param seen events that would be recognised
   */
  record Events(long next, int subscribers, int buffered, int bufferedCharacters, int seen)
      implements Row {
    static final Events NONE = new Events(0, 0, 0, 0, 0);

    Events numbered() {
      return new Events(next + 1, subscribers, buffered, bufferedCharacters, seen);
    }

    Events withSubscribers(int more) {
      return new Events(next, subscribers + more, buffered, bufferedCharacters, seen);
    }

    Events withBuffered(int more, int moreCharacters) {
      return new Events(
          next, subscribers, buffered + more, bufferedCharacters + moreCharacters, seen);
    }

    Events withSeen(int more) {
      return new Events(next, subscribers, buffered, bufferedCharacters, seen + more);
    }

    boolean isOfNoUse() {
      return subscribers == 0 && buffered == 0 && seen == 0;
    }
  }

  /**
   * @param since number of the subscriber among events and subscribers
   */
  record Subscriber(Subscription subscription, long since) implements Row {}

  /**
   * An event that is kept.
   *
   * @param characters its length as JSON
   * @param until when it is given up
   */
  record Buffered(JsonNode event, int characters, Instant until) implements Row {}

  /**
   * An event that would be recognised.
   *
   * @param number of the event among events and subscribers
   * @param toldUpTo subscribers below this number have been told of it
   * @param awaited of those that were told, how many have not sent it back
   */
  record Seen(long number, long toldUpTo, int awaited) implements Row {}

  /**
   * Events that would be recognised, by age.
   *
   * @param identity see {@link SeenEvents}
   */
  record SeenSince(String identity, Instant until) implements Row {}

  /**
   * What a gate counts.
   *
   * @param max how many may run, as said by the run that asked last
   * @param next the number the next run gets; they queue in that order
   */
  record Runs(int max, int holding, int queued, long next) implements Row {}

  /** Where a run stands at a gate. */
  record Place(long number, boolean isHolding) implements Row {}

  /**
   * A run at a gate, in the order of arrival.
   *
   * @param isCancelled it was told to make room
   */
  record Run(InstanceId instanceId, boolean isCancelled) implements Row {}

  /**
   * How a schedule stands.
   *
   * @param definition the version whose runs it starts
   * @param trigger what starts them, in words; another trigger begins afresh; empty at first
   * @param pausedBecause null while it is not paused
   * @param considered nothing that was due up to this instant is started any more
   * @param next when it is due next; null when no time starts it
   * @param running instances whose end it waits for, in the order they were started
   * @param queued runs that wait for theirs
   * @param nextQueued number of the next of them
   * @param started how many it has started
   * @param skipped how many were due and not started
   */
  record Timetable(
      DefinitionId definition,
      String trigger,
      @Nullable String pausedBecause,
      Instant considered,
      @Nullable Instant next,
      List<InstanceId> running,
      int queued,
      long nextQueued,
      @Nullable LastRun last,
      long started,
      long skipped)
      implements Row {
    public Timetable {
      running = List.copyOf(running);
    }

    static Timetable beginning(DefinitionId definition, Instant now) {
      return new Timetable(definition, "", null, now, null, List.of(), 0, 0, null, 0, 0);
    }

    Timetable withDefinition(DefinitionId other) {
      return new Timetable(
          other,
          trigger,
          pausedBecause,
          considered,
          next,
          running,
          queued,
          nextQueued,
          last,
          started,
          skipped);
    }
  }

  /**
   * @param status null while it runs, or when its end is not waited for
   */
  record LastRun(InstanceId instanceId, Instant due, @Nullable String status) {}

  /** A run that waits for the end of the one before it. */
  record QueuedRun(InstanceId instanceId, Instant due, JsonNode input) implements Row {}

  /** The version of a definition whose schedule has been made known. */
  record Known(DefinitionId definition) implements Row {}
}
