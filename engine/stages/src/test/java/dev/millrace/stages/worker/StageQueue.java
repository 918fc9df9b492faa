package dev.millrace.stages.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.Topics;
import dev.millrace.wire.UndecodableException;
import dev.millrace.wire.blob.ClaimCheck;
import dev.millrace.wire.blob.FolderBlobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The engine's side of a stage, on a real broker: asks, and reads the answers. */
final class StageQueue implements AutoCloseable {
  private static final String BOOTSTRAP = BrokerFixture.bootstrapServers();
  private static final Duration POLL = Duration.ofMillis(200);

  private final StageName stage;
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", BOOTSTRAP));
  private final Codecs codecs = AvroCodecs.embedded(new Topics(BrokerFixture.namespace()));
  private final ClaimCheck claimCheck;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<CompleteStage> answers = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();

  StageQueue(String stage, int partitions, Path blobs)
      throws InterruptedException, ExecutionException {
    this.stage = new StageName(stage);
    claimCheck = new ClaimCheck(new FolderBlobStore(blobs), ClaimCheck.INLINE_BYTES_MAX);
    admin
        .createTopics(
            List.of(
                new NewTopic(topic(), partitions, (short) 1),
                new NewTopic(codecs.topics().commands(), 1, (short) 1),
                new NewTopic(codecs.topics().deadLetters(), 1, (short) 1)))
        .all()
        .get();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", BOOTSTRAP, "transactional.id", codecs.topics().namespace()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", BOOTSTRAP),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var ends =
        List.of(
            new TopicPartition(codecs.topics().commands(), 0),
            new TopicPartition(codecs.topics().deadLetters(), 0));
    consumer.assign(ends);
    consumer.seekToBeginning(ends);
  }

  WorkerSettings settings() {
    return settings(BOOTSTRAP);
  }

  WorkerSettings settings(String bootstrapServers) {
    return WorkerSettings.of(bootstrapServers, codecs).withClaimCheck(claimCheck);
  }

  ClaimCheck claimCheck() {
    return claimCheck;
  }

  String topic() {
    return codecs.topics().stage(stage);
  }

  /** One transaction, as the engine writes it. */
  void ask(int partition, List<StageRequest> requests) {
    producer.beginTransaction();
    for (var request : requests) {
      send(partition, codecs.stageRequests(request.stage()).encode(request));
    }
    producer.commitTransaction();
  }

  void askBytes(int partition, byte[] bytes) {
    producer.beginTransaction();
    send(partition, bytes);
    producer.commitTransaction();
  }

  /** Written, and never to be read. */
  void askInVain(int partition, StageRequest request) {
    producer.beginTransaction();
    send(partition, codecs.stageRequests(request.stage()).encode(request));
    producer.flush();
    producer.abortTransaction();
  }

  private void send(int partition, byte[] bytes) {
    producer.send(new ProducerRecord<>(topic(), partition, "key".getBytes(UTF_8), bytes));
  }

  /** Everything answered so far. */
  List<CompleteStage> answers() {
    read();
    return List.copyOf(answers);
  }

  List<String> answered() {
    return answers().stream().map(answer -> answer.instanceId().value()).toList();
  }

  List<DeadLetter> deadLetters() {
    read();
    return List.copyOf(deadLetters);
  }

  private void read() {
    try {
      for (var record : consumer.poll(POLL)) {
        if (record.topic().equals(codecs.topics().deadLetters())) {
          deadLetters.add(codecs.deadLetters().decode(record.value()));
        } else {
          answers.add((CompleteStage) codecs.commands().decode(record.value()));
        }
      }
    } catch (UndecodableException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the worker has committed of this partition. */
  OffsetAndMetadata committed(int partition) throws InterruptedException, ExecutionException {
    var offset =
        admin
            .listConsumerGroupOffsets(codecs.topics().workers(stage))
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(topic(), partition));
    return offset == null ? new OffsetAndMetadata(0) : offset;
  }

  long end(int partition) {
    var queue = new TopicPartition(topic(), partition);
    return java.util.Objects.requireNonNull(consumer.endOffsets(List.of(queue)).get(queue));
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
    admin.close();
  }
}
