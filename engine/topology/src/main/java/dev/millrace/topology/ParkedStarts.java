package dev.millrace.topology;

import dev.millrace.core.InstanceId;
import dev.millrace.wire.Codec;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.UndecodableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Starts whose definition is not deployed yet, each as the dead letter it will become if it never
 * is. So the sender need not care whether its record overtook the deployment.
 */
final class ParkedStarts {
  private final KeyValueStore<Bytes, byte[]> rows;
  private final Codec<DeadLetter> codec;
  private final TopologySettings settings;
  private int count;

  ParkedStarts(
      KeyValueStore<Bytes, byte[]> rows, Codec<DeadLetter> codec, TopologySettings settings) {
    this.rows = rows;
    this.codec = codec;
    this.settings = settings;
    this.count = all().size();
  }

  /**
   * False when there is no room, the start is too large for a record of the changelog, or another
   * start of this instance waits already. The same start again needs no second place.
   */
  boolean park(InstanceId instance, DeadLetter letter) {
    var key = Bytes.wrap(Transitions.key(instance));
    var waiting = rows.get(key);
    if (waiting != null) {
      return Arrays.equals(decode(waiting).value(), letter.value());
    }
    var row = codec.encode(letter);
    if (count >= settings.parkedStartsMax() || row.length > settings.recordBytesMax()) {
      return false;
    }
    rows.put(key, row);
    count++;
    return true;
  }

  /** The start of this instance that waits; null when none does. */
  @Nullable DeadLetter of(InstanceId instance) {
    var waiting = isEmpty() ? null : rows.get(Bytes.wrap(Transitions.key(instance)));
    return waiting == null ? null : decode(waiting);
  }

  void remove(DeadLetter letter) {
    rows.delete(Bytes.wrap(letter.key()));
    count--;
  }

  boolean isEmpty() {
    return count == 0;
  }

  List<DeadLetter> all() {
    var letters = new ArrayList<DeadLetter>();
    try (var all = rows.all()) {
      all.forEachRemaining(row -> letters.add(decode(row.value)));
    }
    return letters;
  }

  private DeadLetter decode(byte[] row) {
    try {
      return codec.decode(row);
    } catch (UndecodableException e) {
      throw new IllegalStateException("a parked start was written by this store", e);
    }
  }

  Instant dueAt(DeadLetter letter) {
    return letter.recordedAt().plus(settings.definitionWait());
  }
}
