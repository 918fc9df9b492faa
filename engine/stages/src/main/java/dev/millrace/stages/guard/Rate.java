package dev.millrace.stages.guard;

import dev.millrace.core.stage.CallPolicy.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Starts under one policy's rate limit. It remembers the latest starts, as many as are permitted,
 * so there are never more than that in any span of the limit's time, wherever the span begins. A
 * start can be reserved for later, and turns are given out in the order they are asked for.
 *
 * <p>Thread-safe. A start that was reserved counts, whether or not it was used.
 */
final class Rate {
  private final RateLimit limit;
  private final InstantSource clock;
  private final Line line;
  private final Deque<Instant> starts = new ArrayDeque<>();
  private Instant seen = Instant.EPOCH;

  Rate(RateLimit limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
    this.line = new Line(clock);
  }

  Duration waitMax() {
    return limit.maxWait();
  }

  /**
   * @return when to start, now or within {@code waitMax}; null when there is no turn so soon
   */
  synchronized @Nullable Instant reserve(Duration waitMax) {
    var now = now();
    var at = next(now);
    if (at.isAfter(now.plus(waitMax))) {
      return null;
    }
    if (starts.size() >= limit.permits()) {
      starts.removeFirst();
    }
    starts.addLast(at);
    return at;
  }

  /** When to come back for a start: as if those sent away stood in a line. */
  synchronized Duration turn() {
    var now = now();
    return line.join(Duration.between(now, next(now)), limit.per().dividedBy(limit.permits()));
  }

  private Instant next(Instant now) {
    if (starts.size() < limit.permits()) {
      return now;
    }
    var free = starts.getFirst().plus(limit.per());
    return free.isAfter(now) ? free : now;
  }

  /** With a clock that was set back, what it said before means nothing. */
  private Instant now() {
    var now = clock.instant();
    if (now.isBefore(seen)) {
      starts.clear();
    }
    seen = now;
    return now;
  }
}
