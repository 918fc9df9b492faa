package dev.millrace.cli;

import dev.millrace.core.StageName;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = "Runs Kafka, the engine and the stages in one process, until it is interrupted.")
final class DevCommand implements Callable<Integer> {
  private static final double NANOS_PER_SECOND = 1e9;
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final StageOptions stages = new StageOptions();
  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final LifecycleOptions lifecycle = new LifecycleOptions();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = BrokerCommand.DEFAULT_PORT,
      description = "Of the embedded Kafka; 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--no-stages", description = "Leaves the stages to 'millrace work' processes.")
  private boolean noStages;

  DevCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var workspace = millrace.workspace();
    Logs.of(workspace, "dev");
    requireAlone(workspace);
    var began = System.nanoTime();
    var engine =
        LocalEngine.start(
            new LocalEngine.Settings(
                workspace,
                connection.topics(),
                connection.bootstrap(),
                connection.registry(),
                stages.blobs(workspace),
                limits.records(),
                lifecycle.level(),
                port,
                !noStages,
                stages.settings()),
            millrace.terminal());
    Shutdown.closes(engine);
    var running = announce(workspace, engine, (System.nanoTime() - began) / NANOS_PER_SECOND);
    engine.awaitEnd();
    running.forget(workspace);
    return ExitCode.OK.code();
  }

  private static void requireAlone(Workspace workspace) {
    RunningDev.find(workspace)
        .ifPresent(other -> {
          throw new CommandFailure(
              ExitCode.REFUSED,
              "it runs already, at " + other.bootstrapServers() + " (process " + other.pid() + ")");
        });
  }

  private RunningDev announce(Workspace workspace, LocalEngine engine, double seconds) {
    var to = engine.connection();
    var running =
        new RunningDev(
            to.bootstrapServers(),
            to.topics().namespace(),
            to.registry(),
            ProcessHandle.current().pid());
    running.write(workspace);
    var terminal = millrace.terminal();
    var names =
        engine.stages().stream().map(StageName::value).sorted().collect(Collectors.joining(", "));
    terminal.say(terminal.bold("Millrace is ready") + String.format(" (%.1f s)", seconds));
    terminal.say("  Kafka      " + to.bootstrapServers());
    terminal.say("  topics     " + to.topics().namespace() + ".*");
    terminal.say("  stages     " + (names.isEmpty() ? "none here" : names));
    terminal.say("  data, log  " + workspace.folder());
    terminal.say("  try        ./millrace run FILE --input '{}' --wait");
    terminal.say(terminal.dim("Ctrl-C ends it; what runs goes on at the next start."));
    return running;
  }
}
