package dev.millrace.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description =
        "Deletes a retired version that no instance runs on. Reads the whole journal of the"
            + " namespace once, to be sure.")
final class DeleteCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "NAMESPACE/NAME:VERSION", description = "The version.")
  private String version = "";

  DeleteCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "delete");
    var wanted = Arguments.version(version);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      new Deployment(client).delete(wanted, Instant.now(), millrace.terminal());
      millrace.terminal().say("deleted " + wanted);
    }
    return ExitCode.OK.code();
  }
}
