package dev.millrace.core.workflow;

import dev.millrace.core.WorkflowError;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;

/** Ends an instance that the engine cannot carry on, so that it fails visibly and does not hang. */
public final class Abandonment {
  private Abandonment() {}

  /**
   * @param error what stands in the way, e.g. that a transition outgrew a record
   */
  public static Accepted of(
      Plan plan, Running state, WorkflowError error, Instant now, Limits limits) {
    var transition = new Transition(plan, state, now, limits);
    transition.finish(new Outcome.Failed(error));
    return transition.accepted();
  }
}
