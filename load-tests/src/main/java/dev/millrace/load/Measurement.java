package dev.millrace.load;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What one run showed.
 *
 * @param failed workflows that did not complete
 * @param latencyUs from the call of the producer to the outcome at the consumer, microseconds
 */
record Measurement(long workflows, long failed, Usage usage, Histogram latencyUs) {
  private static final double MS = 1_000.0;

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d workflows in %.1f s = %.0f/s, %d failed; latency ms p50 %.1f p95 %.1f p99 %.1f"
            + " max %.1f; CPU %.0f µs per workflow",
        workflows,
        seconds(usage.wall()),
        workflows / seconds(usage.wall()),
        failed,
        latencyUs.getValueAtPercentile(50) / MS,
        latencyUs.getValueAtPercentile(95) / MS,
        latencyUs.getValueAtPercentile(99) / MS,
        latencyUs.getMaxValue() / MS,
        usage.processor().toNanos() / 1_000.0 / Math.max(1, workflows));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
