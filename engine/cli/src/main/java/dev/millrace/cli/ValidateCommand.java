package dev.millrace.cli;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Checks definitions, and says what is wrong where.")
final class ValidateCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML or JSON.")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one problem per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  ValidateCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    var definitions = Definitions.knowing(millrace.workspace());
    var checks = files.stream().map(file -> check(definitions, file)).toList();
    checks.forEach(this::show);
    var valid = checks.stream().allMatch(Check::isValid);
    return (valid ? ExitCode.OK : ExitCode.INVALID_DEFINITION).code();
  }

  private static Check check(Definitions definitions, Path file) {
    try {
      var compilation = definitions.compile(file);
      return new Check(file, compilation.plan().id().toString(), compilation.warnings());
    } catch (InvalidDefinitionException e) {
      return new Check(file, "", e.problems());
    }
  }

  private void show(Check check) {
    switch (format) {
      case JSON -> check.problems().forEach(p -> millrace.terminal().say(json(check.file(), p)));
      case TEXT -> lines(check).forEach(millrace.terminal()::say);
    }
  }

  private static String json(Path file, Problem problem) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("file", file.toString());
    fields.put("problem", problem);
    return JsonView.of(fields);
  }

  private List<String> lines(Check check) {
    var terminal = millrace.terminal();
    var lines = new ArrayList<String>();
    for (var problem : check.problems()) {
      var line = Definitions.line(check.file(), problem);
      lines.add(
          switch (problem.severity()) {
            case ERROR -> terminal.red(line);
            case WARNING -> terminal.yellow(line);
          });
    }
    if (check.isValid()) {
      lines.add(check.file() + ": " + terminal.green("valid") + ", " + check.definition());
    }
    return lines;
  }

  /**
   * @param definition its id; empty when it has errors
   */
  private record Check(Path file, String definition, List<Problem> problems) {
    boolean isValid() {
      return problems.stream().noneMatch(p -> p.severity() == Problem.Severity.ERROR);
    }
  }
}
