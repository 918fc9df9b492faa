package dev.millrace.cli;

import dev.millrace.core.coordination.Row;
import dev.millrace.core.coordination.Row.Timetable;
import dev.millrace.core.coordination.Schedule;
import dev.millrace.wire.Codec;
import dev.millrace.wire.RowKey;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How the schedules of a namespace stand, by namespace/name of their definitions.
 *
 * @param byName sorted
 */
record Timetables(SortedMap<String, Timetable> byName) {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** Reads the rows that the engine keeps of what instances share, all of them. */
  static Timetables read(TopicTail rows, Codec<Row> codec) {
    var found = new TreeMap<String, Timetable>();
    while (!rows.caughtUp()) {
      rows.poll(POLL_TIMEOUT).forEach(row -> note(row, codec, found));
    }
    return new Timetables(found);
  }

  private static void note(
      ConsumerRecord<byte[], byte[]> record, Codec<Row> codec, SortedMap<String, Timetable> found) {
    try {
      var key = RowKey.decode(record.key());
      if (!key.part().equals(Schedule.TIMETABLE)) {
        return;
      }
      byte @Nullable [] value = record.value();
      if (value == null) {
        found.remove(Schedule.name(key.shared()));
      } else if (codec.decode(value) instanceof Timetable timetable) {
        found.put(Schedule.name(key.shared()), timetable);
      }
    } catch (UndecodableException e) {
      throw new IllegalStateException(
          record.topic() + " holds what it should not: " + e.getMessage(), e);
    }
  }
}
