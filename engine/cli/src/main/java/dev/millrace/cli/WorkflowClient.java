package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.DeploymentNotice;
import dev.millrace.wire.JournalKey;
import dev.millrace.wire.Submission;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What anybody can do with a namespace by its topics alone. */
final class WorkflowClient implements AutoCloseable {
  private static final int DELIVERY_TIMEOUT_MS = 15_000;
  private static final int REQUEST_TIMEOUT_MS = 5_000;

  private final Connection connection;
  private final Codecs codecs;
  private final Producer<byte[], byte[]> producer;

  WorkflowClient(Connection connection) {
    this.connection = connection;
    this.codecs = connection.codecs();
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                connection.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                LimitOptions.REQUEST_BYTES_MAX,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                DELIVERY_TIMEOUT_MS,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                DELIVERY_TIMEOUT_MS),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Asks for a run, or for the end of one; returns when the broker has it. */
  void submit(InstanceId id, Submission submission) {
    send(connection.topics().submissions(), key(id), codecs.submissions().encode(submission));
  }

  /**
   * Publishes an event to whoever listens; events of one source stay in order.
   *
   * @param event a CloudEvent
   */
  void publish(JsonNode event) {
    send(
        new ProducerRecord<>(
            connection.topics().events(),
            null,
            bytes(event.path("source").asText()),
            CloudEventRecords.value(event),
            CloudEventRecords.headers()));
  }

  void coordinate(CoordinationCommand command) {
    send(
        connection.topics().coordination(),
        bytes(command.key()),
        codecs.coordination().encode(command));
  }

  /** How all schedules of the namespace stand. */
  Timetables timetables() {
    var topic = connection.topics().coordinationRows();
    try (var rows = TopicTail.ofTopic(connection.bootstrapServers(), topic)) {
      return Timetables.read(rows, codecs.coordinationRows());
    }
  }

  void deploy(DeployedDefinition definition) {
    send(
        connection.topics().definitions(),
        bytes(definition.id().toString()),
        codecs.definitions().encode(definition));
    announce(definition);
  }

  /** So that an event that is published from now on waits for engines that are late to know. */
  private void announce(DeployedDefinition definition) {
    var topic = connection.topics().events();
    try {
      var partitions = producer.partitionsFor(topic).size();
      DeploymentNotice.of(definition).records(connection.topics(), partitions).forEach(this::send);
    } catch (KafkaException e) {
      throw new CommandFailure(ExitCode.UNREACHABLE, "topic " + topic + " is not there: " + e, e);
    }
  }

  void delete(DefinitionId id) {
    send(connection.topics().definitions(), bytes(id.toString()), null);
  }

  Optional<DeployedDefinition> deployed(DefinitionId id) {
    return versions(id.ref()).stream().findFirst();
  }

  /** The deployed versions of a workflow, or the one that is named; the highest first. */
  List<DeployedDefinition> versions(DefinitionRef wanted) {
    var topic = connection.topics().definitions();
    try (var tail = TopicTail.ofTopic(connection.bootstrapServers(), topic)) {
      return DeployedVersions.read(tail, codecs.definitions(), wanted);
    }
  }

  /**
   * How many instances run on each version. Reads the whole journal of the namespace.
   *
   * @param terminal shows how far that is
   */
  Map<DefinitionId, Long> running(DefinitionRef wanted, Terminal terminal) {
    var topic = connection.topics().journal();
    var reading = new JournalReading(terminal);
    try (var tail = TopicTail.ofTopic(connection.bootstrapServers(), topic)) {
      var running = LiveInstances.count(tail, codecs.journal(), wanted, reading::show);
      reading.finish();
      return running;
    }
  }

  /**
   * How the instances of the namespace stand. Reads its whole journal.
   *
   * @param terminal shows how far that is
   */
  InstanceRows instances(Predicate<DefinitionId> isWanted, Terminal terminal) {
    var topic = connection.topics().journal();
    var reading = new JournalReading(terminal);
    var rows = new InstanceRows(codecs.journal(), isWanted, InstanceRows.KEPT_MAX);
    try (var tail = TopicTail.ofTopic(connection.bootstrapServers(), topic)) {
      rows.read(tail, reading::show);
      reading.finish();
      return rows;
    }
  }

  /** The journal of an instance from its beginning, and then as it grows. */
  Following<JournalEntry> journal(InstanceId id) {
    return journal(
        id, TopicTail.ofKey(connection.bootstrapServers(), connection.topics().journal(), key(id)));
  }

  /** Of an instance that has none yet, as it grows; reads nothing of what others have. */
  Following<JournalEntry> newJournal(InstanceId id) {
    return journal(
        id,
        TopicTail.ofKey(connection.bootstrapServers(), connection.topics().journal(), key(id))
            .fromNow());
  }

  private Following<JournalEntry> journal(InstanceId id, TopicTail tail) {
    return new Following<>(tail, codecs.journal(), key -> startsWith(key, JournalKey.prefix(id)));
  }

  Following<InstanceOutcome> outcomes() {
    return new Following<>(
        TopicTail.ofTopic(connection.bootstrapServers(), connection.topics().outcomes()),
        codecs.outcomes(),
        _ -> true);
  }

  /**
   * What instances told of themselves, and then as they go on.
   *
   * @param id of one instance; null for all
   */
  Following<JsonNode> lifecycle(@Nullable InstanceId id) {
    var topic = connection.topics().lifecycle();
    var servers = connection.bootstrapServers();
    return new Following<>(
        id == null ? TopicTail.ofTopic(servers, topic) : TopicTail.ofKey(servers, topic, key(id)),
        new JsonCodec(),
        key -> id == null || Arrays.equals(key, key(id)));
  }

  /** Those that come from now on. */
  Following<DeadLetter> newDeadLetters() {
    var topic = connection.topics().deadLetters();
    return new Following<>(
        TopicTail.ofTopic(connection.bootstrapServers(), topic).fromNow(),
        codecs.deadLetters(),
        _ -> true);
  }

  Following<DeadLetter> deadLetters() {
    return new Following<>(
        TopicTail.ofTopic(connection.bootstrapServers(), connection.topics().deadLetters()),
        codecs.deadLetters(),
        _ -> true);
  }

  /**
   * @throws CommandFailure if the broker does not take the record within {@value
   *     #DELIVERY_TIMEOUT_MS} ms
   */
  void send(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic, key, value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RecordTooLargeException
          ? tooLarge(record, e)
          : new CommandFailure(
              ExitCode.UNREACHABLE,
              "topic " + record.topic() + " took no record: " + e.getCause(),
              e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNREACHABLE, "interrupted", e);
    }
  }

  private CommandFailure tooLarge(ProducerRecord<byte[], byte[]> record, ExecutionException e) {
    return new CommandFailure(
        ExitCode.USAGE,
        "too large: a record of %,d bytes, topic %s takes %s; %s"
            .formatted(
                record.value().length + record.key().length,
                record.topic(),
                connection.recordBytesMax(record.topic()),
                LimitOptions.ADVICE),
        e);
  }

  @Override
  public void close() {
    producer.close();
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] key(InstanceId id) {
    return bytes(id.value());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
