package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;

/** How an instance stands by its journal, for a command that is about to ask something of it. */
final class InstanceLookup {
  private final Terminal terminal;

  InstanceLookup(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * @throws CommandFailure if it has no journal, or has ended
   */
  Running requireRunning(WorkflowClient client, InstanceId instance) {
    return switch (state(client, instance)) {
      case Running running -> running;
      case NotStarted _ -> throw notBegun(instance);
      case Finished finished -> throw ended(finished);
    };
  }

  /** All that the journal held a moment ago, folded as the engine does. */
  private static WorkflowState state(WorkflowClient client, InstanceId instance) {
    try (var journal = client.journal(instance)) {
      WorkflowState state = new NotStarted();
      var next = 0L;
      for (var entry : journal.soFar()) {
        if (entry.value().sequence() != next++) {
          // It ended long ago, and the broker is at forgetting its entries.
          return new NotStarted();
        }
        state = Workflow.replay(state, entry.value().events());
      }
      return state;
    }
  }

  /** Said by every command that finds none. */
  static String unknown(InstanceId instance) {
    return "there is no journal of an instance " + instance;
  }

  private static CommandFailure notBegun(InstanceId instance) {
    return new CommandFailure(
        ExitCode.USAGE,
        unknown(instance)
            + ", so nothing was sent; if its start has been sent and is not taken up yet,"
            + " --unchecked sends this after it");
  }

  private CommandFailure ended(Finished it) {
    return new CommandFailure(
        ExitCode.REFUSED,
        it.instanceId()
            + " has ended at "
            + it.finishedAt()
            + ", so there is nothing to do: "
            + new EventLine(terminal).ending(it.outcome()));
  }
}
