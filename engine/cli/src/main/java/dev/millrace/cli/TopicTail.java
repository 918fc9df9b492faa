package dev.millrace.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads committed records of a topic, first those it holds and then those that come. Belongs to no
 * group and leaves no trace on the broker.
 */
final class TopicTail implements AutoCloseable {
  private static final String READ_COMMITTED = "read_committed";

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;

  private TopicTail(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    this.consumer = consumer;
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.ends = consumer.endOffsets(partitions);
  }

  /** Leaves out what the topic holds already; only what comes from now on is read. */
  TopicTail fromNow() {
    ends.forEach(consumer::seek);
    return this;
  }

  /** All of a topic; nothing, for ever, when there is no such topic yet. */
  static TopicTail ofTopic(String bootstrapServers, String topic) {
    var consumer = consumer(bootstrapServers);
    return new TopicTail(consumer, partitions(consumer, topic));
  }

  /** Only the partition that holds a key; nothing, for ever, when there is no such topic yet. */
  static TopicTail ofKey(String bootstrapServers, String topic, byte[] key) {
    var consumer = consumer(bootstrapServers);
    var partitions = partitions(consumer, topic);
    return new TopicTail(
        consumer, partitions.isEmpty() ? partitions : List.of(partitionOf(key, partitions)));
  }

  /** As every Kafka client distributes keys. */
  private static TopicPartition partitionOf(byte[] key, List<TopicPartition> partitions) {
    var number = Utils.toPositive(Utils.murmur2(key)) % partitions.size();
    return new TopicPartition(partitions.getFirst().topic(), number);
  }

  /** The next records, in order within each partition; waits at most {@code timeout} for one. */
  List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    if (consumer.assignment().isEmpty()) {
      return List.of();
    }
    return StreamSupport.stream(consumer.poll(timeout).spliterator(), false).toList();
  }

  /** Whether everything the topic held at the beginning has been read. */
  boolean caughtUp() {
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }

  @Override
  public void close() {
    consumer.close();
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private static Consumer<byte[], byte[]> consumer(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            READ_COMMITTED,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
