package dev.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Codec;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Any Kafka client: submits, and reads what was committed. */
public final class NamespaceClient implements AutoCloseable {
  private final String bootstrapServers;
  private final Codecs codecs;
  private final KafkaProducer<byte[], byte[]> producer;

  public NamespaceClient(String bootstrapServers, Topics topics) {
    this.bootstrapServers = bootstrapServers;
    this.codecs = AvroCodecs.embedded(topics);
    this.producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  public void deploy(DefinitionId id, String source) {
    deploy(id, source, Map.of());
  }

  public void deploy(DefinitionId id, String source, Map<String, String> resources) {
    var definition = new DeployedDefinition(id, source, "any", Instant.now(), resources);
    send(codecs.topics().definitions(), id.toString(), codecs.definitions().encode(definition));
  }

  public void submit(String instance, DefinitionRef workflow, JsonNode input) {
    var start = new Submission.Start(workflow, input);
    send(codecs.topics().submissions(), instance, codecs.submissions().encode(start));
  }

  public void send(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  public List<InstanceOutcome> outcomes() {
    return all(codecs.topics().outcomes(), codecs.outcomes());
  }

  public List<JournalEntry> journal() {
    return all(codecs.topics().journal(), codecs.journal());
  }

  public List<DeadLetter> deadLetters() {
    return all(codecs.topics().deadLetters(), codecs.deadLetters());
  }

  /** Everything the topic holds, committed, at the time of the call. */
  private <T> List<T> all(String topic, Codec<T> codec) {
    var settings =
        Map.<String, Object>of(
            "bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var values = new ArrayList<T>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          if (record.value() != null) {
            values.add(codec.decode(record.value()));
          }
        }
      }
      return values;
    } catch (UndecodableException e) {
      throw new AssertionError(topic + " holds what its codec cannot read", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
