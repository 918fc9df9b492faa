package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.ExpressionException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** The one reading of ISO 8601 durations, {@code P14D} and {@code PT1M30S} alike. */
final class Durations {
  private Durations() {}

  /**
   * @throws ExpressionException if the value is not an ISO 8601 duration, or is negative
   */
  static Duration parse(JsonNode value) {
    try {
      var duration = Duration.parse(value.asText());
      if (duration.isNegative()) {
        throw new ExpressionException("expected a duration that is not negative, got " + value);
      }
      return duration;
    } catch (DateTimeParseException e) {
      throw new ExpressionException("expected an ISO 8601 duration such as PT30S, got " + value, e);
    }
  }
}
