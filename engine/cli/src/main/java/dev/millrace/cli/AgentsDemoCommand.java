package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.sagas.agents.AgentPattern;
import dev.millrace.sagas.agents.AgentsSaga;
import dev.millrace.wire.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "agents",
    mixinStandardHelpOptions = true,
    description = {
      "Runs patterns of agents as workflows on an embedded Kafka, their tools on a real MCP"
          + " server.",
      "Without a configured model (--set llm.provider=…) replies come from a script, and say so."
    })
final class AgentsDemoCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** Settings that name a model to ask. */
  private static final List<String> PROVIDERS =
      List.of("llm.provider", "llm.base-url", "llm.script");

  private final Millrace millrace;

  @Mixin private final StageOptions stages = new StageOptions();

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      description = "One of ${COMPLETION-CANDIDATES}, in small letters or capitals. Default: all.")
  private @Nullable AgentPattern pattern;

  @Option(
      names = "--ask",
      paramLabel = "TEXT",
      description = "What the agents of --pattern are to do. Default: a sample the script knows.")
  private @Nullable String text;

  AgentsDemoCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() throws IOException {
    if (text != null && pattern == null) {
      throw new CommandFailure(ExitCode.USAGE, "--ask needs --pattern: who is to do it?");
    }
    var workspace = DemoEngine.workspace(millrace);
    Logs.of(workspace, "demo-agents");
    var folder = workspace.folder().resolve("agents");
    var server = AgentsSaga.installToolServer(folder, System.getProperty("java.class.path"));
    var chosen = pattern == null ? List.of(AgentPattern.values()) : List.of(pattern);
    try (var engine = DemoEngine.start(millrace, settings(folder, server))) {
      chosen.forEach(each -> engine.deploy(each.sources()));
      var exit = ExitCode.OK;
      for (var each : chosen) {
        var end = run(engine.client(), each, server);
        exit = exit == ExitCode.OK ? end : exit;
      }
      return exit.code();
    }
  }

  /** The script stands in only where nobody has said which model to ask. */
  private Map<String, String> settings(Path folder, String server) throws IOException {
    var settings = new TreeMap<>(AgentsSaga.allowing(server));
    if (PROVIDERS.stream().noneMatch(stages.settings()::containsKey)) {
      settings.putAll(AgentsSaga.scripted(folder));
    }
    settings.putAll(stages.settings());
    return Map.copyOf(settings);
  }

  private ExitCode run(WorkflowClient client, AgentPattern each, String server) {
    var terminal = millrace.terminal();
    var instance = DemoEngine.instance(null, name(each) + "-");
    var task = text == null ? each.sample() : text;
    terminal.say("");
    terminal.say(
        terminal.bold(name(each) + ": " + task) + terminal.dim("  (instance " + instance + ")"));
    var view = new AgentsView(terminal);
    var start =
        new Submission.Start(DefinitionRef.parse(each.workflow()), each.input(task, server));
    try (var watch = new RunWatch(client, instance)) {
      return watch
          .run(start, TIMEOUT, view::show)
          .map(view::conclude)
          .orElseThrow(() ->
              new CommandFailure(ExitCode.TIMED_OUT, "no end within " + TIMEOUT + ": " + instance));
    }
  }

  private static String name(AgentPattern pattern) {
    return pattern.name().toLowerCase(Locale.ROOT);
  }
}
