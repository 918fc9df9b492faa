package dev.millrace.stages.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.stage.CallPolicy.Bulkhead;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/** The places of one policy's bulkhead, given out in the order they are asked for. Thread-safe. */
final class Places {

  /** What to wait at least for a place when there was none. */
  static final Duration PAUSE_MIN = Duration.ofSeconds(1);

  /** How much the latest attempt counts in the usual time of an attempt: one part in so many. */
  private static final int SMOOTHING = 8;

  private final Bulkhead bounds;
  private final Semaphore places;
  private final Line line;
  private Duration usual = Duration.ZERO;

  Places(Bulkhead bounds, InstantSource clock) {
    this.bounds = bounds;
    this.places = new Semaphore(bounds.max(), true);
    this.line = new Line(clock);
  }

  Duration waitMax() {
    return bounds.maxWait();
  }

  boolean takesAtOnce() throws InterruptedException {
    return takes(Duration.ZERO);
  }

  /** With an untimed try it would go ahead of those who wait. */
  boolean takes(Duration waitMax) throws InterruptedException {
    return places.tryAcquire(waitMax.toNanos(), NANOSECONDS);
  }

  void leave() {
    places.release();
  }

  synchronized void learn(Duration took) {
    usual = usual.isZero() ? took : usual.plus(took.minus(usual).dividedBy(SMOOTHING));
  }

  /** When to come back for a place: as if those sent away stood in a line. */
  synchronized Duration turn() {
    return line.join(PAUSE_MIN, usual.dividedBy(bounds.max()));
  }
}
