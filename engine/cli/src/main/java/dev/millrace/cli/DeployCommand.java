package dev.millrace.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = "Makes a definition known to the engine. A version never changes its content.")
final class DeployCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(paramLabel = "FILE", description = "YAML or JSON.")
  private Path file = Path.of("");

  DeployCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "deploy");
    var definition = Definitions.knowing(millrace.workspace(), catalogs.resources()).require(file);
    for (var warning : definition.warnings()) {
      millrace.terminal().note(millrace.terminal().yellow(Definitions.line(file, warning)));
    }
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var isNew = new Deployment(client).deploy(definition, Arguments.text(file));
      millrace
          .terminal()
          .say((isNew ? "deployed " : "already deployed: ") + definition.plan().id());
      new MissingWorkflows(client, millrace.terminal()).tell(definition.plan());
    }
    return ExitCode.OK.code();
  }
}
