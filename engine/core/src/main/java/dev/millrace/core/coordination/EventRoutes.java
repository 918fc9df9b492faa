package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.coordination.CoordinationCommand.RouteEvent;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.EventFilter;
import dev.millrace.core.plan.EventFilter.Condition;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.SchedulePlan;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.LifecycleEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an event has to go: to every channel that somebody may listen on, and to every schedule it
 * may start a run of. Immutable; made anew when a definition is deployed.
 */
public final class EventRoutes {
  private final Map<String, List<Route>> byType = new HashMap<>();
  private final List<Route> ofAnyType = new ArrayList<>();
  private final LifecycleLevel heard;

  /**
   * @param deployed plans that instances may be pinned to
   * @param counting of those, the ones whose schedules count
   */
  public EventRoutes(Collection<Plan> deployed, Collection<Plan> counting) {
    var known = new LinkedHashSet<String>();
    for (var plan : deployed) {
      for (var task : plan.tasks().values()) {
        if (task instanceof TaskPlan.Listen listen) {
          listen.filters().stream()
              .filter(filter -> isNew(filter, known))
              .forEach(filter -> add(new Route(filter, null)));
        }
      }
    }
    counting.forEach(this::addSchedule);
    heard = lifecycleHeard();
  }

  /**
   * One filter and where its events go.
   *
   * @param schedule key of the schedule; null for the channel of the filter
   */
  private record Route(EventFilter filter, @Nullable String schedule) {
    /** A schedule on lifecycle events that heard those of its own runs would never end. */
    boolean isOf(JsonNode event) {
      return schedule != null
          && event.path("source").asText().equals("/" + Schedule.name(schedule));
    }
  }

  /** A filter with conditions that only an instance can judge goes to the channel of all events. */
  private static boolean isNew(EventFilter filter, Collection<String> known) {
    return known.add(filter.signature());
  }

  private void addSchedule(Plan plan) {
    var schedule = plan.schedule();
    if (schedule != null && schedule.trigger() instanceof SchedulePlan.On on) {
      var key = Schedule.key(plan.id().namespace(), plan.id().name());
      on.filters().forEach(filter -> add(new Route(filter, key)));
    }
  }

  private void add(Route route) {
    typeOf(route.filter())
        .map(type -> byType.computeIfAbsent(type, _ -> new ArrayList<>()))
        .orElse(ofAnyType)
        .add(route);
  }

  private static Optional<String> typeOf(EventFilter filter) {
    return filter.conditions().stream()
        .map(condition ->
            condition instanceof Condition.Equal(var attribute, var value)
                    && attribute.equals("type")
                ? value.textValue()
                : null)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /**
   * What the event amounts to, each channel and schedule once. Lifecycle events go only to filters
   * that name their type: whoever listens for any event does not mean that an instance has begun.
   *
   * @param event a CloudEvent
   */
  public List<RouteEvent> of(JsonNode event, Instant now) {
    var keys = new LinkedHashSet<String>();
    var type = event.path("type").asText();
    var isLifecycle = LifecycleEvent.Type.of(type) != null;
    byType.getOrDefault(type, List.of()).stream()
        .filter(route -> !isLifecycle || !route.isOf(event))
        .forEach(route -> key(route, event, now).ifPresent(keys::add));
    if (!isLifecycle) {
      ofAnyType.forEach(route -> key(route, event, now).ifPresent(keys::add));
    }
    return keys.stream().map(key -> new RouteEvent(key, event)).toList();
  }

  /** Whether a filter names the type. */
  public boolean hears(LifecycleEvent.Type type) {
    return byType.containsKey(type.word());
  }

  /** The least level that includes every lifecycle event a filter names. */
  public LifecycleLevel heard() {
    return heard;
  }

  private LifecycleLevel lifecycleHeard() {
    var level = LifecycleLevel.NONE;
    for (var type : LifecycleEvent.Type.values()) {
      level = hears(type) ? level.or(type.level()) : level;
    }
    return level;
  }

  private static Optional<String> key(Route route, JsonNode event, Instant now) {
    if (!route.filter().mayMatch(event)) {
      return Optional.empty();
    }
    return route.schedule() == null
        ? channel(route.filter(), event, now)
        : Optional.of(route.schedule());
  }

  /** Empty where a value cannot be had from this event: then nobody can expect it. */
  private static Optional<String> channel(EventFilter filter, JsonNode event, Instant now) {
    var scope = new OfEvent(event, now);
    var values = new HashMap<String, JsonNode>();
    try {
      filter
          .correlations()
          .forEach((name, correlation) -> {
            if (correlation.expect() != null) {
              values.put(name, correlation.from().evaluate(scope));
            }
          });
      return Optional.of(Channel.key(filter.signature(), values));
    } catch (ExpressionException _) {
      return Optional.empty();
    }
  }

  /** An event and nothing else: no instance has been found for it yet. */
  record OfEvent(JsonNode current, Instant now) implements Scope {
    static OfEvent nothing(Instant now) {
      return new OfEvent(NullNode.getInstance(), now);
    }

    @Override
    public @Nullable JsonNode variable(String name) {
      return null;
    }
  }
}
