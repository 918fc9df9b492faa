package dev.millrace.topology;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.JsonBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Events in the order they came, behind the notice of a definition this engine does not have yet.
 * Begins with that notice; empty nearly always.
 */
final class HeldEvents {
  private final KeyValueStore<Bytes, byte[]> rows;
  private long next;
  private int count;

  HeldEvents(KeyValueStore<Bytes, byte[]> rows) {
    this.rows = rows;
    try (var all = rows.all()) {
      while (all.hasNext()) {
        next = number(all.next().key) + 1;
        count++;
      }
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  int size() {
    return count;
  }

  void add(JsonNode event, Instant now) {
    var json = CloudEventRecords.value(event);
    var row = ByteBuffer.allocate(Long.BYTES + json.length).putLong(now.toEpochMilli()).put(json);
    rows.put(key(next++), row.array());
    count++;
  }

  /**
   * Gives events away, oldest first, for as long as they are taken.
   *
   * @param taking gets the event, and since when it waits
   */
  void release(BiPredicate<JsonNode, Instant> taking) {
    try (var all = rows.all()) {
      while (all.hasNext()) {
        var row = all.next();
        var since = Instant.ofEpochMilli(ByteBuffer.wrap(row.value).getLong());
        if (!taking.test(event(row.value), since)) {
          return;
        }
        rows.delete(row.key);
        count--;
      }
    }
  }

  private static JsonNode event(byte[] row) {
    try {
      return JsonBytes.read(row, Long.BYTES, row.length - Long.BYTES);
    } catch (IOException e) {
      throw new IllegalStateException("a held event was written by this store", e);
    }
  }

  private static Bytes key(long number) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  private static long number(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong();
  }
}
