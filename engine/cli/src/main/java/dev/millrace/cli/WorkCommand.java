package dev.millrace.cli;

import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.stages.worker.StageWorkers;
import dev.millrace.stages.worker.WorkerSettings;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.blob.ClaimCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "work",
    mixinStandardHelpOptions = true,
    description = "Does the work of stages, apart from the engine, until it is interrupted.")
final class WorkCommand implements Callable<Integer> {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final StageOptions stages = new StageOptions();

  @Option(
      names = "--stages",
      paramLabel = "NAME",
      split = ",",
      description = "Only these, separated by commas. Default: all on the class path.")
  private List<String> names = List.of();

  @Option(
      names = "--member",
      paramLabel = "NAME",
      description =
          "Name of this process among the workers, the same after a restart: it gets its share of"
              + " the queues back at once. Default: none.")
  private @Nullable String member;

  WorkCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() throws InterruptedException {
    var workspace = millrace.workspace();
    Logs.of(workspace, "work");
    var specs = chosen(Stages.discover(new StageSettings(workspace.stages(), stages.settings())));
    var to = connection.reach(workspace);
    var workers = StageWorkers.start(specs, settings(to));
    Shutdown.closes(workers);
    if (!workers.awaitRunning(READY_TIMEOUT)) {
      throw new CommandFailure(
          ExitCode.DEFECT, "the workers are not ready after " + READY_TIMEOUT + "; see the log");
    }
    millrace.terminal().say("working for " + names(specs) + " at " + to.bootstrapServers());
    new CountDownLatch(1).await();
    return ExitCode.OK.code();
  }

  private WorkerSettings settings(Connection to) {
    var blobs = stages.blobs(millrace.workspace()).open();
    return new WorkerSettings(
        Map.of("bootstrap.servers", to.bootstrapServers()),
        to.codecs(),
        member,
        RecordLimits.RECORD_BYTES_MAX,
        new ClaimCheck(blobs, ClaimCheck.INLINE_BYTES_MAX));
  }

  private List<StageSpec> chosen(List<StageSpec> all) {
    var known = all.stream().map(spec -> spec.name().value()).toList();
    for (var name : names) {
      if (!known.contains(name)) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "there is no stage '" + name + "'; there are " + String.join(", ", known));
      }
    }
    return names.isEmpty()
        ? all
        : all.stream().filter(spec -> names.contains(spec.name().value())).toList();
  }

  private static String names(List<StageSpec> specs) {
    return specs.stream().map(spec -> spec.name().value()).collect(Collectors.joining(", "));
  }
}
