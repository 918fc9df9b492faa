package dev.millrace.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.wire.Codec;
import dev.millrace.wire.JournalKey;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which instances have begun and not ended, by the journal itself: exact, and as expensive as
 * reading the whole event log of the namespace once.
 */
final class LiveInstances {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** What one process keeps in memory; more have to be asked of the engine. */
  static final int INSTANCES_MAX = 1_000_000;

  private final Codec<JournalEntry> codec;
  private final DefinitionRef wanted;
  private final Map<InstanceId, DefinitionId> running = new HashMap<>();

  private LiveInstances(Codec<JournalEntry> codec, DefinitionRef wanted) {
    this.codec = codec;
    this.wanted = wanted;
  }

  /**
   * How many instances run, by version.
   *
   * @param onProgress hears how many records were read so far, after every poll
   * @throws CommandFailure if more than {@value #INSTANCES_MAX} run
   */
  static Map<DefinitionId, Long> count(
      TopicTail journal, Codec<JournalEntry> codec, DefinitionRef wanted, LongConsumer onProgress) {
    var live = new LiveInstances(codec, wanted);
    var read = 0L;
    while (!journal.caughtUp()) {
      var records = journal.poll(POLL_TIMEOUT);
      records.forEach(live::add);
      read += records.size();
      onProgress.accept(read);
    }
    return live.running.values().stream().collect(groupingBy(id -> id, counting()));
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    try {
      if (value == null) {
        running.remove(JournalKey.decode(record.key()).instanceId());
      } else {
        add(codec.decode(value));
      }
    } catch (UndecodableException e) {
      throw new IllegalStateException(
          record.topic() + " holds what it should not: " + e.getMessage(), e);
    }
  }

  private void add(JournalEntry entry) {
    for (var event : entry.events()) {
      if (event instanceof WorkflowStarted started && wanted.matches(started.definition())) {
        running.put(entry.instanceId(), started.definition());
      } else if (event instanceof WorkflowFinished) {
        running.remove(entry.instanceId());
      }
    }
    if (running.size() > INSTANCES_MAX) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "more than " + INSTANCES_MAX + " instances of " + wanted + " run: too many to count");
    }
  }
}
