package dev.millrace.core.workflow;

import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.RetryPlan;
import dev.millrace.core.plan.RetryPlan.Backoff;
import java.time.Duration;

/**
 * How long to wait before another attempt. Drawn from a seed, so that deciding stays pure while
 * instances that failed together do not return together.
 */
final class Delays {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double FRACTION_UNIT = 0x1.0p-53;

  private Delays() {}

  /**
   * The definition's own delay.
   *
   * @param attempt the one that failed, counted from 1
   */
  static Duration of(RetryPlan retry, int attempt, Scope scope, long seed) {
    var base = grown(retry.delay().evaluate(scope), retry.backoff(), attempt);
    var jitter = retry.jitter();
    if (jitter == null) {
      return base;
    }
    var from = jitter.from().evaluate(scope).toMillis();
    var to = jitter.to().evaluate(scope).toMillis();
    return base.plusMillis(from + (long) (fraction(seed) * Math.max(0, to - from)));
  }

  private static Duration grown(Duration delay, Backoff backoff, int attempt) {
    return switch (backoff) {
      case Backoff.Constant _ -> delay;
      case Backoff.Linear _ -> delay.multipliedBy(attempt);
      case Backoff.Exponential(double factor, Duration delayMax) -> {
        var millis = delay.toMillis() * Math.pow(factor, attempt - 1.0);
        yield Duration.ofMillis((long) Math.min(millis, delayMax.toMillis()));
      }
    };
  }

  /**
   * The engine's delay between attempts of a stage: doubles, is cut, and is spread over the upper
   * half of its range.
   *
   * @param attempt the one that failed, counted from 1
   * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">M.
   *     Brooker, Exponential Backoff and Jitter (2015), "equal jitter"</a>
   */
  static Duration ofStage(Limits limits, int attempt, long seed) {
    var ceiling = limits.stageRetryDelayMax().toMillis();
    var doubled = limits.stageRetryDelay().toMillis() * Math.pow(2, attempt - 1.0);
    var range = Math.min(doubled, ceiling);
    return Duration.ofMillis((long) (range / 2 + range / 2 * fraction(seed)));
  }

  /**
   * @return from 0 inclusive to 1 exclusive
   * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood: Fast Splittable
   *     Pseudorandom Number Generators (2014), the mixing function</a>
   */
  private static double fraction(long seed) {
    long z = seed + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * FRACTION_UNIT;
  }
}
