package dev.millrace.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description =
        "Checks definitions, and says what is wrong where. 'lint' looks for traps as well.")
final class ValidateCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

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
    var definitions = Definitions.knowing(millrace.workspace(), catalogs.resources());
    var checks = files.stream().map(file -> CheckedFile.compiled(file, definitions)).toList();
    checks.forEach(check -> check.show(millrace.terminal(), format));
    var valid = checks.stream().allMatch(CheckedFile::isValid);
    return (valid ? ExitCode.OK : ExitCode.INVALID_DEFINITION).code();
  }
}
