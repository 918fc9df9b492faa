package dev.millrace.cli;

import dev.millrace.wire.RecordLimits;
import picocli.CommandLine.Option;

/** How large records may be; the same for every process of a namespace. */
final class LimitOptions {
  private static final int BYTES_MIN = 64 * 1024;
  private static final int BYTES_MAX = 16 * 1024 * 1024;

  /** Whatever the topics take; how much that is, they say themselves. */
  static final int REQUEST_BYTES_MAX = new RecordLimits(BYTES_MAX).topicBytesMax();

  static final String ADVICE =
      "keep large values elsewhere and pass a reference, or raise --record-bytes-max of dev, engine,"
          + " work and run before they make their topics";

  @Option(
      names = "--record-bytes-max",
      paramLabel = "N",
      description =
          "Largest record, key and value, that is produced; 65536 to 16777216, the same for every"
              + " process. Topics that exist keep theirs. Default: ${DEFAULT-VALUE}.")
  private int recordBytesMax = RecordLimits.RECORD_BYTES_MAX;

  /**
   * @throws CommandFailure if the number is out of range
   */
  RecordLimits records() {
    if (recordBytesMax < BYTES_MIN || recordBytesMax > BYTES_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--record-bytes-max is from %d to %d, got %d"
              .formatted(BYTES_MIN, BYTES_MAX, recordBytesMax));
    }
    return new RecordLimits(recordBytesMax);
  }
}
