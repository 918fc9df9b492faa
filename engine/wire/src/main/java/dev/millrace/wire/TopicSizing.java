package dev.millrace.wire;

/**
 * How big a namespace's topics are made.
 *
 * @param instancePartitions of every topic that is read by instance id; fixed for the life of the
 *     namespace, because an instance lives where its id hashes to
 * @param stagePartitions of each stage's queue
 * @param replicationFactor copies of each partition; 1 on a single broker
 * @param recordBytesMax largest record a topic takes
 */
public record TopicSizing(
    int instancePartitions, int stagePartitions, short replicationFactor, int recordBytesMax) {
  public static final int PARTITIONS_DEFAULT = 4;

  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public TopicSizing {
    if (instancePartitions < 1
        || stagePartitions < 1
        || replicationFactor < 1
        || recordBytesMax < 1) {
      throw new IllegalArgumentException(
          "partitions, copies and record sizes are at least 1, got %d, %d, %d and %d"
              .formatted(instancePartitions, stagePartitions, replicationFactor, recordBytesMax));
    }
  }

  /** For one broker, as in development. */
  public static TopicSizing singleBroker() {
    return new TopicSizing(
        PARTITIONS_DEFAULT, PARTITIONS_DEFAULT, (short) 1, RecordLimits.DEFAULT.topicBytesMax());
  }

  /** The same, for records of another size. */
  public TopicSizing withRecords(RecordLimits limits) {
    return new TopicSizing(
        instancePartitions, stagePartitions, replicationFactor, limits.topicBytesMax());
  }

  /** A write is safe on all copies but one, so that one broker may be away. */
  int copiesInSyncMin() {
    return Math.max(1, replicationFactor - 1);
  }
}
