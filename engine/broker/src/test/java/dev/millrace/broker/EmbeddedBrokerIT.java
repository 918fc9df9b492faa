package dev.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final TopicPartition LEDGER = new TopicPartition("ledger", 0);

  @TempDir Path data;

  @Test
  void a_folder_opened_again_still_holds_what_was_committed() throws Exception {
    try (var broker = EmbeddedBroker.start(BrokerSettings.onFreePorts(data))) {
      createTopic(broker);
      commit(broker, "hello");
    }
    try (var broker = EmbeddedBroker.start(BrokerSettings.onFreePorts(data))) {
      assertThat(read(broker)).isEqualTo("hello");
    }
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(LEDGER.topic(), 1, (short) 1))).all().get();
    }
  }

  private static void commit(EmbeddedBroker broker, String value) {
    var settings =
        Map.<String, Object>of(
            "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "ledger-writer");
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(LEDGER.topic(), value.getBytes(UTF_8)));
      producer.commitTransaction();
    }
  }

  private static String read(EmbeddedBroker broker) {
    var settings =
        Map.<String, Object>of(
            "bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(LEDGER));
      consumer.seekToBeginning(List.of(LEDGER));
      var records = consumer.poll(Duration.ofSeconds(10)).records(LEDGER);
      assertThat(records).hasSize(1);
      return new String(records.getFirst().value(), UTF_8);
    }
  }
}
