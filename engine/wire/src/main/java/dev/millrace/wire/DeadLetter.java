package dev.millrace.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be processed, whole, with its reason and its place, so that a person can
 * understand and replay it.
 *
 * @param key original bytes; null when the record had none
 * @param value original bytes; null when the record had none
 */
public record DeadLetter(
    Reason reason,
    String detail,
    String topic,
    int partition,
    long offset,
    Instant recordedAt,
    byte @Nullable [] key,
    byte @Nullable [] value) {

  public enum Reason {
    UNDECODABLE,
    OVERSIZE,
    /** Names a definition that is not deployed. */
    UNKNOWN_DEFINITION,
    /** Decodes, but cannot mean anything to the instance it names. */
    IMPOSSIBLE,
    /** The instance id is taken by a run with other content. */
    CONFLICT,
    UNKNOWN_INSTANCE,
    /** The engine itself failed on it: a defect. */
    DEFECT,
    /** Work of a stage that no task waits for was refused, or given up after its last attempt. */
    FAILED
  }
}
