package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When and how a {@code try} runs again.
 *
 * @param jitter added to each delay, drawn between its bounds; null for none
 * @param retriesMax retries after the first attempt; null for no limit by count
 * @param attemptDurationMax bound of one attempt; null for none
 * @param durationMax bound of all attempts together; null for none
 */
public record RetryPlan(
    @Nullable Template when,
    @Nullable Template exceptWhen,
    DurationPlan delay,
    Backoff backoff,
    @Nullable Jitter jitter,
    @Nullable Integer retriesMax,
    @Nullable DurationPlan attemptDurationMax,
    @Nullable DurationPlan durationMax) {

  /** How the delay grows from one retry to the next. */
  public sealed interface Backoff {
    record Constant() implements Backoff {}

    record Linear() implements Backoff {}

    /**
     * @param factor 2 unless the definition says otherwise
     * @param delayMax cuts the growth
     */
    record Exponential(double factor, Duration delayMax) implements Backoff {}
  }

  public record Jitter(DurationPlan from, DurationPlan to) {}
}
