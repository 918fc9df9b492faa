package dev.millrace.core.plan;

import dev.millrace.core.definition.Rule;
import dev.millrace.core.plan.RetryPlan.Backoff;
import dev.millrace.core.plan.RetryPlan.Jitter;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Retry policies. */
record RetryCompiler(Expressions expressions, DurationCompiler durations) {
  private static final Set<String> MEMBERS =
      Set.of("when", "exceptWhen", "delay", "backoff", "jitter", "limit");
  private static final Set<String> BACKOFFS = Set.of("constant", "linear", "exponential");
  private static final double FACTOR_DEFAULT = 2;
  private static final double FACTOR_MAX = 100;

  /** Cuts exponential growth when the definition names no {@code maxDelay}. */
  static final Duration DELAY_MAX_DEFAULT = Duration.ofHours(1);

  RetryPlan compile(Source source, Set<String> variables) {
    if (!source.requireObject("a retry policy: {delay, backoff, limit}")) {
      return plan(source, variables, null);
    }
    source.allow("a retry policy", MEMBERS, Set.of());
    var limit = source.member("limit");
    if (limit == null || !limit.requireObject("a limit: {attempt: {count: 3}}")) {
      source.warning(Rule.UNLIMITED_RETRY, "without a limit this retries for ever");
      return plan(source, variables, null);
    }
    limit.allow("a limit", Set.of("attempt", "duration"), Set.of());
    return plan(source, variables, limit);
  }

  private RetryPlan plan(Source source, Set<String> variables, @Nullable Source limit) {
    var attempt = limit == null ? null : attempt(limit);
    var delay = durations.optional(source.member("delay"), variables);
    return new RetryPlan(
        expressions.optionalExpression(source.member("when"), variables),
        expressions.optionalExpression(source.member("exceptWhen"), variables),
        delay == null ? new DurationPlan.Fixed(Duration.ZERO) : delay,
        backoff(source.member("backoff")),
        jitter(source.member("jitter"), variables),
        attempt == null ? null : count(attempt.member("count")),
        attempt == null ? null : durations.optional(attempt.member("duration"), variables),
        limit == null ? null : durations.optional(limit.member("duration"), variables));
  }

  private static @Nullable Source attempt(Source limit) {
    var attempt = limit.member("attempt");
    if (attempt == null || !attempt.requireObject("a limit of attempts: {count, duration}")) {
      return null;
    }
    attempt.allow("a limit of attempts", Set.of("count", "duration"), Set.of());
    return attempt;
  }

  private static @Nullable Integer count(@Nullable Source source) {
    if (source == null) {
      return null;
    }
    var count = source.value();
    if (!count.isIntegralNumber() || !count.canConvertToInt() || count.intValue() < 0) {
      source.error("expected how many retries, a whole number from 0");
      return null;
    }
    return count.intValue();
  }

  private Backoff backoff(@Nullable Source source) {
    if (source == null || !source.requireObject("a backoff: " + Source.listed(BACKOFFS))) {
      return new Backoff.Constant();
    }
    source.allow("a backoff", BACKOFFS, Set.of());
    if (source.value().size() != 1) {
      source.error("expected one of " + Source.listed(BACKOFFS));
    }
    var exponential = source.member("exponential");
    if (exponential != null && exponential.requireObject("an object such as {}")) {
      return exponential(exponential);
    }
    for (var plain : source.members()) {
      plain.allow("this backoff", Set.of(), Set.of());
    }
    return source.has("linear") ? new Backoff.Linear() : new Backoff.Constant();
  }

  private Backoff exponential(Source source) {
    source.allow("an exponential backoff", Set.of("factor", "maxDelay"), Set.of());
    var delayMax = source.member("maxDelay");
    return new Backoff.Exponential(
        factor(source.member("factor")),
        delayMax == null ? DELAY_MAX_DEFAULT : durations.fixed(delayMax));
  }

  private static double factor(@Nullable Source source) {
    if (source == null) {
      return FACTOR_DEFAULT;
    }
    var factor = source.value().asDouble();
    if (!source.value().isNumber() || factor < 1 || factor > FACTOR_MAX) {
      source.error("expected a number from 1 to " + FACTOR_MAX);
      return FACTOR_DEFAULT;
    }
    return factor;
  }

  private @Nullable Jitter jitter(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("a jitter: {from, to}")) {
      return null;
    }
    source.allow("a jitter", Set.of("from", "to"), Set.of());
    var to = source.required("to", "the longest duration to add");
    if (to == null) {
      return null;
    }
    var from = durations.optional(source.member("from"), variables);
    return new Jitter(
        from == null ? new DurationPlan.Fixed(Duration.ZERO) : from,
        durations.compile(to, variables));
  }
}
