package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;

/** What follows when everything that was to be undone has been. */
public sealed interface Afterwards {

  /** The task that was to undo is done. */
  record Done() implements Afterwards {}

  /** The error that aborted the task goes on outward. */
  record Raise(WorkflowError error) implements Afterwards {}

  /** The task, whose losing branches have been undone, yields this. */
  record Yield(JsonNode output) implements Afterwards {}

  /** The workflow ends with this, as one of its branches said. */
  record End(JsonNode output) implements Afterwards {}
}
