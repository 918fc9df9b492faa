package dev.millrace.core.plan;

import static dev.millrace.core.definition.DefinitionBounds.PROBLEMS_MAX;

import dev.millrace.core.definition.DefinitionDocument;
import dev.millrace.core.definition.Place;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Problem.Severity;
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
    add(Severity.ERROR, pointer, document.place(pointer), message, suggestion);
  }

  void errorAtKey(String pointer, String message, @Nullable String suggestion) {
    add(Severity.ERROR, pointer, document.keyPlace(pointer), message, suggestion);
  }

  void warning(String pointer, String message) {
    add(Severity.WARNING, pointer, document.keyPlace(pointer), message, null);
  }

  private void add(
      Severity severity, String pointer, Place place, String message, @Nullable String suggestion) {
    var found = severity == Severity.ERROR ? errors : warnings;
    if (found.size() < PROBLEMS_MAX) {
      found.add(new Problem(severity, pointer, place.line(), place.column(), message, suggestion));
    }
  }

  List<Problem> errors() {
    return errors.stream().sorted(BY_PLACE).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(BY_PLACE).toList();
  }
}
