package dev.millrace.core.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
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
 * @param policy bounds of the definition for this call, beside the stage's own; null for none
 * @param isAwaited false when no task waits for the answer, so that the worker itself has to see to
 *     it that the work is done
 * @param definition whose task it is, which decides what secrets it may have; null in requests from
 *     before this was said
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
    @Nullable CallPolicy policy,
    boolean isAwaited,
    @Nullable DefinitionId definition) {

  public StageRequest {
    secretPointers = List.copyOf(secretPointers);
  }

  /** Of nobody in particular, within the bounds of the stage alone, and awaited. */
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
        null,
        true,
        null);
  }

  /** The same, without secrets. */
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
    return with(others, attempt, secretPointers, policy, isAwaited, definition);
  }

  /** The same request with arguments that wait for nothing any more. */
  public StageRequest withSecrets(JsonNode resolved) {
    return with(resolved, attempt, List.of(), policy, isAwaited, definition);
  }

  /** The same request as another attempt. */
  public StageRequest withAttempt(int other) {
    return with(arguments, other, secretPointers, policy, isAwaited, definition);
  }

  /** The same request within a definition's bounds. */
  public StageRequest withPolicy(CallPolicy bounds) {
    return with(arguments, attempt, secretPointers, bounds, isAwaited, definition);
  }

  /** The same request, whose answer nobody waits for. */
  public StageRequest notAwaited() {
    return with(arguments, attempt, secretPointers, policy, false, definition);
  }

  /** The same request of that definition. */
  public StageRequest of(DefinitionId whose) {
    return with(arguments, attempt, secretPointers, policy, isAwaited, whose);
  }

  private StageRequest with(
      JsonNode others,
      int which,
      List<String> pointers,
      @Nullable CallPolicy bounds,
      boolean awaited,
      @Nullable DefinitionId whose) {
    return new StageRequest(
        instanceId,
        position,
        stage,
        function,
        others,
        which,
        idempotencyKey,
        deadline,
        pointers,
        bounds,
        awaited,
        whose);
  }
}
