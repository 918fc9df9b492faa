package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.InstanceId;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.Abandonment;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.Effect;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.Running;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codecs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries a command through the core and makes bytes of what follows. Touches no store and sends
 * nothing, so that whatever goes wrong here leaves nothing behind.
 */
final class Transitions {
  private final Codecs codecs;
  private final TopologySettings settings;
  private final LifecycleRecords lifecycle;

  Transitions(Codecs codecs, TopologySettings settings, LifecycleRecords lifecycle) {
    this.codecs = codecs;
    this.settings = settings;
    this.lifecycle = lifecycle;
  }

  /** What a command comes to. */
  sealed interface Outcome {}

  /**
   * @param entry for the journal
   * @param records for other topics
   */
  record Ready(byte[] entry, List<Emission> records, WorkflowState state) implements Outcome {}

  record TurnedAway(Rejected rejected) implements Outcome {}

  /** It would outgrow a record, and there is no running instance that could fail for it. */
  record Oversize(String detail) implements Outcome {}

  Outcome of(Plan plan, Instance instance, WorkflowCommand command, Instant now) {
    return switch (Workflow.decide(plan, instance.state(), command, now, settings.limits())) {
      case Accepted accepted -> bounded(plan, instance, accepted, now);
      case Rejected rejected -> new TurnedAway(rejected);
    };
  }

  /** A running instance whose next step cannot be written fails for it; it must not hang. */
  private Outcome bounded(Plan plan, Instance instance, Accepted accepted, Instant now) {
    try {
      return fitting(plan, instance, accepted, now);
    } catch (IllegalArgumentException e) {
      if (!(instance.state() instanceof Running running)) {
        throw e;
      }
      var detail = "a record cannot be written: " + e.getMessage();
      return encode(plan, instance, abandon(plan, running, detail, now), now);
    }
  }

  private Outcome fitting(Plan plan, Instance instance, Accepted accepted, Instant now) {
    var ready = encode(plan, instance, accepted, now);
    var largest = largest(ready);
    if (largest <= settings.recordBytesMax()) {
      return ready;
    }
    var detail =
        "a record of %,d bytes is above the limit of %,d"
            .formatted(largest, settings.recordBytesMax());
    return instance.state() instanceof Running running
        ? encode(plan, instance, abandon(plan, running, detail, now), now)
        : new Oversize(detail);
  }

  private Accepted abandon(Plan plan, Running running, String detail, Instant now) {
    var error = WorkflowError.Kind.RUNTIME.error(detail);
    return Abandonment.of(plan, running, error, now, settings.limits());
  }

  private Ready encode(Plan plan, Instance instance, Accepted accepted, Instant now) {
    var entry = new JournalEntry(instance.id(), instance.nextSequence(), now, accepted.events());
    var records = new ArrayList<Emission>(accepted.effects().size());
    accepted.effects().forEach(effect -> records.add(emission(instance.id(), effect)));
    records.addAll(lifecycle.of(plan, instance.state(), entry));
    return new Ready(codecs.journal().encode(entry), records, accepted.state());
  }

  /**
   * @param from the instance the effect comes from
   */
  Emission emission(InstanceId from, Effect effect) {
    var topics = codecs.topics();
    return switch (effect) {
      case Effect.Dispatch(var request) ->
          new Emission(
              WorkflowTopology.OUTBOX,
              key(from),
              new Outgoing(
                  topics.stage(request.stage()),
                  codecs.stageRequests(request.stage()).encode(request)));
      case Effect.Publish(var outcome) ->
          new Emission(
              WorkflowTopology.OUTCOMES,
              key(from),
              new Outgoing(topics.outcomes(), codecs.outcomes().encode(outcome)));
      case Effect.ComeBack(var instanceId) ->
          Emission.of(codecs, WorkflowTopology.COME_BACK, new WorkflowCommand.Continue(instanceId));
      case Effect.Tell(var command) -> Emission.of(codecs, WorkflowTopology.COME_BACK, command);
      case Effect.Emit(var event) ->
          new Emission(
              WorkflowTopology.EMITTED,
              key(from),
              new Outgoing(topics.events(), CloudEventRecords.value(event)),
              CloudEventRecords.headers());
      case Effect.Coordinate(var command) ->
          Emission.of(codecs, WorkflowTopology.COORDINATED, command);
    };
  }

  private static int largest(Ready ready) {
    var largest = ready.entry().length;
    for (var emission : ready.records()) {
      largest = Math.max(largest, emission.outgoing().value().length);
    }
    return largest;
  }

  static byte[] key(InstanceId instance) {
    return instance.value().getBytes(UTF_8);
  }
}
