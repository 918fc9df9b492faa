package dev.millrace.cli;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.wire.Codec;
import dev.millrace.wire.JournalKey;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How the instances of a namespace stand: the fold of each journal, as far as it has been written.
 * Reads the whole event log once, and holds no more than {@link #KEPT_MAX} instances at a time.
 */
final class InstanceRows {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** What one process folds at a time; beyond it, those that ended first are let go. */
  static final int KEPT_MAX = 20_000;

  private final Codec<JournalEntry> codec;
  private final Predicate<DefinitionId> isWanted;
  private final int keptMax;
  private final Map<InstanceId, Folded> kept = new HashMap<>();
  private long dropped;

  InstanceRows(Codec<JournalEntry> codec, Predicate<DefinitionId> isWanted, int keptMax) {
    this.codec = codec;
    this.isWanted = isWanted;
    this.keptMax = keptMax;
  }

  /**
   * @param next the sequence of the entry to come
   * @param changedAt of the last entry
   */
  private record Folded(WorkflowState state, long next, Instant changedAt) {}

  /**
   * @param onProgress hears how many records were read so far, after every poll
   */
  void read(TopicTail journal, LongConsumer onProgress) {
    var read = 0L;
    while (!journal.caughtUp()) {
      var records = journal.poll(POLL_TIMEOUT);
      records.forEach(this::add);
      read += records.size();
      onProgress.accept(read);
    }
  }

  /** Those that began last come first. */
  List<InstanceRow> newestFirst() {
    return kept.values().stream()
        .map(it -> InstanceRow.of(it.state(), it.changedAt()))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(InstanceRow::startedAt).reversed())
        .toList();
  }

  /** How many instances there was no room for. */
  long dropped() {
    return dropped;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    try {
      if (value == null) {
        kept.remove(JournalKey.decode(record.key()).instanceId());
      } else {
        add(codec.decode(value));
      }
    } catch (UndecodableException e) {
      throw new IllegalStateException(
          record.topic() + " holds what it should not: " + e.getMessage(), e);
    }
  }

  void add(JournalEntry entry) {
    var id = entry.instanceId();
    var known = kept.get(id);
    if (known == null && !isWantedBeginning(entry)
        || known != null && known.next() != entry.sequence()) {
      return;
    }
    var state = known == null ? new NotStarted() : known.state();
    var after = Workflow.replay(state, entry.events());
    kept.put(id, new Folded(after, entry.sequence() + 1, entry.at()));
    if (kept.size() > keptMax) {
      makeRoom();
    }
  }

  /** Entries of an instance that was let go, or is half forgotten by the broker, have none. */
  private boolean isWantedBeginning(JournalEntry entry) {
    return entry.sequence() == 0
        && entry.events().getFirst() instanceof WorkflowStarted started
        && isWanted.test(started.definition());
  }

  /** A tenth at once, because choosing looks at all. */
  private void makeRoom() {
    var leaving =
        kept.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<InstanceId, Folded>, Boolean>comparing(
                        it -> !(it.getValue().state() instanceof Finished))
                    .thenComparing(it -> it.getValue().changedAt()))
            .limit(Math.max(1, keptMax / 10))
            .map(Map.Entry::getKey)
            .toList();
    leaving.forEach(kept::remove);
    dropped += leaving.size();
  }
}
