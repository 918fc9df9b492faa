package dev.millrace.topology;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How Kafka Streams runs the topology. What differs from its defaults was measured: design.md,
 * section 6, and {@code docs/adr/0050-commit-when-the-batch-is-drained.md}.
 *
 * @param kafka client properties that reach the broker: {@code bootstrap.servers}, and security
 * @param application id of the topology, the same in every process of a namespace
 * @param member name of this process in its group, the same after a restart, so that it gets its
 *     partitions back at once (static membership)
 * @param stateFolder of this process alone
 * @param threads stream threads; one for every two processors
 * @param replicationFactor of the changelogs
 * @param topicBytesMax largest record a topic of the namespace takes
 */
public record StreamsSettings(
    Map<String, String> kafka,
    String application,
    String member,
    Path stateFolder,
    int threads,
    short replicationFactor,
    int topicBytesMax) {
  /**
   * How long the engine waits for records in one poll, and so how late a timer may be. Commits do
   * not wait for it: a poll returns with the first record.
   */
  private static final int POLL_MS = 20;

  /** For what no drained batch commits: positions moved by transaction markers alone. */
  private static final int COMMIT_FALLBACK_MS = 1_000;

  /** The next transaction finds the last one unfinished for a moment; the back-off is that wait. */
  private static final int TRANSACTION_RETRY_MS = 2;

  /** After so long without a sign of life a process's partitions go to others. */
  private static final int SESSION_TIMEOUT_MS = 10_000;

  private static final int HEARTBEAT_MS = 3_000;

  public StreamsSettings {
    kafka = Map.copyOf(kafka);
  }

  /** One thread for every two processors: a second one on two of them gains nothing. */
  public static int threadsForThisMachine() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  public Properties properties() {
    var properties = new Properties();
    properties.putAll(kafka);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicationFactor);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    properties.put(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksMemory.class.getName());
    properties.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_FALLBACK_MS);
    properties.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTime.class.getName());
    addConsumer(properties);
    addProducer(properties);
    properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), topicBytesMax);
    return properties;
  }

  private void addConsumer(Properties properties) {
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        PolledBatch.class.getName());
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member);
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        SESSION_TIMEOUT_MS);
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_MS);
  }

  private void addProducer(Properties properties) {
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), TRANSACTION_RETRY_MS);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), topicBytesMax);
  }
}
