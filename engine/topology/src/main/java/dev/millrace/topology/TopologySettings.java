package dev.millrace.topology;

import dev.millrace.core.coordination.CoordinationBounds;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.workflow.Limits;
import dev.millrace.wire.RecordLimits;
import java.time.Duration;

/**
 * The bounds of a namespace's topology.
 *
 * @param recordBytesMax largest value that is journaled or produced; stays below Kafka's own {@code
 *     max.message.bytes} with room for key, headers and batch
 * @param snapshotEvery journal entries of one instance between two snapshots; bounds what a cold
 *     load has to fold
 * @param hotInstancesMax states one task keeps in memory, least recently used first to go
 * @param retention how long the journal of a finished instance stays in the store
 * @param definitionWait how long a start waits for a definition that is not deployed yet
 * @param parkedStartsMax starts that may wait so in one task
 * @param coordination the bounds of what instances share
 * @param eventWait how long events wait for a definition whose deployment was announced before them
 * @param heldEventsMax events that may wait so in one task
 * @param lifecycle of what instances tell the outside whose definition does not say
 */
public record TopologySettings(
    Limits limits,
    int recordBytesMax,
    int snapshotEvery,
    int hotInstancesMax,
    Duration retention,
    Duration definitionWait,
    int parkedStartsMax,
    CoordinationBounds coordination,
    Duration eventWait,
    int heldEventsMax,
    LifecycleLevel lifecycle) {
  public static final TopologySettings DEFAULT =
      new TopologySettings(
          Limits.DEFAULT,
          RecordLimits.RECORD_BYTES_MAX,
          100,
          4_096,
          Duration.ofHours(24),
          Duration.ofSeconds(10),
          10_000,
          CoordinationBounds.DEFAULT,
          Duration.ofSeconds(10),
          10_000,
          LifecycleLevel.WORKFLOW);

  /** The same bounds, for records of another size. */
  public TopologySettings withRecords(RecordLimits records) {
    return with(records.recordBytesMax(), lifecycle);
  }

  public TopologySettings withLifecycle(LifecycleLevel level) {
    return with(recordBytesMax, level);
  }

  private TopologySettings with(int bytesMax, LifecycleLevel level) {
    return new TopologySettings(
        limits,
        bytesMax,
        snapshotEvery,
        hotInstancesMax,
        retention,
        definitionWait,
        parkedStartsMax,
        coordination,
        eventWait,
        heldEventsMax,
        level);
  }
}
