package dev.millrace.cli;

import dev.millrace.wire.Submission;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "Asks the engine to end a running instance.")
final class CancelCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "ID", description = "Instance id.")
  private String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "cancelled from the command line",
      description = "Kept in the journal. Default: '${DEFAULT-VALUE}'.")
  private String reason = "";

  CancelCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "cancel");
    var instance = Arguments.instanceId(id);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      client.submit(instance, new Submission.Cancel(reason));
    }
    millrace.terminal().say("asked to cancel " + instance);
    return ExitCode.OK.code();
  }
}
