package dev.millrace.topology;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Calls back once, at the earliest of the times it was given.
 *
 * <p>Not a fixed tick: Kafka Streams takes every punctuation as a reason to commit, so a tick would
 * commit a transaction about nothing, for ever, in an engine that is idle.
 */
final class Alarm {
  /** Alarms closer together than this ring as one. */
  static final Duration TICK = Duration.ofMillis(5);

  /** Further away than this, the alarm is set again on the way. */
  private static final Duration SPAN_MAX = Duration.ofHours(1);

  private final ProcessorContext<?, ?> context;
  private final Runnable callback;
  private @Nullable Cancellable scheduled;
  private @Nullable Instant at;

  Alarm(ProcessorContext<?, ?> context, Runnable callback) {
    this.context = context;
    this.callback = callback;
  }

  void ringNoLaterThan(@Nullable Instant due) {
    if (due != null && (at == null || due.isBefore(at))) {
      set(due);
    }
  }

  private void set(Instant due) {
    stop();
    var span = Duration.between(now(), due);
    var bounded = span.compareTo(SPAN_MAX) > 0 ? SPAN_MAX : span;
    var atLeastTick = bounded.compareTo(TICK) < 0 ? TICK : bounded;
    at = due;
    scheduled = context.schedule(atLeastTick, PunctuationType.WALL_CLOCK_TIME, _ -> ring());
  }

  private void ring() {
    stop();
    callback.run();
  }

  private void stop() {
    if (scheduled != null) {
      scheduled.cancel();
    }
    scheduled = null;
    at = null;
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
