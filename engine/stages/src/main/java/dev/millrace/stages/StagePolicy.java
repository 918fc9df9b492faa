package dev.millrace.stages;

import java.time.Duration;

/**
 * The bounds of a stage in one worker process.
 *
 * @param timeout of one attempt; past it the answer is {@code Unknown}
 * @param concurrencyMax attempts under way at once, whatever the number of partitions
 * @param circuitFailureRatePct share of {@code Unavailable} and {@code Unknown} answers, 1 to 100,
 *     that opens the circuit
 * @param circuitWindow number of latest answers that share is taken over
 * @param circuitOpenFor how long an open circuit answers {@code Unavailable} at once
 */
public record StagePolicy(
    Duration timeout,
    int concurrencyMax,
    int circuitFailureRatePct,
    int circuitWindow,
    Duration circuitOpenFor) {
  public static final StagePolicy DEFAULT =
      new StagePolicy(Duration.ofSeconds(30), 64, 50, 50, Duration.ofSeconds(10));
}
