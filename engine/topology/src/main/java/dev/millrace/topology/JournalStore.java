package dev.millrace.topology;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.JournalKey;
import dev.millrace.wire.UndecodableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The journals of a task's instances, and their states: the fold of a journal, begun at its latest
 * snapshot and kept in memory while the instance is busy.
 */
final class JournalStore {
  private final KeyValueStore<Bytes, byte[]> journal;
  private final KeyValueStore<Bytes, byte[]> snapshots;
  private final Codecs codecs;
  private final TopologySettings settings;
  private final Map<InstanceId, Instance> hot;

  JournalStore(
      KeyValueStore<Bytes, byte[]> journal,
      KeyValueStore<Bytes, byte[]> snapshots,
      Codecs codecs,
      TopologySettings settings) {
    this.journal = journal;
    this.snapshots = snapshots;
    this.codecs = codecs;
    this.settings = settings;
    this.hot = leastRecentlyUsed(settings.hotInstancesMax());
  }

  /** The instance as its journal has it; not started when there is no journal. */
  Instance load(InstanceId id) throws BrokenJournalException {
    var known = hot.get(id);
    if (known != null) {
      return known;
    }
    var instance = journal.get(key(id, 0)) == null ? unborn(id) : fold(id);
    hot.put(id, instance);
    return instance;
  }

  /** Writes one transition. The only place that does. */
  void append(Instance instance, byte[] entry, WorkflowState state) {
    journal.put(key(instance.id(), instance.nextSequence()), entry);
    instance.advance(state);
    if (instance.nextSequence() % settings.snapshotEvery() == 0) {
      snapshot(instance);
    }
  }

  /** Removes every trace of an instance; its id is free again. */
  void forget(InstanceId id) {
    deleteAll(journal, id);
    deleteAll(snapshots, id);
    hot.remove(id);
  }

  private static Instance unborn(InstanceId id) {
    return new Instance(id, new NotStarted(), 0);
  }

  private Instance fold(InstanceId id) throws BrokenJournalException {
    try {
      var start = latestSnapshot(id);
      var state = start.state();
      var sequence = start.nextSequence();
      try (var tail = journal.range(key(id, sequence), key(id, Long.MAX_VALUE))) {
        for (; tail.hasNext(); sequence++) {
          state = Workflow.replay(state, codecs.journal().decode(tail.next().value).events());
        }
      }
      return new Instance(id, state, sequence);
    } catch (UndecodableException | IllegalStateException | ClassCastException e) {
      throw new BrokenJournalException(id, e);
    }
  }

  private Instance latestSnapshot(InstanceId id) throws UndecodableException {
    try (var all = all(snapshots, id)) {
      var latest = unborn(id);
      while (all.hasNext()) {
        var snapshot = all.next();
        latest =
            new Instance(
                id,
                codecs.snapshots().decode(snapshot.value),
                JournalKey.decode(snapshot.key.get()).sequence());
      }
      return latest;
    }
  }

  /** A state too large for a record is not written: loading it folds more entries, no less. */
  private void snapshot(Instance instance) {
    var state = codecs.snapshots().encode(instance.state());
    if (state.length <= settings.recordBytesMax()) {
      deleteAll(snapshots, instance.id());
      snapshots.put(key(instance.id(), instance.nextSequence()), state);
    }
  }

  private static void deleteAll(KeyValueStore<Bytes, byte[]> store, InstanceId id) {
    var keys = new ArrayList<Bytes>();
    try (var all = all(store, id)) {
      all.forEachRemaining(row -> keys.add(row.key));
    }
    keys.forEach(store::delete);
  }

  private static KeyValueIterator<Bytes, byte[]> all(
      KeyValueStore<Bytes, byte[]> store, InstanceId id) {
    return store.range(key(id, 0), key(id, Long.MAX_VALUE));
  }

  private static Bytes key(InstanceId id, long sequence) {
    return Bytes.wrap(new JournalKey(id, sequence).encode());
  }

  private static <K, V> Map<K, V> leastRecentlyUsed(int entriesMax) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > entriesMax;
      }
    };
  }
}
