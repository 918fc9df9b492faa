package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;

/** How an instance ended. */
public sealed interface Outcome {

  record Completed(JsonNode output) implements Outcome {}

  record Failed(WorkflowError error) implements Outcome {}

  record Cancelled(String reason) implements Outcome {}

  /** The word that stands for it in records, on screens and in exit codes. */
  default String status() {
    return switch (this) {
      case Completed _ -> "COMPLETED";
      case Failed _ -> "FAILED";
      case Cancelled _ -> "CANCELLED";
    };
  }
}
