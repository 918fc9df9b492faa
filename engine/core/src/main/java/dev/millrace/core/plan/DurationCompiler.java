package dev.millrace.core.plan;

import dev.millrace.core.NearestWord;
import dev.millrace.core.expression.TemplateCompiler;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Durations: an object of units, ISO 8601, or an expression that yields ISO 8601. */
record DurationCompiler(Expressions expressions) {
  private static final Map<String, Duration> UNITS =
      Map.of(
          "days", Duration.ofDays(1),
          "hours", Duration.ofHours(1),
          "minutes", Duration.ofMinutes(1),
          "seconds", Duration.ofSeconds(1),
          "milliseconds", Duration.ofMillis(1));
  private static final String EXPECTED =
      "a duration such as {seconds: 30} or PT30S, or an expression that yields one";

  /** Longest duration a definition may write down: a hundred years, so that sums stay in range. */
  private static final Duration DURATION_MAX = Duration.ofDays(36_525);

  DurationPlan compile(Source source, Set<String> variables) {
    if (source.isText() && TemplateCompiler.isEnclosed(source.value().textValue())) {
      return new DurationPlan.Computed(expressions.expression(source, variables));
    }
    return new DurationPlan.Fixed(fixed(source));
  }

  @Nullable DurationPlan optional(@Nullable Source source, Set<String> variables) {
    return source == null ? null : compile(source, variables);
  }

  /** A duration that has to be written down; zero after a problem. */
  Duration fixed(Source source) {
    var duration = source.isText() ? iso(source) : units(source);
    if (duration.isNegative() || duration.compareTo(DURATION_MAX) > 0) {
      source.error("expected a duration from 0 to " + DURATION_MAX.toDays() + " days");
      return Duration.ZERO;
    }
    return duration;
  }

  private static Duration iso(Source source) {
    try {
      return Duration.parse(source.value().textValue());
    } catch (DateTimeParseException | ArithmeticException e) {
      source.error("expected " + EXPECTED + ", found " + source.value());
      return Duration.ZERO;
    }
  }

  private static Duration units(Source source) {
    if (!source.requireObject(EXPECTED)) {
      return Duration.ZERO;
    }
    if (source.value().isEmpty()) {
      source.error("expected " + EXPECTED + ", found an empty object");
    }
    var sum = Duration.ZERO;
    for (var part : source.members()) {
      sum = sum.plus(part(part));
    }
    return sum;
  }

  private static Duration part(Source source) {
    var unit = UNITS.get(source.key());
    if (unit == null) {
      source.errorAtKey(
          "unknown unit '" + source.key() + "'; a duration has " + Source.listed(UNITS.keySet()),
          NearestWord.to(source.key(), UNITS.keySet()));
      return Duration.ZERO;
    }
    if (!source.value().isIntegralNumber() || !source.value().canConvertToInt()) {
      source.error("expected a whole number of " + source.key());
      return Duration.ZERO;
    }
    return unit.multipliedBy(source.value().longValue());
  }
}
