package dev.millrace.core.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one task, as it stands in a stage's queue.
 *
 * @param function which of the stage's functions to run, e.g. {@code http} or {@code rag.retrieve}
 * @param arguments evaluated already; holds no expression but those that wait for secrets
 * @param attempt counted from 1
 * @param idempotencyKey the same for every attempt at this occurrence
 * @param deadline after this instant nobody waits for the answer; null when the definition sets
 *     none
 * @param secretPointers JSON pointers into the arguments, where an expression waits for secrets
 *     that only the worker has; whatever looks like one elsewhere is data
 * @param isAwaited false when no task waits for the answer, so that the worker itself has to see to
 *     it that the work is done
 */
public record StageRequest(
    InstanceId instanceId,
    TaskPosition position,
    StageName stage,
    String function,
    JsonNode arguments,
    int attempt,
    String idempotencyKey,
    @Nullable Instant deadline,
    List<String> secretPointers,
    boolean isAwaited) {

  public StageRequest {
    secretPointers = List.copyOf(secretPointers);
  }

  /** With a task that waits for the answer. */
  public StageRequest(
      InstanceId instanceId,
      TaskPosition position,
      StageName stage,
      String function,
      JsonNode arguments,
      int attempt,
      String idempotencyKey,
      @Nullable Instant deadline,
      List<String> secretPointers) {
    this(
        instanceId,
        position,
        stage,
        function,
        arguments,
        attempt,
        idempotencyKey,
        deadline,
        secretPointers,
        true);
  }

  /** Without secrets. */
  public StageRequest(
      InstanceId instanceId,
      TaskPosition position,
      StageName stage,
      String function,
      JsonNode arguments,
      int attempt,
      String idempotencyKey,
      @Nullable Instant deadline) {
    this(
        instanceId,
        position,
        stage,
        function,
        arguments,
        attempt,
        idempotencyKey,
        deadline,
        List.of());
  }

  /** The same request with other arguments. */
  public StageRequest withArguments(JsonNode others) {
    return with(others, attempt);
  }

  /** The same request as another attempt. */
  public StageRequest withAttempt(int other) {
    return with(arguments, other);
  }

  private StageRequest with(JsonNode otherArguments, int otherAttempt) {
    return new StageRequest(
        instanceId,
        position,
        stage,
        function,
        otherArguments,
        otherAttempt,
        idempotencyKey,
        deadline,
        secretPointers,
        isAwaited);
  }
}
