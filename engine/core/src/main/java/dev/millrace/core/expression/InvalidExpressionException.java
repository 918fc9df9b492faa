package dev.millrace.core.expression;

import org.jspecify.annotations.Nullable;

/** A text that is no expression, or one that can never work. Found when a definition is read. */
public final class InvalidExpressionException extends Exception {
  private static final long serialVersionUID = 1L;
  private final @Nullable String suggestion;

  public InvalidExpressionException(String message, @Nullable String suggestion) {
    super(message);
    this.suggestion = suggestion;
  }

  /** The nearest valid word; null when none is near. */
  public @Nullable String suggestion() {
    return suggestion;
  }
}
