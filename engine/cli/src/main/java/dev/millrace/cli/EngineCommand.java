package dev.millrace.cli;

import dev.millrace.wire.blob.BlobLocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "engine",
    mixinStandardHelpOptions = true,
    description = "Runs the engine alone at an existing Kafka, until it is interrupted.")
final class EngineCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final LifecycleOptions lifecycle = new LifecycleOptions();
  @Mixin private final RunOptions run = new RunOptions();

  EngineCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var workspace = millrace.workspace();
    Logs.of(workspace, "engine");
    var to = connection.reach(workspace);
    var engine =
        LocalEngine.start(
            new LocalEngine.Settings(
                workspace,
                to.topics(),
                to.bootstrapServers(),
                to.registry(),
                BlobLocation.folder(workspace.blobs()),
                limits.records(),
                lifecycle.level(),
                0,
                false,
                run.settings()),
            millrace.terminal());
    Shutdown.closes(engine);
    millrace
        .terminal()
        .say(
            "engine ready at "
                + to.bootstrapServers()
                + ", topics "
                + to.topics().namespace()
                + ".*");
    engine.awaitEnd();
    return ExitCode.OK.code();
  }
}
