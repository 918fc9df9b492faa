package dev.millrace.topology;

import dev.millrace.core.coordination.EventRoutes;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.UndecodableException;
import java.time.Instant;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for events: sends each to the channels and schedules it may be meant for, by what the
 * deployed definitions say of events. One that means nothing to any definition ends here.
 */
final class EventIntake implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);

  private final Codecs codecs;
  private final PlanLoader loader;
  private final Plans.Cache cache;
  private final DeadLetters deadLetters;
  private final CloudEventRecords events;
  private ProcessorContext<byte[], Outgoing> context;
  private Plans plans;
  private Sensor unrouted;
  private @Nullable EventRoutes routes;
  private long generation;

  EventIntake(Codecs codecs, TopologySettings settings, PlanLoader loader, Plans.Cache cache) {
    this.codecs = codecs;
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
    routes = null;
    unrouted =
        context
            .metrics()
            .addRateTotalSensor(
                "millrace-events",
                context.taskId().toString(),
                "unrouted",
                Sensor.RecordingLevel.INFO);
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    try {
      var event = events.read(input.headers(), input.value());
      var commands = routes().of(event, now());
      commands.forEach(command ->
          context.forward(
              Emission.of(codecs, WorkflowTopology.ROUTED, command).record(now()),
              WorkflowTopology.ROUTED));
      if (commands.isEmpty()) {
        unrouted.record();
      }
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

  private EventRoutes routes() {
    var current = plans.generation();
    if (routes == null || generation != current) {
      var deployed = DeployedPlans.of(plans);
      routes = new EventRoutes(deployed.all(), deployed.counting());
      generation = current;
    }
    return routes;
  }

  private void quarantine(Record<byte[], byte[]> input, Reason reason, String detail) {
    var letter = Origin.of(context, input).letter(reason, detail, now());
    context.forward(deadLetters.record(letter), WorkflowTopology.REFUSED_EVENTS);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
