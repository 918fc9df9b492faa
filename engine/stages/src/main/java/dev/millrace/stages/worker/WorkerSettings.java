package dev.millrace.stages.worker;

import dev.millrace.wire.Codecs;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.blob.ClaimCheck;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of one process share.
 *
 * @param kafka client properties that reach the broker: {@code bootstrap.servers}, and security
 * @param codecs of the namespace whose stages are run
 * @param claimCheck of the store where large arguments and outputs are kept
 * @param limits of an answer's record; a larger one becomes a refusal that says so
 * @param member name of this process among the workers of a stage, the same after a restart, so
 *     that it gets its partitions back at once (static membership); null for a member without a
 *     name, whose partitions are free as soon as it closes
 */
public record WorkerSettings(
    Map<String, String> kafka,
    Codecs codecs,
    ClaimCheck claimCheck,
    RecordLimits limits,
    @Nullable String member) {
  public WorkerSettings {
    kafka = Map.copyOf(kafka);
  }

  /** With the default limits and no name. */
  public static WorkerSettings of(String bootstrapServers, Codecs codecs, ClaimCheck claimCheck) {
    return new WorkerSettings(
        Map.of("bootstrap.servers", bootstrapServers),
        codecs,
        claimCheck,
        RecordLimits.DEFAULT,
        null);
  }
}
