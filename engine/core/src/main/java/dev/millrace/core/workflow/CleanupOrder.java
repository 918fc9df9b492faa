package dev.millrace.core.workflow;

import dev.millrace.core.workflow.WorkflowEvent.CleanupStarted;

/** The tasks that run always, one after the other, whether or not the one before went well. */
final class CleanupOrder {
  private CleanupOrder() {}

  /** The one that ran is over: the next begins, or the instance ends. */
  static void next(Transition transition, Frame.Ending ending) {
    for (var cleanup : ending.cleanups()) {
      if (cleanup > ending.current()) {
        transition.record(new CleanupStarted(cleanup, transition.now()));
        return;
      }
    }
    transition.finish(ending.cause());
  }
}
