package dev.millrace.wire;

import org.jspecify.annotations.Nullable;

/**
 * How large a record may be. Checked before it is produced: a record the broker refuses would fail
 * the transaction of every record beside it.
 *
 * @param recordBytesMax key and value together
 */
public record RecordLimits(int recordBytesMax) {
  /** What Kafka's brokers and clients take unless told otherwise. */
  private static final int KAFKA_DEFAULT_BYTES = 1024 * 1024;

  /** Room for headers, the batch around the record, and the producer's own estimate. */
  private static final int OVERHEAD_BYTES = 16 * 1024;

  /** Key and value, so that a record passes every Kafka with default settings. */
  public static final int RECORD_BYTES_MAX = KAFKA_DEFAULT_BYTES - OVERHEAD_BYTES;

  /** What Kafka adds to a batch's size when it compares it with {@code max.message.bytes}. */
  private static final int BATCH_BYTES = 12;

  public static final RecordLimits DEFAULT = new RecordLimits(RECORD_BYTES_MAX);

  /**
   * @throws IllegalArgumentException if {@code recordBytesMax} is below 1
   */
  public RecordLimits {
    if (recordBytesMax < 1) {
      throw new IllegalArgumentException("recordBytesMax is at least 1, got " + recordBytesMax);
    }
  }

  /** {@code max.message.bytes} of the topics, and {@code max.request.size} of their producers. */
  public int topicBytesMax() {
    return recordBytesMax + OVERHEAD_BYTES + BATCH_BYTES;
  }

  public boolean fits(byte @Nullable [] key, byte @Nullable [] value) {
    return size(key, value) <= recordBytesMax;
  }

  /** What to tell a person about a record that does not fit. */
  public String excess(byte @Nullable [] key, byte @Nullable [] value) {
    return "a record of "
        + size(key, value)
        + " bytes, the limit is "
        + recordBytesMax
        + "; keep large values in a blob store and pass a reference";
  }

  private static long size(byte @Nullable [] key, byte @Nullable [] value) {
    return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
  }
}
