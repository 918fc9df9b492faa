package dev.millrace.core.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one task, as it stands in a stage's queue.
 *
 * @param function which of the stage's functions to run, e.g. {@code http} or {@code rag.retrieve}
 * @param arguments evaluated already; holds no expression
 * @param attempt counted from 1
 * @param idempotencyKey the same for every attempt at this occurrence
 * @param deadline after this instant nobody waits for the answer; null when the definition sets
 *     none
 */
public record StageRequest(
    InstanceId instanceId,
    TaskPosition position,
    StageName stage,
    String function,
    JsonNode arguments,
    int attempt,
    String idempotencyKey,
    @Nullable Instant deadline) {}
