package dev.millrace.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a definition compiles to: every task with what it was resolved to.")
final class PlanCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(paramLabel = "FILE", description = "YAML or JSON.")
  private Path file = Path.of("");

  @Option(names = "--diagram", description = "As a Mermaid flowchart.")
  private boolean diagram;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  PlanCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var terminal = millrace.terminal();
    var compiled = Definitions.knowing(millrace.workspace(), catalogs.resources()).require(file);
    var plan = compiled.plan();
    if (diagram) {
      PlanDiagram.of(plan).forEach(terminal::say);
    } else {
      var outline = PlanOutline.of(plan);
      var resources = compiled.resources().keySet().stream().sorted().toList();
      switch (format) {
        case TEXT -> {
          outline.lines(terminal).forEach(terminal::say);
          resources.forEach(uri -> terminal.say(terminal.dim("with  ") + uri));
        }
        case JSON -> {
          var fields = outline.fields();
          fields.put("resources", resources);
          terminal.say(JsonView.pretty(fields));
        }
      }
    }
    return ExitCode.OK.code();
  }
}
