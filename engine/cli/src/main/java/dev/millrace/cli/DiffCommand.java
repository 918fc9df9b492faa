package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.diff.Change;
import dev.millrace.core.diff.DefinitionDiff;
import dev.millrace.core.plan.Compilation;
import dev.millrace.wire.DeployedDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description =
        "Says what changes from one version to another, whether the other can be deployed, and"
            + " which version is due.")
final class DiffCommand implements Callable<Integer> {
  private static final String WHICH =
      "A file, or a deployed workflow: namespace/name:version, or namespace/name for the highest.";
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = WHICH)
  private String oldText = "";

  @Parameters(index = "1", paramLabel = "NEW", description = WHICH)
  private String newText = "";

  @Option(
      names = "--strict",
      description = "Exit as refused, too, when the new version is lower than the one that is due.")
  private boolean strict;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  DiffCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var definitions = Definitions.knowing(millrace.workspace(), catalogs.resources());
    var diff = DefinitionDiff.of(compiled(oldText, definitions), compiled(newText, definitions));
    switch (format) {
      case TEXT -> show(diff);
      case JSON -> millrace.terminal().say(JsonView.pretty(fields(diff)));
    }
    var refused = !diff.isDeployable() || strict && diff.isSameWorkflow() && !diff.isVersionDue();
    return (refused ? ExitCode.REFUSED : ExitCode.OK).code();
  }

  private Compilation compiled(String text, Definitions definitions) {
    var file = Path.of(text);
    return Files.exists(file)
        ? definitions.require(file)
        : definitions.requireDeployed(deployed(Arguments.workflow(text)));
  }

  private DeployedDefinition deployed(DefinitionRef wanted) {
    Logs.of(millrace.workspace(), "diff");
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      return client.versions(wanted).stream()
          .filter(version -> wanted.version() != null || !version.isRetired())
          .findFirst()
          .orElseThrow(() ->
              new CommandFailure(
                  ExitCode.USAGE, wanted + " is neither a file nor a deployed workflow"));
    }
  }

  private void show(DefinitionDiff diff) {
    var terminal = millrace.terminal();
    terminal.say(terminal.bold(diff.oldId() + " → " + diff.newId()));
    diff.changes().forEach(change -> terminal.say(line(change)));
    terminal.say(diff.isDeployable() ? terminal.green(verdict(diff)) : terminal.red(verdict(diff)));
  }

  private String line(Change change) {
    var terminal = millrace.terminal();
    var impact = "  %-5s  ".formatted(lower(change.impact()));
    var coloured =
        switch (change.impact()) {
          case MAJOR -> terminal.red(impact);
          case MINOR -> terminal.yellow(impact);
          case PATCH -> terminal.dim(impact);
        };
    return coloured + lower(change.kind()) + "  " + change.place() + "  " + change.detail();
  }

  static String verdict(DefinitionDiff diff) {
    if (diff.sameContent()) {
      return "The same content: nothing changes.";
    }
    if (!diff.isSameWorkflow()) {
      return "Two workflows: each has versions of its own.";
    }
    if (!diff.isDeployable()) {
      return "Refused by the engine: "
          + diff.newId()
          + " has other content, and running instances are pinned to it. Due version: "
          + diff.dueVersion();
    }
    return "Safe for running instances: they stay on "
        + diff.oldId().version()
        + ". "
        + (diff.isHigher()
            ? "Starts without a version get " + diff.newId().version() + ". "
            : "Starts without a version go on getting " + diff.oldId().version() + ". ")
        + due(diff);
  }

  private static String due(DefinitionDiff diff) {
    return diff.isVersionDue()
        ? "Due version: " + diff.dueVersion()
        : "Callers expect more from the number: due is " + diff.dueVersion();
  }

  private static LinkedHashMap<String, Object> fields(DefinitionDiff diff) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("old", diff.oldId().toString());
    fields.put("new", diff.newId().toString());
    fields.put("sameContent", diff.sameContent());
    fields.put("deployable", diff.isDeployable());
    fields.put("dueVersion", diff.dueVersion());
    fields.put("versionIsDue", diff.isVersionDue());
    fields.put("changes", diff.changes());
    fields.put("verdict", verdict(diff));
    return fields;
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
