package dev.millrace.core.definition;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong with a definition, and where.
 *
 * @param pointer JSON pointer of the offending value; empty for the whole document
 * @param line counted from 1; 0 when the place is unknown
 * @param column counted from 1; 0 when the place is unknown
 * @param message what is wrong and what was expected
 * @param suggestion the nearest valid word; null when none is near
 * @param rule what a warning is about; null for an error
 * @param resource URI of the document it is in, if that is another than the definition
 */
public record Problem(
    Severity severity,
    String pointer,
    int line,
    int column,
    String message,
    @Nullable String suggestion,
    @Nullable Rule rule,
    @Nullable String resource) {

  /** Of the definition itself. */
  public Problem(
      Severity severity,
      String pointer,
      int line,
      int column,
      String message,
      @Nullable String suggestion,
      @Nullable Rule rule) {
    this(severity, pointer, line, column, message, suggestion, rule, null);
  }

  /** An error, or a warning that no rule names. */
  public Problem(
      Severity severity,
      String pointer,
      int line,
      int column,
      String message,
      @Nullable String suggestion) {
    this(severity, pointer, line, column, message, suggestion, null);
  }

  public enum Severity {
    /** No definition of the language. */
    ERROR,
    /** Right by the language, and nothing this version carries out: it is refused as well. */
    UNSUPPORTED,
    /** It may be deployed. */
    WARNING
  }

  /** Whether a definition that has it is refused. */
  public boolean refuses() {
    return switch (severity) {
      case ERROR, UNSUPPORTED -> true;
      case WARNING -> false;
    };
  }

  /**
   * As compilers say it: {@code line:column: error: message (did you mean 'x'?)}, with the document
   * before it if that is another than the definition.
   */
  public String wording() {
    var place =
        Stream.of(resource == null ? "" : resource, number(line), number(column))
            .filter(part -> !part.isEmpty())
            .map(part -> part + ":")
            .collect(Collectors.joining());
    return place
        + (place.isEmpty() ? "" : " ")
        + (refuses() ? "error: " : "warning: ")
        + message
        + (suggestion == null ? "" : " (did you mean '" + suggestion + "'?)")
        + mark();
  }

  private static String number(int counted) {
    return counted > 0 ? Integer.toString(counted) : "";
  }

  /** What a reader may look up, or ask for. */
  private String mark() {
    return switch (severity) {
      case ERROR -> "";
      case UNSUPPORTED -> " [unsupported]";
      case WARNING -> rule == null ? "" : " [" + rule.id() + "]";
    };
  }
}
