package dev.millrace.core.workflow;

import dev.millrace.core.WorkflowError;

/** Carries an error from where it is found to the task it belongs to. Never leaves the package. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient WorkflowError error;

  Fault(WorkflowError error) {
    super(error.toString(), null, false, false);
    this.error = error;
  }

  WorkflowError error() {
    return error;
  }
}
