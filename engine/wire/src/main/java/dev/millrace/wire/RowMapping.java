package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.Row;
import dev.millrace.schema.v1.BufferedEvent;
import dev.millrace.schema.v1.ChannelCounts;
import dev.millrace.schema.v1.CoordinationRow;
import dev.millrace.schema.v1.GateCounts;
import dev.millrace.schema.v1.KnownSchedule;
import dev.millrace.schema.v1.LastRun;
import dev.millrace.schema.v1.PlaceAtGate;
import dev.millrace.schema.v1.QueuedRun;
import dev.millrace.schema.v1.RunAtGate;
import dev.millrace.schema.v1.SeenEvent;
import dev.millrace.schema.v1.SeenSince;
import dev.millrace.schema.v1.Subscriber;
import dev.millrace.schema.v1.Timetable;
import org.jspecify.annotations.Nullable;

/** What is remembered of things instances share. */
final class RowMapping implements Mapping<Row, CoordinationRow> {

  @Override
  public CoordinationRow toAvro(Row row) {
    return new CoordinationRow(written(row));
  }

  private static Object written(Row row) {
    return switch (row) {
      case Row.Events it ->
          new ChannelCounts(
              it.next(), it.subscribers(), it.buffered(), it.bufferedCharacters(), it.seen());
      case Row.Subscriber it ->
          new Subscriber(CoordinationMapping.subscription(it.subscription()), it.since());
      case Row.Buffered it ->
          new BufferedEvent(JsonBytes.encode(it.event()), it.characters(), it.until());
      case Row.Seen it -> new SeenEvent(it.number(), it.toldUpTo(), it.awaited());
      case Row.SeenSince it -> new SeenSince(it.identity(), it.until());
      case Row.Runs it -> new GateCounts(it.max(), it.holding(), it.queued(), it.next());
      case Row.Place it -> new PlaceAtGate(it.number(), it.isHolding());
      case Row.Run it -> new RunAtGate(it.instanceId().value(), it.isCancelled());
      case Row.Timetable it -> timetable(it);
      case Row.QueuedRun it ->
          new QueuedRun(it.instanceId().value(), it.due(), JsonBytes.encode(it.input()));
      case Row.Known it -> new KnownSchedule(CommonMapping.toAvro(it.definition()));
    };
  }

  private static Timetable timetable(Row.Timetable it) {
    return new Timetable(
        CommonMapping.toAvro(it.definition()),
        it.trigger(),
        it.pausedBecause(),
        it.considered(),
        it.next(),
        it.running().stream().map(InstanceId::value).toList(),
        it.queued(),
        it.nextQueued(),
        last(it.last()),
        it.started(),
        it.skipped());
  }

  private static @Nullable LastRun last(Row.@Nullable LastRun it) {
    return it == null ? null : new LastRun(it.instanceId().value(), it.due(), it.status());
  }

  @Override
  public Row toCore(CoordinationRow written) {
    return switch (written.getRow()) {
      case ChannelCounts it ->
          new Row.Events(
              it.getNext(),
              it.getSubscribers(),
              it.getBuffered(),
              it.getBufferedCharacters(),
              it.getSeen());
      case Subscriber it ->
          new Row.Subscriber(
              CoordinationMapping.toSubscription(it.getSubscription()), it.getSince());
      case BufferedEvent it ->
          new Row.Buffered(JsonBytes.decode(it.getEvent()), it.getCharacters(), it.getUntil());
      case SeenEvent it -> new Row.Seen(it.getNumber(), it.getToldUpTo(), it.getAwaited());
      case SeenSince it -> new Row.SeenSince(it.getIdentity(), it.getUntil());
      case GateCounts it ->
          new Row.Runs(it.getMax(), it.getHolding(), it.getQueued(), it.getNext());
      case PlaceAtGate it -> new Row.Place(it.getNumber(), it.getIsHolding());
      case RunAtGate it -> new Row.Run(new InstanceId(it.getInstanceId()), it.getIsCancelled());
      case Timetable it -> toTimetable(it);
      case QueuedRun it ->
          new Row.QueuedRun(
              new InstanceId(it.getInstanceId()), it.getDue(), JsonBytes.decode(it.getInput()));
      case KnownSchedule it -> new Row.Known(CommonMapping.toCore(it.getDefinition()));
      default -> throw unexpected(written.getRow());
    };
  }

  private static Row.Timetable toTimetable(Timetable it) {
    return new Row.Timetable(
        CommonMapping.toCore(it.getDefinition()),
        it.getTrigger(),
        it.getPausedBecause(),
        it.getConsidered(),
        it.getNext(),
        it.getRunning().stream().map(InstanceId::new).toList(),
        it.getQueued(),
        it.getNextQueued(),
        toLast(it.getLast()),
        it.getStarted(),
        it.getSkipped());
  }

  private static Row.@Nullable LastRun toLast(@Nullable LastRun it) {
    return it == null
        ? null
        : new Row.LastRun(new InstanceId(it.getInstanceId()), it.getDue(), it.getStatus());
  }
}
