package dev.millrace.cli;

import dev.millrace.broker.BrokerSettings;
import dev.millrace.broker.EmbeddedBroker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = "Runs the embedded single-node Kafka alone, until it is interrupted.")
final class BrokerCommand implements Callable<Integer> {
  static final String DEFAULT_PORT = "9092";
  private final Millrace millrace;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = DEFAULT_PORT,
      description = "0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  BrokerCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var workspace = millrace.workspace();
    Logs.of(workspace, "broker");
    var broker = EmbeddedBroker.start(new BrokerSettings(workspace.broker(), port, 0));
    Shutdown.closes(broker);
    millrace.terminal().say("broker ready at " + broker.bootstrapServers());
    broker.awaitShutdown();
    return ExitCode.OK.code();
  }
}
