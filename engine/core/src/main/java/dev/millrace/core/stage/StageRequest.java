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
    @Nullable DefinitionId definition) {

  public StageRequest {
    secretPointers = List.copyOf(secretPointers);
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

  /** Of nobody in particular. */
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
        null);
  }

  /** The same request with other arguments. */
  public StageRequest withArguments(JsonNode others) {
    return with(others, secretPointers);
  }

  /** The same request with arguments that wait for nothing any more. */
  public StageRequest withSecrets(JsonNode resolved) {
    return with(resolved, List.of());
  }

  private StageRequest with(JsonNode others, List<String> pointers) {
    return new StageRequest(
        instanceId,
        position,
        stage,
        function,
        others,
        attempt,
        idempotencyKey,
        deadline,
        pointers,
        definition);
  }
}
