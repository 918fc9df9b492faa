package dev.millrace.stages.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * The pause a server asks for.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110 §10.2.3</a>
 */
public final class RetryAfter {

  /** Longest pause that is believed. */
  public static final Duration PAUSE_MAX = Duration.ofHours(1);

  private RetryAfter() {}

  /**
   * @param header whole seconds, or an HTTP date
   * @return from zero to {@link #PAUSE_MAX}; zero if the header is missing or means nothing
   */
  public static Duration pause(Optional<String> header, Instant now) {
    return header.map(String::strip).map(value -> bounded(value, now)).orElse(Duration.ZERO);
  }

  private static Duration bounded(String value, Instant now) {
    if (value.matches("\\d+")) {
      return value.length() > 9 ? PAUSE_MAX : bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      var until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
      return bounded(Duration.between(now, until));
    } catch (DateTimeException _) {
      return Duration.ZERO;
    }
  }

  private static Duration bounded(Duration pause) {
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(PAUSE_MAX) < 0 ? pause : PAUSE_MAX;
  }
}
