package dev.millrace.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the native memory of all stores of the process. By default each store has its own,
 * about 100 MB, and their number grows with the partitions.
 *
 * @see <a href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt.html">
 *     Memory management in Kafka Streams</a>
 */
public final class SharedRocksMemory implements RocksDBConfigSetter {
  /** For blocks read and, counted within, for writes not yet on disk. */
  private static final long TOTAL_BYTES_MAX = 192L * 1024 * 1024;

  private static final long WRITE_BUFFERS_BYTES_MAX = 96L * 1024 * 1024;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(Shared.BLOCKS);
    table.setCacheIndexAndFilterBlocks(true);
    options.setWriteBufferManager(Shared.WRITES);
  }

  /** What is shared outlives every store. */
  @Override
  public void close(String store, Options options) {}

  /** Made at first use, when the first store has loaded the native library. */
  private static final class Shared {
    static final Cache BLOCKS = new LRUCache(TOTAL_BYTES_MAX);
    static final WriteBufferManager WRITES =
        new WriteBufferManager(WRITE_BUFFERS_BYTES_MAX, BLOCKS);
  }
}
