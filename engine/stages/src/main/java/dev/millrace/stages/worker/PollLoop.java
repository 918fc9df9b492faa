package dev.millrace.stages.worker;

import dev.millrace.core.StageName;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.worker.CompletedOffsets.Commit;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a stage's records from the broker, gives each a virtual thread, and commits what is done.
 * One loop lives until it is stopped or fails; then the worker makes another.
 *
 * <p>It runs on one thread. What it shares with the records' threads is {@link PartitionWork}.
 */
final class PollLoop implements ConsumerRebalanceListener {

  /** How often a busy stage commits. A crash repeats at most the work finished within it. */
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  /** How long a poll waits for records when nothing holds it back. */
  static final Duration POLL_IDLE = Duration.ofMillis(100);

  /** How soon a partition that was held back is looked at again. */
  static final Duration POLL_HELD_BACK = Duration.ofMillis(5);

  /** How long work under way may go on when its partition is taken away. */
  static final Duration REVOKE_GRACE = Duration.ofSeconds(2);

  /** How long work under way may go on when the worker is closed. */
  static final Duration CLOSE_GRACE = Duration.ofSeconds(10);

  /** How long a call to the broker on the way in or out may take. */
  static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

  private final StageName stage;
  private final String topic;
  private final int inHandMax;
  private final Consumer<byte[], byte[]> consumer;
  private final Execution execution;
  private final Tally tally;
  private final Runnable onAssigned;
  private final AtomicReference<@Nullable Throwable> failure;
  private final Map<TopicPartition, PartitionWork> partitions = new HashMap<>();
  private final ExecutorService threads;
  private long committedAt = System.nanoTime();

  /**
   * @param failure set by whoever cannot go on; ends the loop
   * @param onAssigned told each time the group has given this member its partitions
   */
  PollLoop(
      StageName stage,
      StagePolicy policy,
      String topic,
      Consumer<byte[], byte[]> consumer,
      Execution execution,
      Tally tally,
      AtomicReference<@Nullable Throwable> failure,
      Runnable onAssigned) {
    this.stage = stage;
    this.topic = topic;
    this.inHandMax = policy.concurrencyMax() + WorkerClients.POLL_RECORDS_MAX;
    this.consumer = consumer;
    this.execution = execution;
    this.tally = tally;
    this.failure = failure;
    this.onAssigned = onAssigned;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(stage + "-", 0).factory());
  }

  /**
   * Works until it is stopped, then ends what is under way within {@link #CLOSE_GRACE}.
   *
   * @throws KafkaException if the broker, or a reply to it, failed for good
   */
  void runUntil(BooleanSupplier stopped) throws InterruptedException {
    try {
      consumer.subscribe(List.of(topic), this);
      while (!stopped.getAsBoolean()) {
        round();
      }
      finish();
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }

  private void round() {
    var records = consumer.poll(holdBack() ? POLL_HELD_BACK : POLL_IDLE);
    records.forEach(this::begin);
    pass(records);
    failIfBroken();
    // A quiet stage commits at once: little to gain by waiting, and a crash then repeats next to
    // nothing.
    var isQuiet = records.isEmpty() && !holdBack();
    if (isQuiet || System.nanoTime() - committedAt >= COMMIT_INTERVAL.toNanos()) {
      commitAsync();
    }
  }

  private void begin(ConsumerRecord<byte[], byte[]> record) {
    var work = partitions.get(new TopicPartition(record.topic(), record.partition()));
    if (work == null) {
      throw new IllegalStateException("a record of a partition that is not ours: " + record);
    }
    if (work.begin(record.offset())) {
      threads.execute(() -> run(record, work));
    } else {
      tally.remembered.increment();
    }
  }

  /** Past what holds no record, such as transaction markers, so that an idle stage has no lag. */
  private void pass(ConsumerRecords<byte[], byte[]> records) {
    records
        .nextOffsets()
        .forEach((partition, next) -> {
          var work = partitions.get(partition);
          if (work != null) {
            work.passTo(next.offset());
          }
        });
  }

  private void run(ConsumerRecord<byte[], byte[]> record, PartitionWork work) {
    try {
      execution.run(record, work);
    } catch (InterruptedException | InterruptException _) {
      LOG.debug("{}: {} is left to the next worker", stage, record.offset());
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private void failIfBroken() {
    var cause = failure.get();
    if (cause != null) {
      throw new KafkaException("the worker of '" + stage + "' cannot go on", cause);
    }
  }

  /** Reads on only where there is room. Returns whether something is held back. */
  private boolean holdBack() {
    var full = new HashSet<TopicPartition>();
    boolean allFull =
        partitions.values().stream().mapToInt(PartitionWork::inHand).sum() >= inHandMax;
    partitions.forEach((partition, work) -> {
      if (allFull || work.inHand() > WorkerClients.POLL_RECORDS_MAX) {
        full.add(partition);
      }
    });
    var paused = consumer.paused();
    if (!paused.equals(full)) {
      consumer.resume(without(paused, full));
      consumer.pause(without(full, paused));
    }
    return !full.isEmpty();
  }

  private static Set<TopicPartition> without(Set<TopicPartition> all, Set<TopicPartition> some) {
    var rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private void commitAsync() {
    committedAt = System.nanoTime();
    var commits = toCommit(partitions.keySet());
    if (!commits.isEmpty()) {
      consumer.commitAsync(
          offsets(commits),
          (_, refused) -> {
            if (refused == null) {
              commits.forEach(this::committed);
            } else {
              LOG.debug("{}: offsets are committed later, {}", stage, refused.toString());
            }
          });
    }
  }

  private void commitIfPossible(Collection<TopicPartition> which) {
    var commits = toCommit(which);
    if (commits.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets(commits), BROKER_TIMEOUT);
      commits.forEach(this::committed);
    } catch (KafkaException e) {
      LOG.warn("{}: finished work of {} may be done again", stage, commits.keySet(), e);
    }
  }

  private void committed(TopicPartition partition, Commit commit) {
    var work = partitions.get(partition);
    if (work != null) {
      work.committed(commit);
    }
  }

  private Map<TopicPartition, Commit> toCommit(Collection<TopicPartition> which) {
    var commits = new HashMap<TopicPartition, Commit>();
    for (var partition : which) {
      var work = partitions.get(partition);
      if (work != null) {
        work.toCommit().ifPresent(commit -> commits.put(partition, commit));
      }
    }
    return commits;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(
      Map<TopicPartition, Commit> commits) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    commits.forEach((partition, commit) ->
        offsets.put(partition, new OffsetAndMetadata(commit.offset(), commit.metadata())));
    return offsets;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    var committed = consumer.committed(new HashSet<>(added), BROKER_TIMEOUT);
    for (var partition : added) {
      var offset = committed.get(partition);
      partitions.put(
          partition,
          new PartitionWork(
              offset == null ? new Commit(0, "") : new Commit(offset.offset(), offset.metadata())));
    }
    LOG.info("{}: works on partitions {}", stage, numbers());
    onAssigned.run();
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> removed) {
    withdraw(removed, REVOKE_GRACE);
    commitIfPossible(removed);
    partitions.keySet().removeAll(removed);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    LOG.warn("{}: lost {}; another worker does what is under way again", stage, lost);
    withdraw(lost, Duration.ZERO);
    partitions.keySet().removeAll(lost);
  }

  /** Admits nothing more, and lets what is under way end. */
  private void withdraw(Collection<TopicPartition> removed, Duration grace) {
    long end = System.nanoTime() + grace.toNanos();
    var works = removed.stream().map(partitions::get).filter(Objects::nonNull).toList();
    works.forEach(PartitionWork::revoke);
    try {
      for (var work : works) {
        work.awaitExecuted(Duration.ofNanos(end - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void finish() {
    withdraw(partitions.keySet(), CLOSE_GRACE);
    commitIfPossible(partitions.keySet());
  }

  private List<Integer> numbers() {
    return partitions.keySet().stream().map(TopicPartition::partition).sorted().toList();
  }
}
