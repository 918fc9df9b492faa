package dev.millrace.cli;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Problem.Severity;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.lint.Linter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * A definition file, and what there is to say of it.
 *
 * @param definition its id; empty when it has errors
 */
record CheckedFile(Path file, String definition, List<Problem> problems) {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  /** With the errors and warnings of the compiler. */
  static CheckedFile compiled(Path file, Definitions definitions) {
    try {
      var compilation = definitions.compile(file);
      return new CheckedFile(file, compilation.plan().id().toString(), compilation.warnings());
    } catch (InvalidDefinitionException e) {
      return new CheckedFile(file, "", e.problems());
    }
  }

  /** With those of the linter as well, if it has no errors. */
  CheckedFile linted() {
    if (!isValid()) {
      return this;
    }
    try {
      var all = new ArrayList<>(problems);
      all.addAll(Linter.lint(Arguments.text(file)));
      return new CheckedFile(file, definition, all.stream().sorted(BY_PLACE).toList());
    } catch (InvalidDefinitionException e) {
      return new CheckedFile(file, "", e.problems());
    }
  }

  /** Without the warnings that somebody has decided to live with. */
  CheckedFile allowing(Set<Rule> allowed) {
    var rest =
        problems.stream()
            .filter(problem -> problem.rule() == null || !allowed.contains(problem.rule()))
            .toList();
    return new CheckedFile(file, definition, rest);
  }

  boolean isValid() {
    return problems.stream().noneMatch(Problem::refuses);
  }

  void show(Terminal terminal, OutputFormat format) {
    switch (format) {
      case JSON -> problems.forEach(problem -> terminal.say(json(problem)));
      case TEXT -> lines(terminal).forEach(terminal::say);
    }
  }

  private String json(Problem problem) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("file", file.toString());
    fields.put("problem", problem);
    return JsonView.of(fields);
  }

  private List<String> lines(Terminal terminal) {
    var lines = new ArrayList<String>();
    for (var problem : problems) {
      var line = Definitions.line(file, problem);
      lines.add(
          switch (problem.severity()) {
            case ERROR, UNSUPPORTED -> terminal.red(line);
            case WARNING -> terminal.yellow(line);
          });
    }
    if (isValid()) {
      lines.add(file + ": " + terminal.green("valid") + ", " + definition);
    } else if (problems.stream().noneMatch(it -> it.severity() == Severity.ERROR)) {
      lines.add(file + ": right by the language, but this version cannot run it");
    }
    return lines;
  }
}
