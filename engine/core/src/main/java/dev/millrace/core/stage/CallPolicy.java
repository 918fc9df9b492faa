package dev.millrace.core.stage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds that a definition sets to some of its calls, beyond those of the stage that does them.
 * They travel with each request, so a worker keeps them without knowing the definition. What has
 * the same workflow, name and bounds counts together; at least one of the bounds is there.
 *
 * @param workflow {@code namespace/name} of the definition, whatever its version
 * @param name as the definition has it
 */
public record CallPolicy(
    String workflow,
    String name,
    @Nullable CircuitBreaker circuitBreaker,
    @Nullable Bulkhead bulkhead,
    @Nullable RateLimit rateLimit) {

  /** Most answers a circuit breaker looks back on. */
  public static final int WINDOW_MAX = 1_000;

  /** Most places of a bulkhead. */
  public static final int PLACES_MAX = 10_000;

  /** Most starts within the time of a rate limit. */
  public static final int PERMITS_MAX = 10_000;

  /** Longest time a circuit stays open, and longest a rate is counted over. */
  public static final Duration SPAN_MAX = Duration.ofDays(1);

  /** Longest a request may wait in a worker for what a policy has run out of. */
  public static final Duration WAIT_MAX = Duration.ofMinutes(1);

  /** How long a request waits when the definition does not say. */
  public static final Duration WAIT_DEFAULT = Duration.ofSeconds(10);

  /**
   * @throws IllegalArgumentException if there is no bound
   */
  public CallPolicy {
    check(circuitBreaker != null || bulkhead != null || rateLimit != null, "policy without bounds");
  }

  /**
   * Fails at once while what is called seems to be down; one circuit for each thing called.
   *
   * @param failureRatePct share of answers that did not do the work, 1 to 100, that opens it
   * @param window number of latest answers that share is taken over, 1 to {@link #WINDOW_MAX}
   * @param openFor how long it stays open, positive, at most {@link #SPAN_MAX}
   */
  public record CircuitBreaker(int failureRatePct, int window, Duration openFor) {
    public static final CircuitBreaker DEFAULT = new CircuitBreaker(50, 50, Duration.ofSeconds(10));

    /**
     * @throws IllegalArgumentException if a bound is out of its range
     */
    public CircuitBreaker {
      check(failureRatePct >= 1 && failureRatePct <= 100, "failureRatePct " + failureRatePct);
      check(window >= 1 && window <= WINDOW_MAX, "window " + window);
      checkSpan(openFor, "openFor ");
    }
  }

  /**
   * So many at once.
   *
   * @param max 1 to {@link #PLACES_MAX}
   * @param maxWait how long a request waits for a place, at most {@link #WAIT_MAX}
   */
  public record Bulkhead(int max, Duration maxWait) {
    /**
     * @throws IllegalArgumentException if a bound is out of its range
     */
    public Bulkhead {
      check(max >= 1 && max <= PLACES_MAX, "max " + max);
      checkWait(maxWait);
    }
  }

  /**
   * So many begun in so much time: never more than {@code permits} in any span of {@code per}.
   *
   * @param permits 1 to {@link #PERMITS_MAX}
   * @param per positive, at most {@link #SPAN_MAX}
   * @param maxWait how long a request waits for its turn, at most {@link #WAIT_MAX}
   */
  public record RateLimit(int permits, Duration per, Duration maxWait) {
    /**
     * @throws IllegalArgumentException if a bound is out of its range
     */
    public RateLimit {
      check(permits >= 1 && permits <= PERMITS_MAX, "permits " + permits);
      checkSpan(per, "per ");
      checkWait(maxWait);
    }
  }

  private static void checkSpan(Duration span, String name) {
    check(span.isPositive() && span.compareTo(SPAN_MAX) <= 0, name + span);
  }

  private static void checkWait(Duration wait) {
    check(!wait.isNegative() && wait.compareTo(WAIT_MAX) <= 0, "maxWait " + wait);
  }

  private static void check(boolean inRange, String what) {
    if (!inRange) {
      throw new IllegalArgumentException("out of range: " + what);
    }
  }
}
