package dev.millrace.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "retire",
    mixinStandardHelpOptions = true,
    description =
        "Takes a version out of use: new starts of it are refused, running instances go on.")
final class RetireCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "NAMESPACE/NAME:VERSION", description = "The version.")
  private String version = "";

  @Option(names = "--undo", description = "Takes it back into use.")
  private boolean undo;

  RetireCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "retire");
    var wanted = Arguments.version(version);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var deployment = new Deployment(client);
      var done = undo ? deployment.reinstate(wanted) : deployment.retire(wanted, Instant.now());
      var word = undo ? "in use" : "retired";
      millrace.terminal().say((done ? word + ": " : "already " + word + ": ") + wanted);
    }
    return ExitCode.OK.code();
  }
}
