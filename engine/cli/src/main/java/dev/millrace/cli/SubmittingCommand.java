package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowState.Running;
import dev.millrace.wire.Submission;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Asks the engine for one thing about one instance that is under way by the journal. Whether it
 * does it, the history says.
 */
abstract class SubmittingCommand implements Callable<Integer> {
  private final Millrace millrace;
  private final String name;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(index = "0", paramLabel = "ID", description = "Instance id.")
  private String id = "";

  @Option(
      names = "--unchecked",
      description = "Sends it whatever the journal says: the instance may be about to begin.")
  private boolean isUnchecked;

  /**
   * @param name of the command, and of its log
   */
  SubmittingCommand(Millrace millrace, String name) {
    this.millrace = millrace;
    this.name = name;
  }

  /**
   * @throws CommandFailure if what was typed is none
   */
  abstract Submission submission();

  /** What was asked for, e.g. {@code asked to cancel o-1}. */
  abstract String said(InstanceId instance);

  /**
   * @throws CommandFailure if the instance is under way, but cannot do this now
   */
  void requireSense(Running running) {}

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), name);
    var instance = Arguments.instanceId(id);
    var submission = submission();
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      if (!isUnchecked) {
        requireSense(new InstanceLookup(millrace.terminal()).requireRunning(client, instance));
      }
      client.submit(instance, submission);
    }
    millrace.terminal().say(said(instance));
    return ExitCode.OK.code();
  }
}
