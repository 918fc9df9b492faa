package dev.millrace.scenarios;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.ProcessorWrapper;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.WrappedFixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.WrappedProcessorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches one engine from inside, around its processors: which records it has consumed, which
 * alarms it has set, and where one transaction ends and the next begins. Made by Kafka Streams, and
 * told what to watch by the configuration.
 */
public final class EngineWatch implements ProcessorWrapper {
  /** Configuration: the {@link Notes} this watch is to keep. */
  static final String NOTES = "millrace.scenarios.notes";

  /** An alarm that is set for so long is no mere tick. */
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);

  private Notes notes = new Notes(CommitPoints.withoutCrash(), Instant.MIN);

  /** What is seen. */
  static final class Notes {
    private final CommitPoints points;
    private final Instant notBefore;
    private final Map<String, Integer> consumed = new HashMap<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private boolean committing;
    private int depth;
    private boolean beginning;
    private @Nullable Alarm ringing;

    /**
     * @param notBefore what the engine's clock shows at the least once it has begun, although the
     *     driver's own began earlier: an engine that follows another decides nothing in its past
     */
    Notes(CommitPoints points, Instant notBefore) {
      this.points = points;
      this.notBefore = notBefore;
    }

    private void beginning(Runnable initialisation) {
      beginning = true;
      initialisation.run();
      beginning = false;
    }

    private Instant clock(ProcessorContext<?, ?> real) {
      var driver = Instant.ofEpochMilli(real.currentSystemTimeMs());
      return beginning || driver.isAfter(notBefore) ? driver : notBefore;
    }

    /** Records of the topic that were consumed since the last look. */
    int takeConsumed(String topic) {
      var count = consumed.remove(topic);
      return count == null ? 0 : count;
    }

    /**
     * When the engine next wants to be woken.
     *
     * @param alsoIdle whether by a tick too that has just found nothing to do
     */
    @Nullable Instant nextAlarm(boolean alsoIdle) {
      return alarms.stream()
          .filter(alarm -> alsoIdle || !alarm.isIdle)
          .map(alarm -> alarm.due)
          .min(Instant::compareTo)
          .orElse(null);
    }

    private Alarm set(Instant now, Duration interval) {
      var alarm = new Alarm(now, interval, ringing);
      alarms.add(alarm);
      return alarm;
    }

    private void begin() {
      if (depth == 0 && points.isDue()) {
        throw new EngineCrash();
      }
    }

    /** What one processor hands to the next belongs to the same transaction. */
    private void carry(String topic, Runnable processing) {
      begin();
      depth++;
      processing.run();
      depth--;
      if (depth == 0) {
        consumed.merge(topic, 1, Integer::sum);
        points.pass();
      }
    }

    private void ring(Alarm alarm, Punctuator callback, long time) {
      begin();
      alarm.rangAt(time);
      committing = false;
      ringing = alarm;
      callback.punctuate(time);
      ringing = null;
      if (committing) {
        points.pass();
      }
      var foundNothing = !committing;
      alarms.forEach(each -> each.wasSet(alarm, foundNothing));
    }
  }

  private static final class Alarm {
    private final Duration interval;
    private @Nullable Alarm setBy;
    private boolean isIdle;
    private Instant due;

    Alarm(Instant set, Duration interval, @Nullable Alarm setBy) {
      this.interval = interval;
      this.setBy = setBy;
      this.due = set.plus(interval);
    }

    /** One that found nothing and set another for the same span is a tick, and so is the other. */
    void wasSet(Alarm by, boolean foundNothing) {
      if (setBy == by) {
        isIdle = foundNothing && interval.equals(by.interval) && interval.compareTo(IDLE_MAX) < 0;
        setBy = null;
      }
    }

    void rangAt(long time) {
      due = Instant.ofEpochMilli(time).plus(interval);
    }
  }

  @Override
  public void configure(Map<String, ?> settings) {
    if (settings.get(NOTES) instanceof Notes configured) {
      notes = configured;
    }
  }

  @Override
  public <K, V, L, W> WrappedProcessorSupplier<K, V, L, W> wrapProcessorSupplier(
      String name, ProcessorSupplier<K, V, L, W> supplier) {
    return ProcessorWrapper.asWrapped(() -> new Watched<>(supplier.get(), notes));
  }

  @Override
  public <K, V, W> WrappedFixedKeyProcessorSupplier<K, V, W> wrapFixedKeyProcessorSupplier(
      String name, FixedKeyProcessorSupplier<K, V, W> supplier) {
    return ProcessorWrapper.asWrappedFixedKey(supplier);
  }

  private static final class Watched<K, V, L, W> implements Processor<K, V, L, W> {
    private final Processor<K, V, L, W> processor;
    private final Notes notes;
    private @Nullable ProcessorContext<L, W> context;

    Watched(Processor<K, V, L, W> processor, Notes notes) {
      this.processor = processor;
      this.notes = notes;
    }

    @Override
    public void init(ProcessorContext<L, W> real) {
      context = real;
      notes.beginning(() -> processor.init(watched(real, notes)));
    }

    @Override
    public void process(Record<K, V> record) {
      var topic = context == null ? "" : context.recordMetadata().map(m -> m.topic()).orElse("");
      notes.carry(topic, () -> processor.process(record));
    }

    @Override
    public void close() {
      processor.close();
    }
  }

  @SuppressWarnings("unchecked")
  private static <L, W> ProcessorContext<L, W> watched(ProcessorContext<L, W> real, Notes notes) {
    return (ProcessorContext<L, W>)
        Proxy.newProxyInstance(
            EngineWatch.class.getClassLoader(),
            new Class<?>[] {ProcessorContext.class},
            (_, method, arguments) -> call(real, notes, method, arguments));
  }

  private static @Nullable Object call(
      ProcessorContext<?, ?> real, Notes notes, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("schedule")
        && arguments != null
        && arguments[0] instanceof Duration interval) {
      return schedule(real, notes, interval, arguments);
    }
    if (method.getName().equals("currentSystemTimeMs")) {
      return notes.clock(real).toEpochMilli();
    }
    if (method.getName().equals("commit")) {
      notes.committing = true;
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Cancellable schedule(
      ProcessorContext<?, ?> real, Notes notes, Duration asked, Object[] arguments) {
    var driver = Instant.ofEpochMilli(real.currentSystemTimeMs());
    var interval = asked.plus(Duration.between(driver, notes.clock(real)));
    var alarm = notes.set(driver, interval);
    var callback = (Punctuator) arguments[2];
    var scheduled =
        real.schedule(
            interval,
            (org.apache.kafka.streams.processor.PunctuationType) arguments[1],
            time -> notes.ring(alarm, callback, time));
    return () -> {
      notes.alarms.remove(alarm);
      scheduled.cancel();
    };
  }
}
