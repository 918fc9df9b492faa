package dev.millrace.scenarios;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as a person writes them in a step. */
final class Durations {
  /** {@code 5 seconds}, {@code 1 hour} or ISO 8601. */
  static final String FORM = "(\\d+ (?:millisecond|second|minute|hour|day)s?|P[0-9A-Z.]+)";

  private static final Pattern WORDS =
      Pattern.compile("(\\d+) (millisecond|second|minute|hour|day)s?");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "millisecond", Duration.ofMillis(1),
          "second", Duration.ofSeconds(1),
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1));

  private Durations() {}

  /**
   * @throws IllegalArgumentException if it is none
   */
  static Duration parse(String text) {
    var words = WORDS.matcher(text);
    try {
      return words.matches()
          ? UNITS
              .getOrDefault(words.group(2), Duration.ZERO)
              .multipliedBy(Long.parseLong(words.group(1)))
          : Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException("expected a duration such as '5 seconds': " + text, e);
    }
  }
}
