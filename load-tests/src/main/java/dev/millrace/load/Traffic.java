package dev.millrace.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.Submission;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Submits workflows and waits for their outcomes, as any Kafka client would. */
final class Traffic implements AutoCloseable {
  private static final int PAYLOAD_BYTES = 200;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration DRAIN_MAX = Duration.ofSeconds(60);
  private static final long LATENCY_MAX_US = Duration.ofMinutes(2).toNanos() / 1_000;
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Codecs codecs;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> outcomes;
  private final Thread listener;
  private final ConcurrentMap<String, Long> startedNs = new ConcurrentHashMap<>();
  private final AtomicLong submitted = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile byte[] submission;
  private final String prefix = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
  private volatile ConcurrentHistogram latencyUs = histogram();
  private volatile Semaphore window = new Semaphore(0);

  Traffic(String bootstrapServers, Codecs codecs) {
    this.codecs = codecs;
    this.submission = codecs.submissions().encode(start(NoopWorkflow.NAME));
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers, "linger.ms", 0, "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.outcomes =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "latest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.listener = Thread.ofPlatform().name("outcomes").unstarted(this::listen);
  }

  /** From now on another workflow is started. */
  void starts(String workflow) {
    submission = codecs.submissions().encode(start(workflow));
  }

  private static Submission start(String workflow) {
    JsonNode input =
        JsonNodeFactory.instance.objectNode().put("payload", "x".repeat(PAYLOAD_BYTES));
    return new Submission.Start(DefinitionRef.parse(workflow), input);
  }

  void deploy(String definition, StageSpec... stages) throws Exception {
    var plan = PlanCompiler.compile(definition, Stages.catalog(List.of(stages))).plan();
    var deployed = new DeployedDefinition(plan.id(), definition, plan.hash(), Instant.now());
    producer
        .send(
            new ProducerRecord<>(
                codecs.topics().definitions(),
                plan.id().toString().getBytes(UTF_8),
                codecs.definitions().encode(deployed)))
        .get();
  }

  /** Begins to listen at the end of the outcomes; what came before is not ours. */
  void open() {
    var partitions =
        outcomes.partitionsFor(codecs.topics().outcomes()).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    outcomes.assign(partitions);
    outcomes.seekToEnd(List.of());
    partitions.forEach(outcomes::position);
    listener.start();
  }

  /** Keeps {@code inFlight} workflows under way for the given time: the most the engine can do. */
  Measurement closedLoop(int inFlight, Duration duration) {
    window = new Semaphore(inFlight);
    return measure(duration, _ -> window.acquireUninterruptibly());
  }

  /** Starts workflows at a fixed rate, whether or not earlier ones are done. */
  Measurement openLoop(int perSecond, Duration duration) {
    var intervalNs = Duration.ofSeconds(1).toNanos() / perSecond;
    var beganNs = System.nanoTime();
    return measure(
        duration,
        count -> {
          var dueNs = beganNs + count * intervalNs;
          for (long now = System.nanoTime(); now < dueNs; now = System.nanoTime()) {
            LockSupport.parkNanos(dueNs - now);
          }
        });
  }

  private Measurement measure(Duration duration, LongConsumer pace) {
    latencyUs = histogram();
    failed.set(0);
    var usage = Usage.now();
    var count = 0L;
    for (long end = System.nanoTime() + duration.toNanos(); System.nanoTime() < end; count++) {
      pace.accept(count);
      submit();
    }
    awaitDrained();
    return new Measurement(count, failed.get(), usage.untilNow(), latencyUs.copy());
  }

  private void submit() {
    var id = prefix + "-" + submitted.incrementAndGet();
    startedNs.put(id, System.nanoTime());
    producer.send(
        new ProducerRecord<>(codecs.topics().submissions(), id.getBytes(UTF_8), submission));
  }

  private void awaitDrained() {
    for (long end = System.nanoTime() + DRAIN_MAX.toNanos(); !startedNs.isEmpty(); ) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            startedNs.size() + " workflows had no outcome " + DRAIN_MAX + " after the last start");
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private void listen() {
    try {
      while (true) {
        for (var outcome : outcomes.poll(POLL)) {
          var startedAt = startedNs.remove(new String(outcome.key(), UTF_8));
          if (startedAt != null) {
            ended(startedAt, outcome.value());
          }
        }
      }
    } catch (WakeupException _) {
      outcomes.close();
    }
  }

  private void ended(long startedAt, byte[] value) {
    latencyUs.recordValue(Math.min((System.nanoTime() - startedAt) / 1_000, LATENCY_MAX_US));
    try {
      if (!codecs.outcomes().decode(value).outcome().status().equals("COMPLETED")) {
        failed.incrementAndGet();
      }
    } catch (UndecodableException e) {
      throw new IllegalStateException(e);
    }
    window.release();
  }

  private static ConcurrentHistogram histogram() {
    return new ConcurrentHistogram(LATENCY_MAX_US, SIGNIFICANT_DIGITS);
  }

  @Override
  public void close() throws InterruptedException {
    outcomes.wakeup();
    listener.join();
    producer.close();
  }
}
