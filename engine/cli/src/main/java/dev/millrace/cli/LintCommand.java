package dev.millrace.cli;

import dev.millrace.core.NearestWord;
import dev.millrace.core.definition.Rule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description = "Checks definitions, and looks for what is allowed and probably not meant.")
final class LintCommand implements Callable<Integer> {
  private static final int ID_WIDTH = 26;

  private final Millrace millrace;

  @Mixin private final CatalogOptions catalogs = new CatalogOptions();

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "YAML or JSON.")
  private List<Path> files = List.of();

  @Option(
      names = "--allow",
      paramLabel = "RULE",
      description = "Says nothing about this rule. Can be given several times.")
  private List<String> allowed = List.of();

  @Option(names = "--strict", description = "A warning is reason enough to exit as with an error.")
  private boolean strict;

  @Option(names = "--rules", description = "Lists the rules, and why there is each.")
  private boolean lists;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one problem per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  LintCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    if (lists) {
      Arrays.stream(Rule.values()).forEach(this::explain);
      return ExitCode.OK.code();
    }
    if (files.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "name a file, or ask for --rules");
    }
    var rules = allowed.stream().map(LintCommand::rule).collect(Collectors.toUnmodifiableSet());
    var checks = check(rules);
    checks.forEach(check -> check.show(millrace.terminal(), format));
    var passed = checks.stream().allMatch(this::passes);
    return (passed ? ExitCode.OK : ExitCode.INVALID_DEFINITION).code();
  }

  private List<CheckedFile> check(Set<Rule> rules) {
    var definitions = Definitions.knowing(millrace.workspace(), catalogs.resources());
    return files.stream()
        .map(file -> CheckedFile.compiled(file, definitions).linted().allowing(rules))
        .toList();
  }

  private boolean passes(CheckedFile check) {
    return strict ? check.problems().isEmpty() : check.isValid();
  }

  private static Rule rule(String id) {
    return Arrays.stream(Rule.values())
        .filter(rule -> rule.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, unknown(id)));
  }

  private static String unknown(String id) {
    var ids = Arrays.stream(Rule.values()).map(Rule::id).collect(Collectors.toSet());
    var near = NearestWord.to(id, ids);
    return "there is no rule '"
        + id
        + "'"
        + (near == null ? "; see --rules" : " (did you mean '" + near + "'?)");
  }

  private void explain(Rule rule) {
    var terminal = millrace.terminal();
    switch (format) {
      case JSON -> terminal.say(JsonView.of(Map.of(rule.id(), rule.explanation())));
      case TEXT -> {
        var gap = " ".repeat(Math.max(1, ID_WIDTH - rule.id().length()));
        terminal.say(terminal.bold(rule.id()) + gap + rule.explanation());
      }
    }
  }
}
