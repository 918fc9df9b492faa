package dev.millrace.server;

import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.topology.StreamsSettings;
import dev.millrace.topology.TopologySettings;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.TopicSizing;
import dev.millrace.wire.Topics;
import dev.millrace.wire.blob.BlobLocation;
import dev.millrace.wire.blob.ClaimCheck;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an engine process needs to know.
 *
 * @param kafka client properties that reach the broker: {@code bootstrap.servers}, and security
 * @param codecs of the namespace it runs; with a registry or without
 * @param claimCheck where values too large for a record are kept; the same for every process of the
 *     namespace
 * @param data folder of this process alone; what it holds can be rebuilt from Kafka, but a process
 *     that finds it again is back sooner
 * @param threads stream threads
 * @param sizing of topics that have to be made
 */
public record EngineSettings(
    Map<String, String> kafka,
    AvroCodecs codecs,
    ClaimCheck claimCheck,
    Path data,
    int threads,
    TopicSizing sizing,
    TopologySettings bounds) {
  /** Of what instances tell the outside, unless somebody says otherwise. */
  public static final LifecycleLevel LIFECYCLE = TopologySettings.DEFAULT.lifecycle();

  private static final String BLOBS = "blobs";

  public EngineSettings {
    kafka = Map.copyOf(kafka);
  }

  /** A single broker, no registry, large values beside the data, and the bounds we recommend. */
  public static EngineSettings of(String bootstrapServers, Topics topics, Path data) {
    var blobs = BlobLocation.folder(data.resolve(BLOBS));
    return of(bootstrapServers, AvroCodecs.embedded(topics), blobs, data);
  }

  /** A single broker, and the bounds we recommend. */
  public static EngineSettings of(
      String bootstrapServers, AvroCodecs codecs, BlobLocation blobs, Path data) {
    return new EngineSettings(
        Map.of("bootstrap.servers", bootstrapServers),
        codecs,
        new ClaimCheck(blobs.open(), ClaimCheck.INLINE_BYTES_MAX),
        data,
        StreamsSettings.threadsForThisMachine(),
        TopicSizing.singleBroker(),
        TopologySettings.DEFAULT);
  }

  /** The same, for records of another size; topics that exist keep theirs. */
  public EngineSettings withRecords(RecordLimits limits) {
    return new EngineSettings(
        kafka,
        codecs,
        claimCheck,
        data,
        threads,
        sizing.withRecords(limits),
        bounds.withRecords(limits));
  }

  /** The same, where instances tell of this whose definition does not say. */
  public EngineSettings withLifecycle(LifecycleLevel level) {
    return new EngineSettings(
        kafka, codecs, claimCheck, data, threads, sizing, bounds.withLifecycle(level));
  }

  public Topics topics() {
    return codecs.topics();
  }
}
