package dev.millrace.topology;

import static dev.millrace.topology.TimerStore.wholeMillisecond;

import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.Deadlines;
import dev.millrace.core.workflow.Decision;
import dev.millrace.core.workflow.Effect;
import dev.millrace.core.workflow.Withdrawal;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import dev.millrace.topology.Plans.Lookup;
import dev.millrace.topology.TimerStore.Reminder;
import dev.millrace.topology.Transitions.Oversize;
import dev.millrace.topology.Transitions.Ready;
import dev.millrace.topology.Transitions.TurnedAway;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of journals: carries commands and timers through the core, one at a time, and
 * writes what follows in the transaction that consumes them. Holds no rule of its own.
 *
 * <p>What an input can do wrong costs that input or its instance, never the partition: it goes to
 * the dead letters before anything is written. What fails below, in a store or the producer, stays
 * fatal; Kafka Streams then aborts the transaction, drops this task and builds it anew.
 */
final class WorkflowProcessor implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkflowProcessor.class);

  /** Then the transaction is committed and the rest of what is due follows in the next. */
  private static final int REMINDERS_PER_COMMIT_MAX = 500;

  /** How long the engine leaves an instance alone whose timer it cannot carry out. */
  private static final Duration REMINDER_RETRY = Duration.ofMinutes(1);

  /**
   * Answers that wait in the queue go before timers that are due, so that after a time of standing
   * still nothing times out that has been done meanwhile. This long after the start, and for as
   * long as a polled batch lasts.
   */
  private static final Duration START_GRACE = Duration.ofSeconds(1);

  private static final Duration COMMANDS_FIRST = Duration.ofMillis(20);

  /** How often parked starts look for their definition. */
  private static final Duration PARKED_CHECK = Duration.ofMillis(100);

  private final Codecs codecs;
  private final TopologySettings settings;
  private final PlanLoader loader;
  private final Plans.Cache cache;
  private final Transitions transitions;
  private final DeadLetters deadLetters;
  private ProcessorContext<byte[], Outgoing> context;
  private JournalStore journal;
  private TimerStore timers;
  private ParkedStarts parked;
  private Plans plans;
  private Instant timersFrom;
  private Alarm timerAlarm;
  private Alarm parkedAlarm;
  private Sensor rejections;
  private Sensor quarantined;

  WorkflowProcessor(
      Codecs codecs, TopologySettings settings, PlanLoader loader, Plans.Cache cache) {
    this.codecs = codecs;
    this.settings = settings;
    this.loader = loader;
    this.cache = cache;
    this.transitions =
        new Transitions(
            codecs, settings, new LifecycleRecords(codecs, settings, () -> plans.routes()));
    this.deadLetters = new DeadLetters(codecs, settings);
  }

  /** Called again after an aborted transaction: everything in memory begins afresh. */
  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
    journal =
        new JournalStore(
            store(WorkflowTopology.JOURNAL), store(WorkflowTopology.SNAPSHOTS), codecs, settings);
    timers = new TimerStore(store(WorkflowTopology.TIMERS));
    parked = new ParkedStarts(store(WorkflowTopology.PARKED), codecs.deadLetters(), settings);
    plans = new Plans(store(WorkflowTopology.DEFINITIONS), codecs.definitions(), loader, cache);
    timersFrom = systemTime().plus(START_GRACE);
    timerAlarm = new Alarm(context, this::fireReminders);
    parkedAlarm = new Alarm(context, this::retryParked);
    rejections = counter("rejected");
    quarantined = counter("dead-letters");
    timerAlarm.ringNoLaterThan(timers.earliest());
    watchParked();
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
      quarantine(origin.letter(Reason.UNDECODABLE, String.valueOf(e.getMessage()), systemTime()));
    }
    if (PolledBatch.drainedByThisRecord()) {
      context.commit();
    }
  }

  /**
   * A decision is made no earlier than it is carried out: a deadline that began while the engine
   * was down would have passed before anybody could meet it.
   */
  private Instant timeOf(Record<byte[], byte[]> input) {
    var recorded = Instant.ofEpochMilli(input.timestamp());
    var now = systemTime();
    return recorded.isAfter(now) ? recorded : now;
  }

  private WorkflowCommand command(Origin origin) throws UndecodableException {
    if (origin.value() == null) {
      throw new UndecodableException("the record has no value");
    }
    var command = codecs.commands().decode(origin.value());
    if (!Arrays.equals(origin.key(), Transitions.key(command.instanceId()))) {
      throw new UndecodableException(
          "the key is to be the instance id in the command, " + command.instanceId());
    }
    return command;
  }

  private void carry(WorkflowCommand command, Origin origin, Instant now)
      throws UndecodableException {
    try {
      var instance = journal.load(command.instanceId());
      if (instance.state() instanceof NotStarted && withdraws(command)) {
        return;
      }
      switch (plans.forCommand(command, instance.state())) {
        case Lookup.Found(var plan) -> transit(plan, instance, command, origin, now);
        case Lookup.NotDeployed(var detail) -> awaitDefinition(instance, command, origin, detail);
        case Lookup.Unusable(var detail) -> {
          refuse(command, detail);
          quarantine(origin, Reason.IMPOSSIBLE, detail);
        }
        case Lookup.Retired(var detail) -> {
          refuse(command, detail);
          quarantine(origin, Reason.IMPOSSIBLE, detail);
        }
      }
    } catch (BrokenJournalException e) {
      quarantine(origin, Reason.DEFECT, String.valueOf(e.getMessage()));
    }
  }

  private void transit(
      Plan plan, Instance instance, WorkflowCommand command, Origin origin, Instant now) {
    switch (decide(plan, instance, command, now)) {
      case Decided(Ready ready) -> accept(instance, ready, now);
      case Decided(TurnedAway(var rejected)) -> reject(rejected, instance.id(), origin);
      case Decided(Oversize(var detail)) -> quarantine(origin, Reason.OVERSIZE, detail);
      case Defect(var detail) -> quarantine(origin, Reason.DEFECT, detail);
    }
  }

  /** What the pure part came to, or that it failed: nothing has been written in either case. */
  private sealed interface Attempt {}

  private record Decided(Transitions.Outcome outcome) implements Attempt {}

  private record Defect(String detail) implements Attempt {}

  private Attempt decide(Plan plan, Instance instance, WorkflowCommand command, Instant now) {
    try {
      return new Decided(transitions.of(plan, instance, command, now));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("instance {}: the engine failed on {}", instance.id(), command, e);
      return new Defect(e.toString());
    }
  }

  private void accept(Instance instance, Ready ready, Instant now) {
    journal.append(instance, ready.entry(), ready.state());
    ready.records().forEach(emission -> forward(emission, now));
    remind(instance);
  }

  private void reject(Decision.Rejected rejected, InstanceId instance, Origin origin) {
    rejections.record();
    tell(instance, rejected.effects());
    switch (rejected.reason()) {
      case STALE, DUPLICATE -> {}
      case CONFLICT -> quarantine(origin, Reason.CONFLICT, rejected.detail());
      case UNKNOWN_INSTANCE -> quarantine(origin, Reason.UNKNOWN_INSTANCE, rejected.detail());
      case FULL -> quarantine(origin, Reason.IMPOSSIBLE, rejected.detail());
    }
  }

  /** What others have to be told although nothing was journaled. */
  private void tell(InstanceId from, List<Effect> effects) {
    effects.forEach(effect -> forward(transitions.emission(from, effect), systemTime()));
  }

  /** Whoever waits for the run to end has to learn that it never begins. */
  private void refuse(WorkflowCommand command, String detail) {
    if (command instanceof WorkflowCommand.Start start) {
      tell(start.instanceId(), Workflow.refusal(start, detail));
    }
  }

  // Reminders: one row for each instance that waits for time, or for its journal to be dropped.

  private void remind(Instance instance) {
    switch (instance.state()) {
      case NotStarted _ -> {}
      case Running running -> remindBy(instance, Deadlines.next(running));
      case Finished finished -> {
        remindNoMore(instance);
        remindBy(instance, finished.finishedAt().plus(settings.retention()));
      }
    }
  }

  private void remindBy(Instance instance, @Nullable Instant due) {
    var armed = instance.armedFor();
    if (due == null || (armed != null && !due.isBefore(armed))) {
      return;
    }
    remindNoMore(instance);
    var at = wholeMillisecond(due);
    timers.put(Reminder.of(at, instance.id()));
    instance.armedFor(at);
    timerAlarm.ringNoLaterThan(at);
  }

  private void remindNoMore(Instance instance) {
    var armed = instance.armedFor();
    if (armed != null) {
      timers.remove(Reminder.of(armed, instance.id()));
      instance.armedFor(null);
    }
  }

  private void fireReminders() {
    if (!PolledBatch.isDrained() || systemTime().isBefore(timersFrom)) {
      timerAlarm.ringNoLaterThan(systemTime().plus(COMMANDS_FIRST));
      return;
    }
    var due = timers.due(systemTime(), REMINDERS_PER_COMMIT_MAX);
    due.forEach(this::fire);
    if (!due.isEmpty()) {
      context.commit();
    }
    timerAlarm.ringNoLaterThan(timers.earliest());
  }

  private void fire(Reminder reminder) {
    timers.remove(reminder);
    try {
      var instance = journal.load(reminder.instance());
      instance.armedFor(null);
      switch (instance.state()) {
        case NotStarted _ -> {}
        case Running running -> fire(instance, running);
        case Finished finished -> retire(instance, finished);
      }
    } catch (BrokenJournalException e) {
      LOG.error("instance {}: its timer cannot fire", reminder.instance(), e);
    }
  }

  private void fire(Instance instance, Running running) {
    var due = Deadlines.next(running);
    var now = systemTime();
    if (due == null || due.isAfter(now)) {
      remindBy(instance, due);
      return;
    }
    var command = new WorkflowCommand.FireTimers(instance.id());
    switch (plans.forCommand(command, running)) {
      case Lookup.Found(var plan) -> fire(plan, instance, command, now);
      case Lookup.NotDeployed(var detail) -> postpone(instance, detail);
      case Lookup.Unusable(var detail) -> postpone(instance, detail);
      case Lookup.Retired(var detail) -> postpone(instance, detail);
    }
  }

  private void fire(Plan plan, Instance instance, WorkflowCommand command, Instant now) {
    switch (decide(plan, instance, command, now)) {
      case Decided(Ready ready) -> accept(instance, ready, now);
      case Decided(TurnedAway(var rejected)) -> postpone(instance, rejected.detail());
      case Decided(Oversize(var detail)) -> postpone(instance, detail);
      case Defect(var detail) -> postpone(instance, detail);
    }
  }

  private void postpone(Instance instance, String why) {
    LOG.error(
        "instance {}: its timer cannot fire and is tried again in {}: {}",
        instance.id(),
        REMINDER_RETRY,
        why);
    remindBy(instance, systemTime().plus(REMINDER_RETRY));
  }

  private void retire(Instance instance, Finished finished) {
    var due = finished.finishedAt().plus(settings.retention());
    if (due.isAfter(systemTime())) {
      remindBy(instance, due);
    } else if (finished.undoable() != null) {
      remindBy(instance, systemTime().plus(settings.retention()));
    } else {
      journal.forget(instance.id());
    }
  }

  // Starts whose definition is not there yet.

  private void awaitDefinition(
      Instance instance, WorkflowCommand command, Origin origin, String detail) {
    var letter = origin.letter(Reason.UNKNOWN_DEFINITION, detail, systemTime());
    if (instance.state() instanceof NotStarted && parked.park(instance.id(), letter)) {
      watchParked();
    } else {
      refuse(command, detail);
      quarantine(letter);
    }
  }

  private void retryParked() {
    parked.all().forEach(this::retryParked);
    context.commit();
    watchParked();
  }

  private void retryParked(DeadLetter letter) {
    var origin = Origin.of(letter);
    try {
      var command = command(origin);
      var instance = journal.load(command.instanceId());
      if (plans.forCommand(command, instance.state()) instanceof Lookup.NotDeployed) {
        giveUpWhenDue(letter, command);
      } else {
        parked.remove(letter);
        carry(command, origin, systemTime());
      }
    } catch (UndecodableException | BrokenJournalException e) {
      parked.remove(letter);
      quarantine(letter);
    }
  }

  /** Whether the command has made an end of a start that waited; then it is done with. */
  private boolean withdraws(WorkflowCommand command) throws UndecodableException {
    var letter = parked.of(command.instanceId());
    if (letter == null || !(command(Origin.of(letter)) instanceof WorkflowCommand.Start start)) {
      return false;
    }
    var withdrawal = Withdrawal.of(start, command);
    withdrawal.ifPresent(it -> {
      parked.remove(letter);
      tell(start.instanceId(), it.effects());
      var detail = letter.detail() + "; " + it.detail();
      quarantine(Origin.of(letter).letter(letter.reason(), detail, systemTime()));
    });
    return withdrawal.isPresent();
  }

  private void giveUpWhenDue(DeadLetter letter, WorkflowCommand command) {
    if (!parked.dueAt(letter).isAfter(systemTime())) {
      parked.remove(letter);
      refuse(command, letter.detail());
      quarantine(letter);
    }
  }

  private void watchParked() {
    if (!parked.isEmpty()) {
      parkedAlarm.ringNoLaterThan(systemTime().plus(PARKED_CHECK));
    }
  }

  // What leaves.

  private void quarantine(Origin origin, Reason reason, String detail) {
    quarantine(origin.letter(reason, detail, systemTime()));
  }

  private void quarantine(DeadLetter letter) {
    quarantined.record();
    LOG.warn(
        "dead letter {} from {}-{} at {}: {}",
        letter.reason(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.detail());
    context.forward(deadLetters.record(letter), WorkflowTopology.QUARANTINED);
  }

  private void forward(Emission emission, Instant now) {
    context.forward(emission.record(now), emission.sink());
  }

  private Instant systemTime() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return context.getStateStore(name);
  }

  private Sensor counter(String name) {
    return context
        .metrics()
        .addRateTotalSensor(
            "millrace-workflow", context.taskId().toString(), name, Sensor.RecordingLevel.INFO);
  }
}
