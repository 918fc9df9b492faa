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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a compilation finds fault with, each once and with its place. */
final class Findings {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing((Problem problem) -> Objects.requireNonNullElse(problem.resource(), ""))
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column);
  private final DefinitionDocument document;
  private final @Nullable String resource;
  private final String prefix;
  private final Set<Problem> refusals;
  private final Set<Problem> warnings;

  Findings(DefinitionDocument document) {
    this(document, null, "", new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  private Findings(
      DefinitionDocument document,
      @Nullable String resource,
      String prefix,
      Set<Problem> refusals,
      Set<Problem> warnings) {
    this.document = document;
    this.resource = resource;
    this.prefix = prefix;
    this.refusals = refusals;
    this.warnings = warnings;
  }

  /**
   * For another document, into the same lists.
   *
   * @param prefix of the pointers that are asked with, which those of the document do not have
   */
  Findings elsewhere(DefinitionDocument other, String uri, String prefix) {
    return new Findings(other, uri, prefix, refusals, warnings);
  }

  /** What makes another document unreadable. */
  void unreadable(String uri, List<Problem> problems) {
    for (var each : problems) {
      var place = new Place(each.line(), each.column());
      refuse(each.severity(), each.pointer(), place, each.message(), null, uri);
    }
  }

  void error(String pointer, String message, @Nullable String suggestion) {
    var own = own(pointer);
    refuse(Severity.ERROR, own, document.place(own), message, suggestion);
  }

  void errorAtKey(String pointer, String message, @Nullable String suggestion) {
    var own = own(pointer);
    refuse(Severity.ERROR, own, document.keyPlace(own), message, suggestion);
  }

  void unsupported(String pointer, String message) {
    var own = own(pointer);
    refuse(Severity.UNSUPPORTED, own, document.place(own), message, null);
  }

  void unsupportedAtKey(String pointer, String message) {
    var own = own(pointer);
    refuse(Severity.UNSUPPORTED, own, document.keyPlace(own), message, null);
  }

  void warning(Rule rule, String pointer, String message) {
    warning(rule, pointer, message, null);
  }

  void warning(Rule rule, String pointer, String message, @Nullable String suggestion) {
    var own = own(pointer);
    var place = document.keyPlace(own);
    add(
        warnings,
        new Problem(
            Severity.WARNING,
            own,
            place.line(),
            place.column(),
            message,
            suggestion,
            rule,
            resource));
  }

  void warning(String pointer, String message) {
    warning(Rule.OTHER, pointer, message);
  }

  /** As the document has it. */
  private String own(String pointer) {
    return pointer.startsWith(prefix) ? pointer.substring(prefix.length()) : pointer;
  }

  private void refuse(
      Severity severity, String pointer, Place place, String message, @Nullable String suggestion) {
    refuse(severity, pointer, place, message, suggestion, resource);
  }

  private void refuse(
      Severity severity,
      String pointer,
      Place place,
      String message,
      @Nullable String suggestion,
      @Nullable String uri) {
    var line = place.line();
    add(
        refusals,
        new Problem(severity, pointer, line, place.column(), message, suggestion, null, uri));
  }

  private static void add(Set<Problem> found, Problem problem) {
    if (found.size() < PROBLEMS_MAX) {
      found.add(problem);
    }
  }

  List<Problem> refusals() {
    return refusals.stream().sorted(BY_PLACE).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(BY_PLACE).toList();
  }
}
