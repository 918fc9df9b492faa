package dev.millrace.topology;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: another takes its place after a pause that doubles, and
 * after too many deaths in a row the engine stops, so that whoever runs it notices.
 *
 * <p>The journal is safe meanwhile: the thread's transaction is aborted and its records are
 * consumed again.
 */
public final class Recovery implements StreamsUncaughtExceptionHandler {
  /** Deaths within {@link #CALM} of each other, after which the engine stops. */
  public static final int DEATHS_MAX = 10;

  /** A thread that has lived so long makes the count begin again. */
  public static final Duration CALM = Duration.ofMinutes(5);

  private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private int deaths;
  private long lastDeath = System.nanoTime();

  @Override
  public StreamThreadExceptionResponse handle(Throwable cause) {
    var count = countDeath(System.nanoTime());
    if (count > DEATHS_MAX) {
      LOG.error("a stream thread died {} times in a row; the engine stops", count, cause);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    var pause = pause(count);
    LOG.error(
        "a stream thread died, death {} of {}; the next starts in {}",
        count,
        DEATHS_MAX,
        pause,
        cause);
    return await(pause);
  }

  private synchronized int countDeath(long now) {
    deaths = now - lastDeath > CALM.toNanos() ? 1 : deaths + 1;
    lastDeath = now;
    return deaths;
  }

  /** Before the thread that follows death number {@code count}, counted from 1. */
  static Duration pause(int count) {
    var doubled = PAUSE_FIRST.multipliedBy(1L << Math.min(count - 1, 20));
    return doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
  }

  private static StreamThreadExceptionResponse await(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
  }
}
