package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.coordination.Row.Buffered;
import dev.millrace.core.coordination.Row.Events;
import dev.millrace.core.coordination.Row.Seen;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.EventFilter;
import dev.millrace.core.plan.SchedulePlan.On;
import dev.millrace.core.plan.SchedulePlan.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which events start a run. Where a run takes one event for each filter, or all that come until
 * something ends the collecting, those that came are kept; events that correlate differently wait
 * apart.
 */
final class EventTrigger {
  private static final String HEAD = Draft.EVENTS;
  private static final String KEPT = "event/";
  private static final int ID_LENGTH = 32;

  private final Draft draft;
  private final CoordinationBounds bounds;
  private Events events;

  EventTrigger(Draft draft, CoordinationBounds bounds) {
    this.draft = draft;
    this.bounds = bounds;
    this.events = Objects.requireNonNullElse(draft.get(HEAD, Events.class), Events.NONE);
  }

  /** What came of an event. */
  sealed interface Heard {
    /** Nothing, or not yet. */
    record NoRun() implements Heard {}

    /**
     * @param id made from the events, so that the same ones never start two runs
     */
    record Run(String id, ArrayNode input) implements Heard {}

    /** The event cannot be kept. */
    record NoRoom(String detail) implements Heard {}
  }

  Heard hear(On trigger, JsonNode event) {
    var matches = matches(trigger, event);
    if (matches.isEmpty() || SeenEvents.find(draft, event) != null) {
      return new Heard.NoRun();
    }
    var kept = kept(trigger, matches, event);
    var bound = kept.isEmpty() ? null : fullBy(event, kept.size());
    if (bound != null) {
      return new Heard.NoRoom(
          "as many events as may be wait already for those that belong to them (" + bound + ")");
    }
    var seen = new Seen(events.next(), 0, 0);
    events = SeenEvents.add(draft, events.numbered(), event, seen, bounds);
    kept.forEach(match -> keep(match, event));
    var heard = heard(trigger, matches, event);
    finish();
    return heard;
  }

  /** Forgets what is past its time. */
  void expire() {
    events = SeenEvents.expire(draft, events, bounds.fanOutMax());
    for (var row : draft.startingWith(KEPT, "", bounds.bufferedEventsMax()).entrySet()) {
      var kept = (Buffered) row.getValue();
      if (kept.until().isAfter(draft.now())) {
        draft.remind(kept.until());
      } else {
        drop(row.getKey(), kept);
        draft.expire();
      }
    }
    finish();
  }

  /** Forgets everything. */
  void clear() {
    draft
        .startingWith(KEPT, "", bounds.bufferedEventsMax())
        .forEach((part, row) -> drop(part, (Buffered) row));
    finish();
  }

  /**
   * @param group of events that correlate
   */
  private record Match(int filter, String group) {}

  private List<Match> matches(On trigger, JsonNode event) {
    var matches = new ArrayList<Match>();
    for (int i = 0; i < trigger.filters().size(); i++) {
      var filter = i;
      group(trigger.filters().get(filter), event)
          .ifPresent(group -> matches.add(new Match(filter, group)));
    }
    return matches;
  }

  /** Empty when the event is not meant. What cannot be evaluated for it does not mean it. */
  private Optional<String> group(EventFilter filter, JsonNode event) {
    var scope = EventRoutes.OfEvent.nothing(draft.now());
    try {
      if (!filter.matches(event, scope)) {
        return Optional.empty();
      }
      var group = JsonNodeFactory.instance.objectNode();
      for (var correlation : filter.correlations().entrySet()) {
        var value = correlation.getValue().from().evaluate(scope.on(event));
        var expect = correlation.getValue().expect();
        if (expect == null) {
          group.set(correlation.getKey(), value);
        } else if (!expect.evaluate(scope).equals(value)) {
          return Optional.empty();
        }
      }
      return Optional.of(CanonicalJson.hash(group));
    } catch (ExpressionException _) {
      return Optional.empty();
    }
  }

  /**
   * Where the event is kept until a run begins; nowhere if one begins with it. What is collected
   * {@code until} something is kept in one place, in the order it came.
   */
  private List<Match> kept(On trigger, List<Match> matches, JsonNode event) {
    var ends = matches.stream().filter(match -> isEnd(trigger, match.filter())).toList();
    var item = List.of(new Match(0, matches.getFirst().group()));
    return switch (trigger.until()) {
      case null -> trigger.isAll() ? matches : List.of();
      case Until.Condition it when holds(it, trigger.read().of(event)) -> List.of();
      case Until.Condition _ -> item;
      case Until.Events _ when ends.isEmpty() -> item;
      case Until.Events(_, boolean isEvery) -> isEvery ? ends : List.of();
    };
  }

  private static boolean isEnd(On trigger, int filter) {
    return trigger.until() instanceof Until.Events(int from, _) && filter >= from;
  }

  /** A condition that cannot be evaluated for an event does not hold for it. */
  private boolean holds(Until.Condition until, JsonNode item) {
    try {
      var scope = EventRoutes.OfEvent.nothing(draft.now()).on(item);
      return Template.isTrue(until.condition().evaluate(scope));
    } catch (ExpressionException _) {
      return false;
    }
  }

  private Heard heard(On trigger, List<Match> matches, JsonNode event) {
    return switch (trigger.until()) {
      case null -> trigger.isAll() ? gather(trigger, matches) : run(trigger, List.of(event));
      case Until.Condition it when holds(it, trigger.read().of(event)) ->
          together(trigger, matches.getFirst().group(), List.of(event));
      case Until.Condition _ -> new Heard.NoRun();
      case Until.Events _ ->
          matches.stream()
              .filter(match -> isEnd(trigger, match.filter()))
              .filter(match -> hasEnded(trigger, match.group()))
              .findFirst()
              .<Heard>map(match -> together(trigger, match.group(), List.of()))
              .orElseGet(Heard.NoRun::new);
    };
  }

  private boolean hasEnded(On trigger, String group) {
    return !(trigger.until() instanceof Until.Events(int from, boolean isEvery))
        || !isEvery
        || IntStream.range(from, trigger.filters().size())
            .allMatch(filter -> draft.first(place(group, filter)).isPresent());
  }

  /** Everything that has come for the group, in that order. */
  private Heard together(On trigger, String group, List<JsonNode> last) {
    var taken = new ArrayList<JsonNode>();
    for (int filter = 0; filter < trigger.filters().size(); filter++) {
      var isItem = !isEnd(trigger, filter);
      for (var row :
          draft.startingWith(place(group, filter), "", bounds.bufferedEventsMax()).entrySet()) {
        var kept = (Buffered) row.getValue();
        if (isItem) {
          taken.add(kept.event());
        }
        drop(row.getKey(), kept);
      }
    }
    taken.addAll(last);
    return taken.isEmpty() ? new Heard.NoRun() : run(trigger, taken);
  }

  private Heard gather(On trigger, List<Match> matches) {
    var group = matches.getFirst().group();
    var first = new ArrayList<String>();
    for (int filter = 0; filter < trigger.filters().size(); filter++) {
      draft.first(place(group, filter)).ifPresent(first::add);
    }
    if (first.size() < trigger.filters().size()) {
      return new Heard.NoRun();
    }
    var taken = new ArrayList<JsonNode>();
    for (var part : first) {
      var kept = Objects.requireNonNull(draft.get(part, Buffered.class));
      taken.add(kept.event());
      drop(part, kept);
    }
    return run(trigger, taken);
  }

  private void keep(Match match, JsonNode event) {
    var until = draft.now().plus(bounds.eventsKeptFor());
    var characters = event.toString().length();
    draft.put(
        Draft.numbered(place(match.group(), match.filter()), events.next()),
        new Buffered(event, characters, until));
    events = events.numbered().withBuffered(1, characters);
  }

  private void drop(String part, Buffered kept) {
    draft.remove(part);
    events = events.withBuffered(-1, -kept.characters());
  }

  private @Nullable String fullBy(JsonNode event, int times) {
    return draft.fullBy(events, times, (long) event.toString().length() * times, bounds);
  }

  private static Heard run(On trigger, List<JsonNode> taken) {
    var identities = JsonNodeFactory.instance.arrayNode();
    var input = JsonNodeFactory.instance.arrayNode();
    for (var event : taken) {
      identities.add(SeenEvents.identity(event));
      input.add(trigger.read().of(event));
    }
    return new Heard.Run(CanonicalJson.hash(identities).substring(0, ID_LENGTH), input);
  }

  private void finish() {
    if (events.isOfNoUse()) {
      draft.remove(HEAD);
    } else {
      draft.put(HEAD, events);
    }
  }

  private static String place(String group, int filter) {
    return KEPT + group + "/" + filter + "/";
  }
}
