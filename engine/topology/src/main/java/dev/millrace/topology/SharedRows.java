package dev.millrace.topology;

import dev.millrace.core.coordination.Row;
import dev.millrace.core.coordination.Rows;
import dev.millrace.wire.Codec;
import dev.millrace.wire.RowKey;
import dev.millrace.wire.UndecodableException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The rows of one channel, gate or schedule in the store. */
record SharedRows(ReadOnlyKeyValueStore<Bytes, byte[]> store, Codec<Row> codec, String key)
    implements Rows {

  @Override
  public @Nullable Row get(String part) {
    var row = store.get(Bytes.wrap(new RowKey(key, part).encode()));
    return row == null ? null : decode(row);
  }

  @Override
  public SortedMap<String, Row> startingWith(String prefix, String after, int countMax) {
    var found = new TreeMap<String, Row>();
    var first =
        after.compareTo(prefix) < 0
            ? new RowKey(key, prefix).encode()
            : new RowKey(key, after).next();
    var last = new RowKey(key, prefix).lastOfPrefix();
    try (var rows = store.range(Bytes.wrap(first), Bytes.wrap(last))) {
      while (rows.hasNext() && found.size() < countMax) {
        var row = rows.next();
        found.put(part(row.key), decode(row.value));
      }
    }
    return found;
  }

  private Row decode(byte[] row) {
    try {
      return codec.decode(row);
    } catch (UndecodableException e) {
      throw new IllegalStateException("a row of " + key + " was written by this store", e);
    }
  }

  private static String part(Bytes key) {
    try {
      return RowKey.decode(key.get()).part();
    } catch (UndecodableException e) {
      throw new IllegalStateException("the key of a row was written by this store", e);
    }
  }
}
