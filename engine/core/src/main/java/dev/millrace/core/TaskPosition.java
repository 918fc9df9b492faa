package dev.millrace.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * One occurrence of a task in one instance: where it stands in the definition, and in which round
 * of the loops around it. The engine's own retries of a task share its position; those of a {@code
 * try} around it are told apart, so that an answer to one attempt never counts for the next.
 *
 * @param pointer JSON pointer of the task, e.g. {@code /do/0/answerLoop/do/1/generate}
 * @param iteration counters of the loops and retried blocks around it, outermost first, joined by
 *     dots; empty outside of them
 * @param branch number of the branch it stands in; 0 for the workflow's own flow
 */
public record TaskPosition(String pointer, String iteration, int branch) {
  private static final int KEY_BYTES = 16;

  /** In the workflow's own flow. */
  public TaskPosition(String pointer, String iteration) {
    this(pointer, iteration, 0);
  }

  /**
   * The key a stage uses to recognise work it has already done. Equal for every attempt of the same
   * occurrence, different for every other, and safe in an HTTP header.
   */
  public String idempotencyKey(InstanceId instance) {
    try {
      var text = instance + "\n" + pointer + "\n" + iteration;
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * What the occurrence is named by: the same for every attempt of the {@code try}s around it.
   *
   * @return the iteration without the counters of attempts
   */
  public String occurrence() {
    return Arrays.stream(iteration.split("\\."))
        .filter(counter -> !counter.startsWith("t"))
        .collect(Collectors.joining("."));
  }

  /** Whether both are attempts at one occurrence of one task. */
  public boolean isSameOccurrence(TaskPosition other) {
    return pointer.equals(other.pointer) && occurrence().equals(other.occurrence());
  }

  /** The task's own name: the last part of its pointer. */
  public String taskName() {
    return pointer.substring(pointer.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return iteration.isEmpty() ? pointer : pointer + "#" + iteration;
  }
}
