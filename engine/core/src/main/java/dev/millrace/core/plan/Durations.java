package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.ExpressionException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** The one reading of ISO 8601 durations, {@code P14D} and {@code PT1M30S} alike. */
final class Durations {
  /** A hundred years: far beyond any use, and far from every arithmetic limit. */
  static final Duration DURATION_MAX = Duration.ofDays(36_500);

  private Durations() {}

  /**
   * @throws ExpressionException if the value is not an ISO 8601 duration, or is out of bounds
   */
  static Duration parse(JsonNode value) {
    try {
      var duration = Duration.parse(value.asText());
      if (duration.isNegative() || duration.compareTo(DURATION_MAX) > 0) {
        throw new ExpressionException(
            "expected a duration from 0 to " + DURATION_MAX + ", got " + value);
      }
      return duration;
    } catch (DateTimeParseException e) {
      throw new ExpressionException("expected an ISO 8601 duration such as PT30S, got " + value, e);
    }
  }
}
