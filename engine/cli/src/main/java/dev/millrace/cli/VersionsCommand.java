package dev.millrace.cli;

import dev.millrace.core.DefinitionId;
import dev.millrace.wire.DeployedDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "versions",
    mixinStandardHelpOptions = true,
    description = "Lists the deployed versions of a workflow, the highest first.")
final class VersionsCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "NAMESPACE/NAME", description = "The workflow.")
  private String workflow = "";

  @Option(
      names = "--running",
      description = "Counts running instances too: reads the whole journal of the namespace once.")
  private boolean counts;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one version per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  VersionsCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "versions");
    var wanted = Arguments.workflow(workflow);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var versions = client.versions(wanted);
      var running = counts ? client.running(wanted, millrace.terminal()) : null;
      if (versions.isEmpty()) {
        millrace.terminal().note("no version of " + wanted + " is deployed");
      }
      versions.forEach(version -> millrace.terminal().say(line(version, running)));
    }
    return ExitCode.OK.code();
  }

  private String line(DeployedDefinition version, @Nullable Map<DefinitionId, Long> running) {
    var count = running == null ? null : running.getOrDefault(version.id(), 0L);
    return switch (format) {
      case JSON -> json(version, count);
      case TEXT -> text(version, count);
    };
  }

  private static String json(DeployedDefinition version, @Nullable Long running) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("definition", version.id().toString());
    fields.put("deployedAt", version.deployedAt());
    fields.put("retiredAt", version.retiredAt());
    fields.put("hash", version.hash());
    if (running != null) {
      fields.put("running", running);
    }
    return JsonView.of(fields);
  }

  private String text(DeployedDefinition version, @Nullable Long running) {
    var terminal = millrace.terminal();
    return terminal.bold(version.id().toString())
        + "  deployed "
        + version.deployedAt()
        + (version.isRetired()
            ? terminal.yellow("  retired " + version.retiredAt())
            : terminal.green("  takes starts"))
        + (running == null ? "" : "  " + running + " running");
  }
}
