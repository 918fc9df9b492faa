package dev.millrace.topology;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.DeploymentNotice;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for events: sends each to the channels and schedules it may be meant for, by what the
 * deployed definitions say of events. One that means nothing to any definition ends here.
 */
final class EventIntake implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);

  /** How often events that wait look for their definition. */
  private static final Duration HELD_CHECK = Duration.ofMillis(100);

  /** A notice older than this, by its author's clock, is history that is read again. */
  private static final Duration NOTICE_AGE_MAX = Duration.ofHours(1);

  /** An event that waited no longer knows where it stood. */
  private static final long UNKNOWN_OFFSET = -1;

  private final Codecs codecs;
  private final TopologySettings settings;
  private final PlanLoader loader;
  private final Plans.Cache cache;
  private final DeadLetters deadLetters;
  private final CloudEventRecords events;
  private ProcessorContext<byte[], Outgoing> context;
  private Plans plans;
  private HeldEvents held;
  private Alarm heldAlarm;
  private Sensor unrouted;
  private Sensor releasedEarly;

  EventIntake(Codecs codecs, TopologySettings settings, PlanLoader loader, Plans.Cache cache) {
    this.codecs = codecs;
    this.settings = settings;
    this.loader = loader;
    this.cache = cache;
    this.deadLetters = new DeadLetters(codecs, settings);
    this.events = new CloudEventRecords(new RecordLimits(settings.recordBytesMax()));
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
    plans =
        new Plans(
            context.getStateStore(WorkflowTopology.DEFINITIONS),
            codecs.definitions(),
            loader,
            cache);
    held = new HeldEvents(context.getStateStore(WorkflowTopology.HELD));
    heldAlarm = new Alarm(context, this::releaseHeld);
    unrouted = counter("unrouted");
    releasedEarly = counter("released-early");
    watchHeld();
  }

  private Sensor counter(String name) {
    return context
        .metrics()
        .addRateTotalSensor(
            "millrace-events", context.taskId().toString(), name, Sensor.RecordingLevel.INFO);
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    try {
      take(events.read(input.headers(), input.value()));
    } catch (UndecodableException e) {
      quarantine(input, Reason.UNDECODABLE, String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("the engine failed on an event", e);
      quarantine(input, Reason.DEFECT, e.toString());
    }
    if (PolledBatch.drainedByThisRecord()) {
      context.commit();
    }
  }

  @Override
  public void close() {
    PolledBatch.forget();
  }

  /** Behind an event that waits every other one waits too, so that they stay in order. */
  private void take(JsonNode event) {
    release(false);
    if (held.isEmpty() && !hasToWait(event, now())) {
      route(event);
      return;
    }
    if (held.size() >= settings.heldEventsMax()) {
      LOG.warn("{} events wait for a definition (heldEventsMax): they go on", held.size());
      release(true);
      route(event);
      return;
    }
    held.add(event, now());
    watchHeld();
  }

  private void route(JsonNode event) {
    if (DeploymentNotice.in(event).isPresent()) {
      return;
    }
    var commands = plans.routes().of(event, now());
    commands.forEach(command ->
        context.forward(
            Emission.of(codecs, WorkflowTopology.ROUTED, command).record(now()),
            WorkflowTopology.ROUTED));
    if (commands.isEmpty()) {
      unrouted.record();
    }
  }

  // Events that wait for a definition.

  /**
   * Only a notice makes others wait, and only for a while: its definition may be deleted again.
   *
   * @param since when it came
   */
  private boolean hasToWait(JsonNode event, Instant since) {
    return since.plus(settings.eventWait()).isAfter(now())
        && DeploymentNotice.in(event)
            .filter(notice -> notice.deployedAt().plus(NOTICE_AGE_MAX).isAfter(now()))
            .filter(notice -> !plans.has(notice.definition()))
            .isPresent();
  }

  private void releaseHeld() {
    release(false);
    context.commit();
    watchHeld();
  }

  private void release(boolean isFull) {
    if (!held.isEmpty()) {
      held.release((event, since) -> isReleased(event, since, isFull));
    }
  }

  /** What fails now failed for its own sake, and must not keep the others for ever. */
  private boolean isReleased(JsonNode event, Instant since, boolean isFull) {
    if (!isFull && hasToWait(event, since)) {
      return false;
    }
    try {
      route(event);
      if (isFull) {
        releasedEarly.record();
      }
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("the engine failed on an event that had waited", e);
      quarantine(event, e.toString());
    }
    return true;
  }

  private void watchHeld() {
    if (!held.isEmpty()) {
      heldAlarm.ringNoLaterThan(now().plus(HELD_CHECK));
    }
  }

  private void quarantine(JsonNode event, String detail) {
    var letter =
        new DeadLetter(
            Reason.DEFECT,
            detail,
            codecs.topics().events(),
            context.taskId().partition(),
            UNKNOWN_OFFSET,
            now(),
            null,
            CloudEventRecords.value(event));
    context.forward(deadLetters.record(letter), WorkflowTopology.REFUSED_EVENTS);
  }

  private void quarantine(Record<byte[], byte[]> input, Reason reason, String detail) {
    var letter = Origin.of(context, input).letter(reason, detail, now());
    context.forward(deadLetters.record(letter), WorkflowTopology.REFUSED_EVENTS);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
