package dev.millrace.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a topic holds now: from its beginning to where it ended when the reader began. */
final class TopicReader {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);
  private static final String READ_COMMITTED = "read_committed";

  private final String bootstrapServers;

  TopicReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Committed records only.
   *
   * @return at most the latest {@code recordsMax} of them, in order within each partition; empty
   *     when there is no such topic
   */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int recordsMax) {
    try (var consumer = consumer()) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return latest(consumer, consumer.endOffsets(partitions), recordsMax);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> latest(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, int recordsMax) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(POLL_TIMEOUT).forEach(records::add);
      if (records.size() > recordsMax) {
        records.subList(0, records.size() - recordsMax).clear();
      }
    }
    return List.copyOf(records);
  }

  private Consumer<byte[], byte[]> consumer() {
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
