package dev.millrace.cli;

import dev.millrace.server.TopologyShape;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "topology",
    mixinStandardHelpOptions = true,
    description = "Shows what a definition compiles to, and the Kafka topology that runs it.")
final class TopologyCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(paramLabel = "FILE", description = "YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  TopologyCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var terminal = millrace.terminal();
    var definitions = Definitions.knowing(millrace.workspace(), catalogs.resources());
    var plan = definitions.require(file).plan();
    var shape = TopologyShape.of(connection.topics());
    switch (format) {
      case TEXT -> {
        PlanTree.of(plan, terminal).forEach(terminal::say);
        terminal.say("");
        shape.lines().forEach(terminal::say);
      }
      case MERMAID -> {
        terminal.say("%% The plan.");
        PlanDiagram.of(plan).forEach(terminal::say);
        terminal.say("");
        terminal.say("%% The topology that runs it, the same for every definition.");
        shape.diagram().forEach(terminal::say);
      }
    }
    return ExitCode.OK.code();
  }

  enum Format {
    TEXT,
    MERMAID;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
