package dev.millrace.cli;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.scenarios.ScenarioSuite;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description =
        "Runs scenarios (.feature files) in virtual time, without Kafka. The steps are listed in"
            + " docs/scenarios.md.")
final class TestCommand implements Callable<Integer> {
  private static final double MILLIS_PER_SECOND = 1_000;
  private final Millrace millrace;

  @Mixin private final StageOptions stages = new StageOptions();
  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(
      paramLabel = "FILE|DIR",
      arity = "1..*",
      description = "Feature files, and folders that are searched for them.")
  private List<Path> places = List.of();

  @Option(
      names = "--crashes",
      description =
          "Runs every scenario that passed again, once for each of its transactions, ending the"
              + " engine after it: nothing may change.")
  private boolean crashes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one scenario per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  TestCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "test");
    var began = System.nanoTime();
    var suite = suite();
    var settings = settings();
    var results = run(suite, settings);
    var failed = results.stream().filter(result -> !result.hasPassed()).toList();
    failed.forEach(this::explain);
    sum(results.size(), failed.size(), (System.nanoTime() - began) / 1_000_000);
    var standsCrashes = !crashes || standsCrashes(settings, results);
    return (failed.isEmpty() && standsCrashes ? ExitCode.OK : ExitCode.SCENARIO_FAILED).code();
  }

  private ScenarioSuite suite() {
    for (var place : places) {
      if (!Files.exists(place)) {
        throw new CommandFailure(ExitCode.USAGE, "there is no " + place);
      }
    }
    try {
      var suite = ScenarioSuite.of(places);
      if (suite.isEmpty()) {
        throw new CommandFailure(ExitCode.USAGE, "no .feature file in " + places);
      }
      requireFaultless(suite);
      return suite;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, "cannot read " + places + ": " + e.getMessage(), e);
    }
  }

  /** A file that would run nothing must not pass for one whose scenarios all passed. */
  private static void requireFaultless(ScenarioSuite suite) throws IOException {
    var mistakes = suite.mistakes();
    if (!mistakes.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "nothing was run:\n" + String.join("\n", mistakes));
    }
  }

  private ScenarioSettings settings() {
    var discovered =
        Stages.discover(new StageSettings(millrace.workspace().stages(), stages.settings()));
    return ScenarioSettings.of(discovered).withResources(catalogs.resources());
  }

  private List<ScenarioResult> run(ScenarioSuite suite, ScenarioSettings settings) {
    try {
      return suite.run(settings, this::show);
    } catch (RuntimeException e) {
      if (ScenarioSuite.isMistake(e)) {
        throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  // One line for each scenario, as it ends.

  private void show(ScenarioResult result) {
    var terminal = millrace.terminal();
    switch (format) {
      case JSON -> terminal.say(json(result));
      case TEXT -> {
        var mark = result.hasPassed() ? terminal.green("✓") : terminal.red("✗");
        terminal.say("%s %s %s".formatted(mark, result.name(), terminal.dim(place(result))));
      }
    }
  }

  private static String json(ScenarioResult result) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("feature", Path.of(result.feature()).toString());
    fields.put("line", result.line());
    fields.put("name", result.name());
    fields.put("passed", result.hasPassed());
    fields.put("millis", result.took().toMillis());
    if (result.failure() != null) {
      fields.put("step", result.wrongStep());
      fields.put("failure", result.failure().getMessage());
      fields.put("journal", result.journal());
    }
    return JsonView.of(fields);
  }

  /** The step that went wrong, what was wrong, and what had happened until then. */
  private void explain(ScenarioResult result) {
    if (format == OutputFormat.JSON) {
      return;
    }
    var terminal = millrace.terminal();
    terminal.note("");
    terminal.note(terminal.red("✗ " + result.name()) + " " + terminal.dim(place(result)));
    if (result.wrongStep() != null) {
      terminal.note("  " + terminal.bold(result.wrongStep()));
    }
    message(result).lines().forEach(line -> terminal.note("  " + line));
    journal(result);
  }

  private static String message(ScenarioResult result) {
    return switch (result.failure()) {
      case null -> "";
      case InvalidDefinitionException refused ->
          "the definition is refused:\n" + refused.getMessage();
      case Throwable failure -> String.valueOf(failure.getMessage());
    };
  }

  private void journal(ScenarioResult result) {
    var terminal = millrace.terminal();
    var lines = new EventLine(terminal);
    for (var entry : result.journal()) {
      for (var event : entry.events()) {
        var time =
            terminal.dim(String.format(Locale.ROOT, "%s %3d  ", entry.at(), entry.sequence()));
        terminal.note("  " + time + lines.of(event));
      }
    }
  }

  private static String place(ScenarioResult result) {
    var file = Path.of(result.feature());
    var here = Path.of("").toAbsolutePath();
    return (file.startsWith(here) ? here.relativize(file) : file) + ":" + result.line();
  }

  private void sum(int scenarios, int failed, long millis) {
    var terminal = millrace.terminal();
    terminal.note(
        String.format(
            Locale.ROOT,
            "%d %s, %s, %.1f s",
            scenarios,
            scenarios == 1 ? "scenario" : "scenarios",
            failed == 0 ? terminal.green("all passed") : terminal.red(failed + " failed"),
            millis / MILLIS_PER_SECOND));
  }

  private boolean standsCrashes(ScenarioSettings settings, List<ScenarioResult> results) {
    var terminal = millrace.terminal();
    var passed = results.stream().filter(ScenarioResult::hasPassed).toList();
    var verdict = new CrashGate(settings).judge(passed);
    verdict.failures().forEach(line -> terminal.note(terminal.red("✗ ") + line));
    terminal.note(
        "%d crashes, %s"
            .formatted(
                verdict.points(),
                verdict.failures().isEmpty()
                    ? terminal.green("none made a difference")
                    : terminal.red(verdict.failures().size() + " made a difference")));
    return verdict.failures().isEmpty();
  }
}
