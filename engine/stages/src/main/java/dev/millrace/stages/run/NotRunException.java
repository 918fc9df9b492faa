package dev.millrace.stages.run;

import dev.millrace.core.WorkflowError;

/** Nothing was started, and nothing will be by asking again. */
final class NotRunException extends Exception {
  private static final long serialVersionUID = 1;
  private final transient WorkflowError error;

  NotRunException(WorkflowError error) {
    super(error.detail());
    this.error = error;
  }

  WorkflowError error() {
    return error;
  }
}
