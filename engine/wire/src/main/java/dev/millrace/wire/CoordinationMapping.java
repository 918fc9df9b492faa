package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.schema.v1.AcquirePermit;
import dev.millrace.schema.v1.ActivateSchedule;
import dev.millrace.schema.v1.BackfillSchedule;
import dev.millrace.schema.v1.ContinueEvent;
import dev.millrace.schema.v1.EndSchedule;
import dev.millrace.schema.v1.PauseSchedule;
import dev.millrace.schema.v1.ReleasePermit;
import dev.millrace.schema.v1.ResumeSchedule;
import dev.millrace.schema.v1.ReturnEvent;
import dev.millrace.schema.v1.RouteEvent;
import dev.millrace.schema.v1.ScheduledRunEnded;
import dev.millrace.schema.v1.Subscribe;
import dev.millrace.schema.v1.Subscription;
import dev.millrace.schema.v1.TriggerSchedule;
import dev.millrace.schema.v1.Unsubscribe;
import dev.millrace.schema.v1.WhenFull;

final class CoordinationMapping
    implements Mapping<CoordinationCommand, dev.millrace.schema.v1.CoordinationCommand> {

  @Override
  public dev.millrace.schema.v1.CoordinationCommand toAvro(CoordinationCommand command) {
    return new dev.millrace.schema.v1.CoordinationCommand(command.key(), wish(command));
  }

  private static Object wish(CoordinationCommand command) {
    return switch (command) {
      case CoordinationCommand.Subscribe it -> new Subscribe(subscription(it.subscription()));
      case CoordinationCommand.Unsubscribe it -> new Unsubscribe(subscription(it.subscription()));
      case CoordinationCommand.RouteEvent it -> new RouteEvent(JsonBytes.encode(it.event()));
      case CoordinationCommand.ReturnEvent it -> new ReturnEvent(JsonBytes.encode(it.event()));
      case CoordinationCommand.AcquirePermit it ->
          new AcquirePermit(it.instanceId().value(), it.max(), whenFull(it.whenFull()));
      case CoordinationCommand.ReleasePermit it -> new ReleasePermit(it.instanceId().value());
      case CoordinationCommand.ScheduledRunEnded it ->
          new ScheduledRunEnded(it.instanceId().value(), it.status());
      case CoordinationCommand.ContinueEvent it ->
          new ContinueEvent(JsonBytes.encode(it.event()), it.from(), it.upTo(), it.after());
      case CoordinationCommand.ActivateSchedule it ->
          new ActivateSchedule(CommonMapping.toAvro(it.definition()));
      case CoordinationCommand.EndSchedule _ -> new EndSchedule();
      case CoordinationCommand.PauseSchedule it -> new PauseSchedule(it.reason());
      case CoordinationCommand.ResumeSchedule _ -> new ResumeSchedule();
      case CoordinationCommand.TriggerSchedule it ->
          new TriggerSchedule(it.id(), JsonBytes.encode(it.input()));
      case CoordinationCommand.BackfillSchedule it -> new BackfillSchedule(it.from(), it.to());
    };
  }

  static Subscription subscription(CoordinationCommand.Subscription it) {
    return new Subscription(
        it.instanceId().value(), CommonMapping.toAvro(it.position()), it.filter());
  }

  private static WhenFull whenFull(CoordinationCommand.WhenFull whenFull) {
    return switch (whenFull) {
      case QUEUE -> WhenFull.QUEUE;
      case REJECT -> WhenFull.REJECT;
      case REPLACE -> WhenFull.REPLACE;
    };
  }

  @Override
  public CoordinationCommand toCore(dev.millrace.schema.v1.CoordinationCommand written) {
    var key = written.getKey();
    return switch (written.getWish()) {
      case Subscribe it ->
          new CoordinationCommand.Subscribe(key, toSubscription(it.getSubscription()));
      case Unsubscribe it ->
          new CoordinationCommand.Unsubscribe(key, toSubscription(it.getSubscription()));
      case RouteEvent it ->
          new CoordinationCommand.RouteEvent(key, JsonBytes.decode(it.getEvent()));
      case ReturnEvent it ->
          new CoordinationCommand.ReturnEvent(key, JsonBytes.decode(it.getEvent()));
      case AcquirePermit it ->
          new CoordinationCommand.AcquirePermit(
              key, new InstanceId(it.getInstanceId()), it.getMax(), toWhenFull(it.getWhenFull()));
      case ReleasePermit it ->
          new CoordinationCommand.ReleasePermit(key, new InstanceId(it.getInstanceId()));
      case ScheduledRunEnded it ->
          new CoordinationCommand.ScheduledRunEnded(
              key, new InstanceId(it.getInstanceId()), it.getStatus());
      case ContinueEvent it ->
          new CoordinationCommand.ContinueEvent(
              key, JsonBytes.decode(it.getEvent()), it.getFrom(), it.getUpTo(), it.getAfter());
      case ActivateSchedule it ->
          new CoordinationCommand.ActivateSchedule(key, CommonMapping.toCore(it.getDefinition()));
      case EndSchedule _ -> new CoordinationCommand.EndSchedule(key);
      case PauseSchedule it -> new CoordinationCommand.PauseSchedule(key, it.getReason());
      case ResumeSchedule _ -> new CoordinationCommand.ResumeSchedule(key);
      case TriggerSchedule it ->
          new CoordinationCommand.TriggerSchedule(key, it.getId(), JsonBytes.decode(it.getInput()));
      case BackfillSchedule it ->
          new CoordinationCommand.BackfillSchedule(key, it.getFrom(), it.getTo());
      default -> throw unexpected(written.getWish());
    };
  }

  static CoordinationCommand.Subscription toSubscription(Subscription it) {
    return new CoordinationCommand.Subscription(
        new InstanceId(it.getInstanceId()), CommonMapping.toCore(it.getPosition()), it.getFilter());
  }

  private static CoordinationCommand.WhenFull toWhenFull(WhenFull whenFull) {
    return switch (whenFull) {
      case QUEUE -> CoordinationCommand.WhenFull.QUEUE;
      case REJECT -> CoordinationCommand.WhenFull.REJECT;
      case REPLACE -> CoordinationCommand.WhenFull.REPLACE;
    };
  }
}
