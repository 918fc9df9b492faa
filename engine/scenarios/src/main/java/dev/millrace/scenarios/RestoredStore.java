package dev.millrace.scenarios;

import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;

/** A store in memory that begins with what its changelog held. */
final class RestoredStore extends InMemoryKeyValueStore {
  private final Map<Bytes, byte[]> rows;

  private RestoredStore(String name, Map<Bytes, byte[]> rows) {
    super(name);
    this.rows = rows;
  }

  /**
   * @param rows the fold of the store's changelog
   */
  static KeyValueBytesStoreSupplier supplier(String name, Map<Bytes, byte[]> rows) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new RestoredStore(name, rows);
      }

      @Override
      public String metricsScope() {
        return "restored";
      }
    };
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    super.init(context, root);
    rows.forEach(this::put);
  }
}
