package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.coordination.CoordinationCommand.ContinueEvent;
import dev.millrace.core.coordination.CoordinationCommand.Subscription;
import dev.millrace.core.coordination.Row.Buffered;
import dev.millrace.core.coordination.Row.Events;
import dev.millrace.core.coordination.Row.Seen;
import dev.millrace.core.coordination.Row.Subscriber;
import dev.millrace.core.workflow.Decision;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a channel of events.
 *
 * <p>Everybody who listens is told of an event. Whoever has meanwhile stopped listening sends it
 * back; when all have, it is as if it had come only now: those that came later are told, and if
 * there are none it is kept. So an event is lost neither before a listen nor between two of them,
 * and none is heard twice.
 *
 * <p>Events and subscribers are numbered together. A subscriber with a lower number than an event's
 * {@link Seen#toldUpTo()} has been told of it.
 */
final class EventChannel {
  private static final String HEAD = Draft.EVENTS;
  private static final String LISTENER = "listener/";
  private static final String KEPT = "event/";

  private final Draft draft;
  private final CoordinationBounds bounds;
  private Events events;
  private Coordinated.@Nullable Refused refusal;

  EventChannel(Draft draft, CoordinationBounds bounds) {
    this.draft = draft;
    this.bounds = bounds;
    this.events = Objects.requireNonNullElse(draft.get(HEAD, Events.class), Events.NONE);
  }

  Coordinated route(JsonNode event) {
    var nobodyCares = events.subscribers() == 0 && !Channel.isCorrelated(draft.key());
    if (nobodyCares || SeenEvents.find(draft, event) != null) {
      return draft.accepted();
    }
    var number = events.next();
    events = events.numbered();
    var seen = new Seen(number, number, 0);
    events = SeenEvents.add(draft, events, event, seen, bounds);
    tellFrom(event, seen, new Range(0, number), "");
    return finished();
  }

  /** Those that were not reached by the transition before. */
  Coordinated goOn(ContinueEvent more) {
    var seen = SeenEvents.find(draft, more.event());
    if (seen != null) {
      tellFrom(more.event(), seen, new Range(more.from(), more.upTo()), more.after());
    }
    return finished();
  }

  /** Somebody was told of the event and does not wait for it any more. */
  Coordinated sentBack(JsonNode event) {
    var seen = SeenEvents.find(draft, event);
    if (seen == null) {
      return route(event);
    }
    var awaited = Math.max(0, seen.awaited() - 1);
    if (awaited > 0) {
      SeenEvents.update(draft, event, new Seen(seen.number(), seen.toldUpTo(), awaited));
      return draft.accepted();
    }
    var now = new Seen(seen.number(), events.next(), 0);
    tellFrom(event, now, new Range(seen.toldUpTo(), now.toldUpTo()), "");
    return finished();
  }

  Coordinated subscribe(Subscription subscription) {
    var part = part(subscription);
    if (draft.get(part, Subscriber.class) != null) {
      return draft.accepted();
    }
    if (events.subscribers() >= bounds.subscribersMax()) {
      return new Coordinated.Refused(
          Decision.Reason.FULL,
          "%,d filters listen on channel %s already (subscribersMax)"
              .formatted(bounds.subscribersMax(), draft.key()));
    }
    draft.put(part, new Subscriber(subscription, events.next()));
    events = events.numbered().withSubscribers(1);
    draft
        .startingWith(KEPT, "", bounds.bufferedEventsMax())
        .forEach((place, row) -> handOver(place, (Buffered) row, subscription));
    return finished();
  }

  Coordinated unsubscribe(Subscription subscription) {
    var part = part(subscription);
    if (draft.get(part, Subscriber.class) == null) {
      return draft.accepted();
    }
    draft.remove(part);
    events = events.withSubscribers(-1);
    return finished();
  }

  /** Forgets what is past its time. */
  Coordinated expire() {
    events = SeenEvents.expire(draft, events, bounds.fanOutMax());
    for (var row : draft.startingWith(KEPT, "", bounds.bufferedEventsMax()).entrySet()) {
      var kept = (Buffered) row.getValue();
      if (kept.until().isAfter(draft.now())) {
        draft.remind(kept.until());
        break;
      }
      drop(row.getKey(), kept);
      draft.expire();
    }
    return finished();
  }

  /** Which subscribers are to be told, by their numbers; {@code upTo} is not one of them. */
  private record Range(long from, long upTo) {
    boolean contains(Subscriber subscriber) {
      return subscriber.since() >= from && subscriber.since() < upTo;
    }
  }

  private void tellFrom(JsonNode event, Seen seen, Range range, String after) {
    var listeners = draft.startingWith(LISTENER, after, bounds.fanOutMax());
    var told = 0;
    for (var row : listeners.values()) {
      var listener = (Subscriber) row;
      if (range.contains(listener)) {
        deliver(listener.subscription(), event);
        told++;
      }
    }
    var now = new Seen(seen.number(), seen.toldUpTo(), seen.awaited() + told);
    SeenEvents.update(draft, event, now);
    if (listeners.size() == bounds.fanOutMax()) {
      draft.comeBackWith(
          new ContinueEvent(draft.key(), event, range.from(), range.upTo(), listeners.lastKey()));
    } else if (now.awaited() == 0 && Channel.isCorrelated(draft.key())) {
      keep(now.number(), event);
    }
  }

  private void keep(long number, JsonNode event) {
    var part = Draft.numbered(KEPT, number);
    if (draft.get(part, Buffered.class) != null) {
      return;
    }
    var characters = event.toString().length();
    var bound = draft.fullBy(events, 1, characters, bounds);
    if (bound != null) {
      refusal = full(event, bound);
      return;
    }
    var until = draft.now().plus(bounds.eventsKeptFor());
    draft.put(part, new Buffered(event, characters, until));
    events = events.withBuffered(1, characters);
  }

  private void handOver(String place, Buffered kept, Subscription subscription) {
    drop(place, kept);
    var seen = SeenEvents.find(draft, kept.event());
    if (seen != null) {
      SeenEvents.update(draft, kept.event(), new Seen(seen.number(), events.next(), 1));
    }
    deliver(subscription, kept.event());
  }

  private void drop(String place, Buffered kept) {
    draft.remove(place);
    events = events.withBuffered(-1, -kept.characters());
  }

  private void deliver(Subscription to, JsonNode event) {
    draft.tell(new DeliverEvent(to.instanceId(), to.position(), to.filter(), draft.key(), event));
  }

  private static Coordinated.Refused full(JsonNode event, String bound) {
    return new Coordinated.Refused(
        Decision.Reason.FULL,
        "nobody listens for event %s of %s yet, and as many as may be wait already (%s)"
            .formatted(event.path("id").asText(), event.path("source").asText(), bound));
  }

  private Coordinated finished() {
    if (refusal != null) {
      return refusal;
    }
    if (events.isOfNoUse()) {
      draft.remove(HEAD);
    } else {
      draft.put(HEAD, events);
    }
    return draft.accepted();
  }

  private static String part(Subscription subscription) {
    var position = subscription.position();
    var place = JsonNodeFactory.instance.arrayNode();
    place.add(position.pointer()).add(position.iteration()).add(position.branch());
    place.add(subscription.filter());
    return LISTENER + subscription.instanceId() + "/" + CanonicalJson.hash(place);
  }
}
