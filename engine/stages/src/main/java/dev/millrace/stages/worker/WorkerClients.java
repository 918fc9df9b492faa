package dev.millrace.stages.worker;

import dev.millrace.core.StageName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of one stage's worker, and their bounds. */
final class WorkerClients {

  /** Records one poll hands out; with those in hand before, the most of a partition. */
  static final int POLL_RECORDS_MAX = CompletedOffsets.INCOMPLETE_MAX / 2;

  /**
   * How long a member that fell silent keeps its partitions. The lowest a broker accepts by
   * default, so that the work of a killed worker is soon another's.
   */
  static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /** How long a result is retried before the worker starts over. */
  static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(60);

  /** How long a send may wait for room or for metadata. */
  static final Duration SEND_BLOCK_MAX = Duration.ofSeconds(20);

  /** A topic made after the worker began is found within this time. */
  static final Duration METADATA_AGE_MAX = Duration.ofSeconds(10);

  /** Results are small and somebody waits: what is there goes out, and batches form under load. */
  private static final int LINGER_MS = 0;

  private WorkerClients() {}

  static Consumer<byte[], byte[]> consumer(WorkerSettings settings, StageName stage) {
    var config = new HashMap<String, Object>(settings.kafka());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.codecs().topics().workers(stage));
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(SESSION_TIMEOUT));
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(SESSION_TIMEOUT) / 3);
    config.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, millis(METADATA_AGE_MAX));
    if (settings.member() != null) {
      config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.member() + "-" + stage);
    }
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static Producer<byte[], byte[]> producer(WorkerSettings settings) {
    Map<String, Object> config = new HashMap<>(settings.kafka());
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.limits().topicBytesMax());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(SEND_BLOCK_MAX));
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
