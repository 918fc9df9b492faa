package dev.millrace.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a definition compiles to: every task with what it was resolved to.")
final class PlanCommand implements Callable<Integer> {
  private final Millrace millrace;

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
    var plan = Definitions.knowing(millrace.workspace()).require(file).plan();
    if (diagram) {
      PlanDiagram.of(plan).forEach(terminal::say);
    } else {
      var outline = PlanOutline.of(plan);
      switch (format) {
        case TEXT -> outline.lines(terminal).forEach(terminal::say);
        case JSON -> terminal.say(JsonView.pretty(outline.fields()));
      }
    }
    return ExitCode.OK.code();
  }
}
