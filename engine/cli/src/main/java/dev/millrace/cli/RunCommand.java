package dev.millrace.cli;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.wire.Submission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Deploys a definition if need be, and starts an instance of it.",
      "Without a running engine it starts one for the occasion, and waits."
    })
final class RunCommand implements Callable<Integer> {
  private static final int RANDOM_CHARS = 8;

  /** How long a start may take to be taken up or refused, when nobody waits for the end. */
  private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(15);

  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final StageOptions stages = new StageOptions();
  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final CatalogOptions catalogs = new CatalogOptions();
  @Mixin private final LifecycleOptions lifecycle = new LifecycleOptions();

  @Parameters(paramLabel = "FILE", description = "YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = {"-i", "--input"},
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "JSON, @FILE, or - for standard input. Default: ${DEFAULT-VALUE}.")
  private String input = "{}";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Instance id; the same id and input find the run there is. Default: a new one.")
  private @Nullable String id;

  @Option(
      names = {"-w", "--wait"},
      description = "Waits for the end, and prints the output.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = Arguments.DurationText.class,
      description = "How long to wait, e.g. 30s. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  RunCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var workspace = millrace.workspace();
    Logs.of(workspace, "run");
    var definition = Definitions.knowing(workspace, catalogs.resources()).require(file);
    var start =
        new Submission.Start(definition.plan().id().ref(), Arguments.input(input, System.in));
    var running = connection.find(workspace);
    if (running.isPresent()) {
      return run(running.get().reached(), definition, start, wait).code();
    }
    try (var engine = LocalEngine.start(forThisRun(workspace), millrace.terminal())) {
      return run(engine.connection(), definition, start, true).code();
    }
  }

  private LocalEngine.Settings forThisRun(Workspace workspace) {
    return new LocalEngine.Settings(
        workspace,
        connection.topics(),
        null,
        connection.registry(),
        stages.blobs(workspace),
        limits.records(),
        lifecycle.level(),
        0,
        true,
        stages.settings());
  }

  private ExitCode run(
      Connection to, Compilation definition, Submission.Start start, boolean untilTheEnd) {
    try (var client = new WorkflowClient(to)) {
      new Deployment(client).deploy(definition, Arguments.text(file));
      new MissingWorkflows(client, millrace.terminal()).tell(definition.plan());
      var instance = instance(definition.plan().id());
      if (!untilTheEnd) {
        return begin(client, instance, start);
      }
      return watch(client, instance, start);
    }
  }

  private InstanceId instance(DefinitionId definition) {
    return Arguments.instanceId(
        id != null
            ? id
            : definition.name() + "-" + UUID.randomUUID().toString().substring(0, RANDOM_CHARS));
  }

  /** A start may be refused, e.g. because its id is taken, and that is seen a moment later. */
  private ExitCode begin(WorkflowClient client, InstanceId instance, Submission.Start start) {
    try (var watch = watch(client, instance)) {
      var hasBegun = watch.begin(start, BEGIN_TIMEOUT);
      started(instance);
      if (!hasBegun) {
        throw new CommandFailure(
            ExitCode.TIMED_OUT,
            ("%s is sent, but within %d s no engine has begun or refused it;"
                    + " look with 'millrace history %s' and 'millrace dead-letters'")
                .formatted(instance, BEGIN_TIMEOUT.toSeconds(), instance));
      }
      return ExitCode.OK;
    }
  }

  private RunWatch watch(WorkflowClient client, InstanceId instance) {
    return id == null ? RunWatch.ofNew(client, instance) : new RunWatch(client, instance);
  }

  private void started(InstanceId instance) {
    switch (format) {
      case TEXT -> millrace.terminal().say(instance.value());
      case JSON -> millrace.terminal().say("{\"instanceId\":" + JsonView.of(instance) + "}");
    }
  }

  private ExitCode watch(WorkflowClient client, InstanceId instance, Submission.Start start) {
    try (var watch = watch(client, instance)) {
      return watch
          .run(start, timeout, onEntry())
          .map(outcome -> conclude(instance, outcome))
          .orElseThrow(() ->
              new CommandFailure(
                  ExitCode.TIMED_OUT,
                  instance + " has not ended within " + timeout + "; it goes on"));
    }
  }

  private Consumer<JournalEntry> onEntry() {
    var terminal = millrace.terminal();
    var lines = new EventLine(terminal);
    return entry -> {
      if (terminal.live() && format == OutputFormat.TEXT) {
        entry.events().forEach(event -> terminal.note(lines.of(event)));
      }
    };
  }

  private ExitCode conclude(InstanceId instance, Outcome outcome) {
    var terminal = millrace.terminal();
    switch (format) {
      case JSON -> {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("instanceId", instance);
        fields.put("status", outcome.status());
        fields.put("outcome", outcome);
        terminal.say(JsonView.of(fields));
      }
      case TEXT -> {
        if (outcome instanceof Outcome.Completed completed) {
          terminal.say(JsonView.pretty(completed.output()));
        }
        terminal.note(instance + " " + new EventLine(terminal).ending(outcome));
      }
    }
    return ExitCode.of(outcome);
  }
}
