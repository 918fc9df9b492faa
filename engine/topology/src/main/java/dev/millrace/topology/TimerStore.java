package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.InstanceId;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * When instances, or what they share, have to be looked at again, earliest first.
 *
 * <p>A row is a reminder, not a fact: what is due stands in the state of its instance. So a row may
 * be early or double, which costs a look, but an instance that waits for time always has a row that
 * is not later than that time.
 */
final class TimerStore {
  private static final byte[] PRESENT = {};
  private static final Bytes FIRST = key(0, "");

  private final KeyValueStore<Bytes, byte[]> rows;

  TimerStore(KeyValueStore<Bytes, byte[]> rows) {
    this.rows = rows;
  }

  /**
   * A reminder: look at this at {@code due}.
   *
   * @param subject instance id, or key of something instances share
   */
  record Reminder(Instant due, String subject) {
    static Reminder of(Instant due, InstanceId instance) {
      return new Reminder(due, instance.value());
    }

    InstanceId instance() {
      return new InstanceId(subject);
    }
  }

  void put(Reminder reminder) {
    rows.put(key(reminder), PRESENT);
  }

  void remove(Reminder reminder) {
    rows.delete(key(reminder));
  }

  @Nullable Instant earliest() {
    try (var first = rows.range(FIRST, null)) {
      return first.hasNext() ? reminder(first.peekNextKey()).due() : null;
    }
  }

  /** What is due at {@code now}, earliest first, at most {@code countMax}. */
  List<Reminder> due(Instant now, int countMax) {
    var due = new ArrayList<Reminder>();
    try (var all = rows.range(FIRST, key(millis(now) + 1, ""))) {
      while (all.hasNext() && due.size() < countMax) {
        due.add(reminder(all.next().key));
      }
    }
    return due;
  }

  /** The whole millisecond at or after {@code instant}: a reminder must not come too early. */
  static Instant wholeMillisecond(Instant instant) {
    return Instant.ofEpochMilli(millis(instant));
  }

  private static long millis(Instant instant) {
    try {
      var millis = instant.toEpochMilli();
      var isWhole = instant.getNano() % 1_000_000 == 0;
      return Math.max(0, isWhole ? millis : millis + 1);
    } catch (ArithmeticException | DateTimeException _) {
      return instant.isBefore(Instant.EPOCH) ? 0 : Long.MAX_VALUE - 1;
    }
  }

  private static Bytes key(Reminder reminder) {
    return key(millis(reminder.due()), reminder.subject());
  }

  private static Bytes key(long millis, String subject) {
    var id = subject.getBytes(UTF_8);
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + id.length).putLong(millis).put(id).array());
  }

  private static Reminder reminder(Bytes key) {
    var buffer = ByteBuffer.wrap(key.get());
    var due = Instant.ofEpochMilli(buffer.getLong());
    return new Reminder(due, UTF_8.decode(buffer).toString());
  }
}
