package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.coordination.Coordinated;
import dev.millrace.core.coordination.Coordinated.Accepted;
import dev.millrace.core.coordination.Coordinated.Refused;
import dev.millrace.core.coordination.Coordination;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.Kept;
import dev.millrace.core.coordination.KnownSchedules;
import dev.millrace.core.coordination.Row;
import dev.millrace.topology.TimerStore.Reminder;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RowKey;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of what instances share: carries commands and reminders through the core, one at a
 * time, and writes what follows in the transaction that consumes them. Holds no rule of its own.
 *
 * <p>What an input can do wrong costs that input, as in {@link WorkflowProcessor}.
 */
final class Coordinator implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  /** Then the transaction is committed and the rest of what is due follows in the next. */
  private static final int REMINDERS_PER_COMMIT_MAX = 500;

  /** How long something is left alone whose reminder cannot be carried out. */
  private static final Duration REMINDER_RETRY = Duration.ofMinutes(1);

  /** How often the deployed definitions are compared with the schedules that are known. */
  private static final Duration SCHEDULES_CHECK = Duration.ofSeconds(2);

  /** How long schedules wait for what went wrong when they were compared. */
  private static final Duration SCHEDULES_RETRY = Duration.ofMinutes(1);

  /** The partition that makes schedules known to all. */
  private static final int SCHEDULES_PARTITION = 0;

  private static final long NEVER = -1;

  /** No channel, gate or schedule has this key. */
  private static final String KEPT_KEY = "kept";

  private static final String KEPT_PART = "events";
  private static final Bytes KEPT = Bytes.wrap(new RowKey(KEPT_KEY, KEPT_PART).encode());

  private final Codecs codecs;
  private final TopologySettings settings;
  private final PlanLoader loader;
  private final Plans.Cache cache;
  private final DeadLetters deadLetters;
  private ProcessorContext<byte[], Outgoing> context;
  private KeyValueStore<Bytes, byte[]> rows;
  private TimerStore timers;
  private Plans plans;
  private Coordination rules;
  private Alarm timerAlarm;
  private Alarm schedulesAlarm;
  private long comparedWith;
  private Instant compareAgainAt;
  private Kept kept = Kept.NONE;
  private Sensor expired;

  Coordinator(Codecs codecs, TopologySettings settings, PlanLoader loader, Plans.Cache cache) {
    this.codecs = codecs;
    this.settings = settings;
    this.loader = loader;
    this.cache = cache;
    this.deadLetters = new DeadLetters(codecs, settings);
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
    rows = context.getStateStore(WorkflowTopology.SHARED);
    timers = new TimerStore(context.getStateStore(WorkflowTopology.SHARED_TIMERS));
    plans =
        new Plans(
            context.getStateStore(WorkflowTopology.DEFINITIONS),
            codecs.definitions(),
            loader,
            cache);
    rules =
        new Coordination(
            id -> DeployedPlans.schedule(plans, id),
            key -> DeployedPlans.counting(plans, key),
            settings.coordination());
    comparedWith = NEVER;
    compareAgainAt = Instant.MAX;
    kept = keptSoFar();
    expired =
        context
            .metrics()
            .addRateTotalSensor(
                "millrace-events",
                context.taskId().toString(),
                "expired",
                Sensor.RecordingLevel.INFO);
    timerAlarm = new Alarm(context, this::remindAll);
    schedulesAlarm = new Alarm(context, this::compareSchedules);
    timerAlarm.ringNoLaterThan(timers.earliest());
    if (context.taskId().partition() == SCHEDULES_PARTITION) {
      schedulesAlarm.ringNoLaterThan(now());
    }
  }

  @Override
  public void close() {
    PolledBatch.forget();
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    var origin = Origin.of(context, input);
    try {
      carry(command(origin), origin, timeOf(input));
    } catch (UndecodableException e) {
      quarantine(origin, Reason.UNDECODABLE, String.valueOf(e.getMessage()));
    }
    if (PolledBatch.drainedByThisRecord()) {
      context.commit();
    }
  }

  private CoordinationCommand command(Origin origin) throws UndecodableException {
    if (origin.value() == null) {
      throw new UndecodableException("the record has no value");
    }
    var command = codecs.coordination().decode(origin.value());
    if (!Arrays.equals(origin.key(), command.key().getBytes(UTF_8))) {
      throw new UndecodableException("the key is to be that in the command, " + command.key());
    }
    return command;
  }

  /** Never earlier than what caused it; see {@code docs/adr/0054}. */
  private Instant timeOf(Record<byte[], byte[]> input) {
    var recorded = Instant.ofEpochMilli(input.timestamp());
    var now = now();
    return recorded.isAfter(now) ? recorded : now;
  }

  private void carry(CoordinationCommand command, Origin origin, Instant now) {
    var key = command.key();
    switch (attempt(key, () -> rules.decide(rowsOf(key), kept, command, now))) {
      case Ready ready -> accept(key, ready);
      case TurnedAway(var refused) -> quarantine(origin, reason(refused), refused.detail());
      case Oversize(var detail) -> quarantine(origin, Reason.OVERSIZE, detail);
      case Defect(var detail) -> quarantine(origin, Reason.DEFECT, detail);
    }
  }

  private static Reason reason(Refused refused) {
    return switch (refused.reason()) {
      case STALE, DUPLICATE, FULL -> Reason.IMPOSSIBLE;
      case CONFLICT -> Reason.CONFLICT;
      case UNKNOWN_INSTANCE -> Reason.UNKNOWN_INSTANCE;
    };
  }

  /** What the pure part came to: nothing has been written yet. */
  private sealed interface Attempt {}

  private record Ready(SharedTransition transition, Accepted accepted) implements Attempt {}

  private record TurnedAway(Refused refused) implements Attempt {}

  private record Oversize(String detail) implements Attempt {}

  private record Defect(String detail) implements Attempt {}

  private Attempt attempt(String key, Supplier<Coordinated> decision) {
    try {
      return switch (decision.get()) {
        case Accepted accepted -> fitting(key, accepted);
        case Refused refused -> new TurnedAway(refused);
      };
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{}: the engine failed", key, e);
      return new Defect(e.toString());
    }
  }

  private Attempt fitting(String key, Accepted accepted) {
    var transition = SharedTransition.of(codecs, key, accepted);
    var largest = transition.largest();
    return largest <= settings.recordBytesMax()
        ? new Ready(transition, accepted)
        : new Oversize(
            "a record of %,d bytes is above the limit of %,d"
                .formatted(largest, settings.recordBytesMax()));
  }

  private void accept(String key, Ready ready) {
    for (var row : ready.transition().rows()) {
      rows.put(row.key(), row.value());
    }
    keep(ready.accepted().kept());
    expired.record(ready.accepted().expired());
    var now = now();
    ready
        .transition()
        .records()
        .forEach(emission -> context.forward(emission.record(now), emission.sink()));
    var due = ready.accepted().reminder();
    if (due != null) {
      remindAt(key, due);
    }
  }

  /** How much the partition keeps is a row beside those of its channels. */
  private void keep(Kept more) {
    if (!more.equals(Kept.NONE)) {
      kept = kept.plus(more);
      var row = new Row.Events(0, 0, kept.events(), kept.characters(), 0);
      rows.put(KEPT, codecs.coordinationRows().encode(row));
    }
  }

  private Kept keptSoFar() {
    return rowsOf(KEPT_KEY).get(KEPT_PART) instanceof Row.Events it
        ? new Kept(it.buffered(), it.bufferedCharacters())
        : Kept.NONE;
  }

  // Reminders: what time changes is looked at when it is due.

  private void remindAt(String key, Instant due) {
    var at = TimerStore.wholeMillisecond(due);
    timers.put(new Reminder(at, key));
    timerAlarm.ringNoLaterThan(at);
  }

  private void remindAll() {
    var due = timers.due(now(), REMINDERS_PER_COMMIT_MAX);
    due.forEach(this::remind);
    if (!due.isEmpty()) {
      context.commit();
    }
    timerAlarm.ringNoLaterThan(timers.earliest());
  }

  private void remind(Reminder reminder) {
    timers.remove(reminder);
    var key = reminder.subject();
    switch (attempt(key, () -> rules.remind(rowsOf(key), kept, key, now()))) {
      case Ready ready -> accept(key, ready);
      case TurnedAway(var refused) -> postpone(key, refused.detail());
      case Oversize(var detail) -> postpone(key, detail);
      case Defect(var detail) -> postpone(key, detail);
    }
  }

  private void postpone(String key, String why) {
    LOG.error("{}: its reminder is tried again in {}: {}", key, REMINDER_RETRY, why);
    remindAt(key, now().plus(REMINDER_RETRY));
  }

  // Schedules that come and go with definitions.

  private void compareSchedules() {
    var generation = plans.generation();
    if (generation != comparedWith || !now().isBefore(compareAgainAt)) {
      comparedWith = generation;
      compareAgainAt = Instant.MAX;
      compareSchedules(DeployedPlans.of(plans));
    }
    schedulesAlarm.ringNoLaterThan(now().plus(SCHEDULES_CHECK));
  }

  private void compareSchedules(DeployedPlans deployed) {
    if (!deployed.undecided().isEmpty()) {
      compareAgainAt = now().plus(SCHEDULES_RETRY);
    }
    var key = KnownSchedules.KEY;
    switch (attempt(key, () -> compared(deployed))) {
      case Ready ready -> {
        accept(key, ready);
        context.commit();
      }
      case TurnedAway(var refused) -> compareAgain(refused.detail());
      case Oversize(var detail) -> compareAgain(detail);
      case Defect(var detail) -> compareAgain(detail);
    }
  }

  private Coordinated compared(DeployedPlans deployed) {
    var known = rowsOf(KnownSchedules.KEY);
    return KnownSchedules.compare(known, deployed.counting(), deployed.undecided(), now());
  }

  /** The definitions need not change for the next attempt to fare better. */
  private void compareAgain(String why) {
    LOG.error("schedules are compared again in {}: {}", SCHEDULES_RETRY, why);
    compareAgainAt = now().plus(SCHEDULES_RETRY);
  }

  private SharedRows rowsOf(String key) {
    return new SharedRows(rows, codecs.coordinationRows(), key);
  }

  private void quarantine(Origin origin, Reason reason, String detail) {
    quarantine(origin.letter(reason, detail, now()));
  }

  private void quarantine(DeadLetter letter) {
    LOG.warn(
        "dead letter {} from {}-{} at {}: {}",
        letter.reason(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.detail());
    context.forward(deadLetters.record(letter), WorkflowTopology.REFUSED_WISHES);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
