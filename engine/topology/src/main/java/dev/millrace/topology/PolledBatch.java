package dev.millrace.topology;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows how many records of the last poll this stream thread has still to process, so that the
 * engine commits when the batch is drained: at once when there is little to do, once for many
 * records under load.
 *
 * <p>Consumer and processors of a stream thread share one thread, and so one count. A poll replaces
 * the count rather than adding to it: records that were polled and never processed, because their
 * task was revoked, cannot keep it above zero for ever. A count that is too low commits early,
 * which is harmless. See {@code docs/adr/0050-commit-when-the-batch-is-drained.md}.
 */
public final class PolledBatch implements ConsumerInterceptor<byte[], byte[]> {
  private static final ThreadLocal<int[]> REMAINING = ThreadLocal.withInitial(() -> new int[1]);

  /** Counts one record as processed. True when it was the last of its batch. */
  static boolean drainedByThisRecord() {
    return --REMAINING.get()[0] <= 0;
  }

  /** Whether every record of the last poll has been processed. */
  static boolean isDrained() {
    return REMAINING.get()[0] <= 0;
  }

  /**
   * A task of this thread is closed, and what was polled for it may never be processed. A poll
   * without records replaces nothing, so an idle thread would wait for them, and timers with it.
   */
  static void forget() {
    REMAINING.get()[0] = 0;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    REMAINING.get()[0] = records.count();
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {
    REMAINING.remove();
  }

  @Override
  public void configure(Map<String, ?> settings) {}
}
