package dev.millrace.core.plan;

import static dev.millrace.core.definition.DefinitionBounds.PROBLEMS_MAX;

import dev.millrace.core.definition.DefinitionDocument;
import dev.millrace.core.definition.Place;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Problem.Severity;
import dev.millrace.core.definition.Rule;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a compilation finds fault with, each once and with its place. */
final class Findings {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);
  private final DefinitionDocument document;
  private final Set<Problem> errors = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();

  Findings(DefinitionDocument document) {
    this.document = document;
  }

  void error(String pointer, String message, @Nullable String suggestion) {
    addError(pointer, document.place(pointer), message, suggestion);
  }

  void errorAtKey(String pointer, String message, @Nullable String suggestion) {
    addError(pointer, document.keyPlace(pointer), message, suggestion);
  }

  void warning(Rule rule, String pointer, String message) {
    warning(rule, pointer, message, null);
  }

  void warning(Rule rule, String pointer, String message, @Nullable String suggestion) {
    var place = document.keyPlace(pointer);
    add(
        warnings,
        new Problem(
            Severity.WARNING, pointer, place.line(), place.column(), message, suggestion, rule));
  }

  void warning(String pointer, String message) {
    warning(Rule.OTHER, pointer, message);
  }

  private void addError(String pointer, Place place, String message, @Nullable String suggestion) {
    add(
        errors,
        new Problem(Severity.ERROR, pointer, place.line(), place.column(), message, suggestion));
  }

  private static void add(Set<Problem> found, Problem problem) {
    if (found.size() < PROBLEMS_MAX) {
      found.add(problem);
    }
  }

  List<Problem> errors() {
    return errors.stream().sorted(BY_PLACE).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(BY_PLACE).toList();
  }
}
