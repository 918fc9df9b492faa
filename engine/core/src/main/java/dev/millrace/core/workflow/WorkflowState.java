package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the journal of one instance amounts to. */
public sealed interface WorkflowState {

  record NotStarted() implements WorkflowState {}

  /**
   * @param cursor of the workflow's own block
   * @param frames the tasks that have begun, outermost first
   */
  record Running(
      InstanceId instanceId,
      DefinitionId definition,
      String planHash,
      String requestHash,
      JsonNode rawInput,
      JsonNode input,
      JsonNode context,
      Instant startedAt,
      @Nullable Instant deadline,
      Cursor cursor,
      List<Frame> frames)
      implements WorkflowState {
    public Running {
      frames = List.copyOf(frames);
    }
  }

  /** Kept after the end, so that a repeated start or a late answer is recognised. */
  record Finished(
      InstanceId instanceId,
      DefinitionId definition,
      String requestHash,
      Outcome outcome,
      Instant startedAt,
      Instant finishedAt)
      implements WorkflowState {}
}
