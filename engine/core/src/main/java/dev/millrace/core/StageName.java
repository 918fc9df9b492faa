package dev.millrace.core;

import java.util.regex.Pattern;

/**
 * Names a kind of work; its queue is the topic {@code <namespace>.stage.<name>}.
 *
 * @param value 1 to 63 lower-case letters, digits, dots and dashes, starting with a letter
 */
public record StageName(String value) {
  private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9.-]{0,62}");

  /**
   * @throws IllegalArgumentException if {@code value} is not of that form
   */
  public StageName {
    if (!ALLOWED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a stage name is 1 to 63 lower-case letters, digits, dots and dashes: '" + value + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
