package dev.millrace.stages.worker;

import dev.millrace.wire.Codecs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of one process share.
 *
 * @param kafka client properties that reach the broker: {@code bootstrap.servers}, and security
 * @param codecs of the namespace whose stages are run
 * @param member name of this process among the workers of a stage, the same after a restart, so
 *     that it gets its partitions back at once (static membership); null for a member without a
 *     name, whose partitions are free as soon as it closes
 * @param recordBytesMax largest answer that is sent, in bytes as encoded; a larger one becomes a
 *     refusal that says so. At most what the broker takes
 */
public record WorkerSettings(
    Map<String, String> kafka, Codecs codecs, @Nullable String member, int recordBytesMax) {

  /**
   * A little below the 1 MiB a Kafka topic takes by default, which counts the record's frame too.
   */
  public static final int RECORD_BYTES_MAX = 1_000_000;

  public WorkerSettings {
    kafka = Map.copyOf(kafka);
  }

  public static WorkerSettings of(String bootstrapServers, Codecs codecs) {
    return new WorkerSettings(
        Map.of("bootstrap.servers", bootstrapServers), codecs, null, RECORD_BYTES_MAX);
  }
}
