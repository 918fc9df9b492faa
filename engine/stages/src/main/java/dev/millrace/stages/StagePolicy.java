package dev.millrace.stages;

import java.time.Duration;

/**
 * The bounds of a stage in one worker process.
 *
 * @param timeout of one attempt, positive; past it the answer is {@code Unknown}
 * @param concurrencyMax attempts under way at once, at least 1, whatever the number of partitions
 * @param circuitFailureRatePct share of {@code Unavailable} and {@code Unknown} answers, 1 to 100,
 *     that opens the circuit
 * @param circuitWindow number of latest answers that share is taken over, at least 1
 * @param circuitOpenFor how long an open circuit answers {@code Unavailable} at once, positive
 */
public record StagePolicy(
    Duration timeout,
    int concurrencyMax,
    int circuitFailureRatePct,
    int circuitWindow,
    Duration circuitOpenFor) {
  public static final StagePolicy DEFAULT =
      new StagePolicy(Duration.ofSeconds(30), 64, 50, 50, Duration.ofSeconds(10));

  /**
   * @throws IllegalArgumentException if a bound is out of its range
   */
  public StagePolicy {
    check(timeout.isPositive(), "timeout", timeout);
    check(concurrencyMax >= 1, "concurrencyMax", concurrencyMax);
    check(
        circuitFailureRatePct >= 1 && circuitFailureRatePct <= 100,
        "circuitFailureRatePct",
        circuitFailureRatePct);
    check(circuitWindow >= 1, "circuitWindow", circuitWindow);
    check(circuitOpenFor.isPositive(), "circuitOpenFor", circuitOpenFor);
  }

  private static void check(boolean inRange, String name, Object value) {
    if (!inRange) {
      throw new IllegalArgumentException(name + " is out of its range: " + value);
    }
  }
}
