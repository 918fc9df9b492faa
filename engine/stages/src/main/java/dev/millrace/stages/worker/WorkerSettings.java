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
 * @param member name of this process among the workers of a stage, the same after a restart, so
 *     that it gets its partitions back at once (static membership); null for a member without a
 *     name, whose partitions are free as soon as it closes
 * @param recordBytesMax key and value of an answer; a larger one becomes a refusal that says so
 * @param claimCheck of the store where large arguments and outputs are kept, the same for every
 *     process of the namespace; null where there is none, so that what is large is refused
 */
public record WorkerSettings(
    Map<String, String> kafka,
    Codecs codecs,
    @Nullable String member,
    int recordBytesMax,
    @Nullable ClaimCheck claimCheck) {

  public static final int RECORD_BYTES_MAX = RecordLimits.RECORD_BYTES_MAX;

  public WorkerSettings {
    kafka = Map.copyOf(kafka);
  }

  /** Without a blob store. */
  public WorkerSettings(
      Map<String, String> kafka, Codecs codecs, @Nullable String member, int recordBytesMax) {
    this(kafka, codecs, member, recordBytesMax, null);
  }

  /** With the default limits, no name and no blob store. */
  public static WorkerSettings of(String bootstrapServers, Codecs codecs) {
    return new WorkerSettings(
        Map.of("bootstrap.servers", bootstrapServers), codecs, null, RECORD_BYTES_MAX);
  }

  public WorkerSettings withClaimCheck(ClaimCheck check) {
    return new WorkerSettings(kafka, codecs, member, recordBytesMax, check);
  }

  RecordLimits limits() {
    return new RecordLimits(recordBytesMax);
  }
}
