package dev.millrace.core.lint;

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

/** What checks find, each once and with its place. */
final class Warnings {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final DefinitionDocument document;
  private final Set<Problem> found = new LinkedHashSet<>();

  Warnings(DefinitionDocument document) {
    this.document = document;
  }

  void add(Rule rule, String pointer, String message) {
    if (found.size() < PROBLEMS_MAX) {
      var place = keyPlace(pointer);
      found.add(
          new Problem(
              Severity.WARNING, pointer, place.line(), place.column(), message, null, rule));
    }
  }

  Place keyPlace(String pointer) {
    return document.keyPlace(pointer);
  }

  List<Problem> sorted() {
    return found.stream().sorted(BY_PLACE).toList();
  }
}
