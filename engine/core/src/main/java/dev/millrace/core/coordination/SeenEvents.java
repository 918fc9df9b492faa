package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.coordination.Row.Events;
import dev.millrace.core.coordination.Row.Seen;
import dev.millrace.core.coordination.Row.SeenSince;
import org.jspecify.annotations.Nullable;

/**
 * Recognises an event that comes again. While there is one, a reminder is set for the oldest; every
 * event that is kept is among them or younger, so kept events need no reminders of their own.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id">CloudEvents
 *     1.0.2: source and id together are unique for each distinct event</a>
 */
final class SeenEvents {
  private static final String BY_IDENTITY = "seen/";
  private static final String BY_AGE = "seen-since/";

  private SeenEvents() {}

  /** The same for events with the same source and id. */
  static String identity(JsonNode event) {
    var pair = JsonNodeFactory.instance.arrayNode();
    pair.add(event.path("source")).add(event.path("id"));
    return CanonicalJson.hash(pair);
  }

  static @Nullable Seen find(Draft draft, JsonNode event) {
    return draft.get(BY_IDENTITY + identity(event), Seen.class);
  }

  static void update(Draft draft, JsonNode event, Seen seen) {
    draft.put(BY_IDENTITY + identity(event), seen);
  }

  /** Remembers an event that was not known; forgets the oldest when there are too many. */
  static Events add(
      Draft draft, Events events, JsonNode event, Seen seen, CoordinationBounds bounds) {
    var until = draft.now().plus(bounds.eventsKeptFor());
    update(draft, event, seen);
    draft.put(Draft.numbered(BY_AGE, seen.number()), new SeenSince(identity(event), until));
    if (events.seen() == 0) {
      draft.remind(until);
    }
    var more = events.withSeen(1);
    return more.seen() > bounds.seenMax() ? forgetOldest(draft, more) : more;
  }

  private static Events forgetOldest(Draft draft, Events events) {
    var oldest = draft.first(BY_AGE);
    if (oldest.isEmpty()) {
      return events;
    }
    forget(draft, oldest.get());
    return events.withSeen(-1);
  }

  /** Forgets what is past its time. */
  static Events expire(Draft draft, Events events, int countMax) {
    var left = events;
    var oldest = draft.startingWith(BY_AGE, "", countMax);
    for (var row : oldest.entrySet()) {
      var until = ((SeenSince) row.getValue()).until();
      if (until.isAfter(draft.now())) {
        draft.remind(until);
        return left;
      }
      forget(draft, row.getKey());
      left = left.withSeen(-1);
    }
    if (oldest.size() == countMax) {
      draft.remind(draft.now());
    }
    return left;
  }

  private static void forget(Draft draft, String byAge) {
    var since = draft.get(byAge, SeenSince.class);
    if (since != null) {
      draft.remove(BY_IDENTITY + since.identity());
    }
    draft.remove(byAge);
  }
}
