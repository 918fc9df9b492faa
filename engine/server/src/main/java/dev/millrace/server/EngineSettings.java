package dev.millrace.server;

import dev.millrace.topology.StreamsSettings;
import dev.millrace.topology.TopologySettings;
import dev.millrace.wire.TopicSizing;
import dev.millrace.wire.Topics;
import dev.millrace.wire.blob.ClaimCheck;
import dev.millrace.wire.blob.FolderBlobStore;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an engine process needs to know.
 *
 * @param kafka client properties that reach the broker: {@code bootstrap.servers}, and security
 * @param topics of the namespace it runs
 * @param data folder of this process alone; what it holds can be rebuilt from Kafka, but a process
 *     that finds it again is back sooner
 * @param threads stream threads
 * @param sizing of topics that have to be made
 */
public record EngineSettings(
    Map<String, String> kafka,
    Topics topics,
    Path data,
    int threads,
    TopicSizing sizing,
    TopologySettings bounds) {
  private static final String BLOBS = "blobs";

  public EngineSettings {
    kafka = Map.copyOf(kafka);
  }

  /** A single broker, and the bounds we recommend. */
  public static EngineSettings of(String bootstrapServers, Topics topics, Path data) {
    return new EngineSettings(
        Map.of("bootstrap.servers", bootstrapServers),
        topics,
        data,
        StreamsSettings.threadsForThisMachine(),
        TopicSizing.singleBroker(),
        TopologySettings.DEFAULT);
  }

  /** Where values too large for a record are kept: beside this process's data. */
  public ClaimCheck claimCheck() {
    return new ClaimCheck(new FolderBlobStore(data.resolve(BLOBS)), ClaimCheck.INLINE_BYTES_MAX);
  }
}
