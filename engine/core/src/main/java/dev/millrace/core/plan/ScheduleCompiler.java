package dev.millrace.core.plan;

import dev.millrace.core.plan.SchedulePlan.After;
import dev.millrace.core.plan.SchedulePlan.Cron;
import dev.millrace.core.plan.SchedulePlan.Every;
import dev.millrace.core.plan.SchedulePlan.On;
import dev.millrace.core.plan.SchedulePlan.Overlap;
import dev.millrace.core.plan.SchedulePlan.Trigger;
import dev.millrace.core.plan.SchedulePlan.Until;
import dev.millrace.core.plan.TaskPlan.Read;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code schedule}, with what the Millrace profile adds to it: {@code
 * document.metadata.millrace.schedule: {zone, overlap, catchUp}}.
 */
record ScheduleCompiler(DurationCompiler durations, EventCompiler events) {
  /** Shorter intervals are no schedule but a loop. */
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);

  /** What a run may be late when the definition does not say. */
  private static final Duration CATCH_UP = Duration.ofHours(1);

  private static final Duration CATCH_UP_MAX = Duration.ofDays(7);
  private static final Set<String> TRIGGERS = Set.of("every", "cron", "after", "on");
  private static final Set<String> STRATEGIES = Set.of("one", "any", "all");
  private static final Map<String, Overlap> OVERLAPS =
      Map.of(
          "allow", Overlap.ALLOW,
          "skip", Overlap.SKIP,
          "queue", Overlap.QUEUE,
          "cancel-previous", Overlap.CANCEL_PREVIOUS);

  /**
   * @param schedule of the root; null when the workflow has none
   * @param document whose metadata may say more
   */
  @Nullable SchedulePlan compile(@Nullable Source schedule, @Nullable Source document) {
    var more =
        document == null
            ? null
            : document.present("metadata").present("millrace").member("schedule");
    if (schedule == null) {
      if (more != null) {
        more.errorAtKey("there is no 'schedule' this could belong to", null);
      }
      return null;
    }
    var settings = settings(more);
    var trigger = trigger(schedule, settings);
    if (trigger instanceof After && settings.overlap() != Overlap.ALLOW && more != null) {
      more.error("runs with 'after' come one after the other; they cannot overlap");
    }
    return trigger == null
        ? null
        : new SchedulePlan(trigger, settings.overlap(), settings.catchUp());
  }

  private record Settings(ZoneId zone, Overlap overlap, Duration catchUp) {
    static final Settings NONE = new Settings(ZoneOffset.UTC, Overlap.ALLOW, CATCH_UP);
  }

  private Settings settings(@Nullable Source more) {
    if (more == null || !more.requireObject("an object: {zone, overlap, catchUp}")) {
      return Settings.NONE;
    }
    more.allow("schedule", Set.of("zone", "overlap", "catchUp"), Set.of());
    var zone = more.member("zone");
    var overlap = more.member("overlap");
    var catchUp = more.member("catchUp");
    var word = overlap == null ? null : overlap.oneOf(OVERLAPS.keySet());
    return new Settings(
        zone == null ? ZoneOffset.UTC : zone(zone),
        word == null ? Overlap.ALLOW : OVERLAPS.getOrDefault(word, Overlap.ALLOW),
        catchUp == null ? CATCH_UP : catchUp(catchUp));
  }

  private static ZoneId zone(Source source) {
    var name = source.text("a time zone such as Europe/Berlin");
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException _) {
      source.error("expected a time zone such as Europe/Berlin or UTC, found '" + name + "'");
      return ZoneOffset.UTC;
    }
  }

  private Duration catchUp(Source source) {
    var duration = durations.fixed(source);
    if (duration.compareTo(CATCH_UP_MAX) > 0) {
      source.error("expected at most " + CATCH_UP_MAX.toDays() + " days");
    }
    return duration;
  }

  private @Nullable Trigger trigger(Source schedule, Settings settings) {
    if (!schedule.requireObject("an object with one of " + Source.listed(TRIGGERS))) {
      return null;
    }
    schedule.allow("schedule", Set.of("every", "cron", "after", "on", "read"), Set.of());
    var words = new ArrayList<>(schedule.names());
    words.retainAll(TRIGGERS);
    if (words.size() != 1) {
      schedule.errorAtKey("a schedule has exactly one of " + Source.listed(TRIGGERS), null);
      return null;
    }
    var read = schedule.member("read");
    if (read != null && !schedule.has("on")) {
      read.errorAtKey("'read' goes with 'on'", null);
    }
    var what = schedule.present(words.getFirst());
    return switch (what.key()) {
      case "every" -> new Every(interval(what));
      case "after" -> new After(durations.fixed(what));
      case "cron" -> cron(what, settings.zone());
      default -> on(what, read);
    };
  }

  private Duration interval(Source source) {
    var interval = durations.fixed(source);
    if (interval.compareTo(INTERVAL_MIN) >= 0) {
      return interval;
    }
    source.error("expected an interval of at least " + INTERVAL_MIN);
    return INTERVAL_MIN;
  }

  private static @Nullable Trigger cron(Source source, ZoneId zone) {
    var expression = source.text("a cron expression such as '0 9 * * MON-FRI'");
    if (expression == null) {
      return null;
    }
    try {
      return new Cron(CronTable.parse(expression, zone));
    } catch (IllegalArgumentException e) {
      source.error(
          "expected minute, hour, day, month and day of the week, such as '0 9 * * MON-FRI', found '"
              + expression
              + "': "
              + e.getMessage());
      return null;
    }
  }

  private @Nullable Trigger on(Source on, @Nullable Source read) {
    if (!on.requireObject("events to start with: {one}, {any} or {all}")) {
      return null;
    }
    on.allow("schedule.on", Set.of("one", "any", "all", "until"), Set.of());
    var what = strategy(on);
    if (what == null) {
      return null;
    }
    var until = on.member("until");
    if (until != null && !what.key().equals("any")) {
      until.errorAtKey("'until' goes with 'any'", null);
    }
    var filters = new ArrayList<>(filters(what, until != null));
    return new On(what.key().equals("all"), filters, read(read), until(until, filters));
  }

  private static @Nullable Source strategy(Source on) {
    var words = new ArrayList<>(on.names());
    words.retainAll(STRATEGIES);
    if (words.size() != 1) {
      on.error("expected one of " + Source.listed(STRATEGIES));
      return null;
    }
    return on.present(words.getFirst());
  }

  /**
   * @param filters those that end the collecting are added to them
   */
  private @Nullable Until until(@Nullable Source until, List<EventFilter> filters) {
    if (until == null) {
      return null;
    }
    if (until.isText()) {
      var condition = events.expressions().expression(until, Set.of());
      return new Until.Condition(until.value().textValue(), condition);
    }
    if (!until.requireObject("an expression, or events: {one}, {any} or {all}")) {
      return null;
    }
    until.allow("schedule.on.until", STRATEGIES, Set.of());
    var what = strategy(until);
    var from = filters.size();
    if (what != null) {
      filters.addAll(filters(what, false));
    }
    return new Until.Events(from, what != null && what.key().equals("all"));
  }

  /**
   * There is no instance yet, so their expressions have no variables.
   *
   * @param mayBeAny whether an empty list means any event at all
   */
  private List<EventFilter> filters(Source what, boolean mayBeAny) {
    if (what.key().equals("one")) {
      return List.of(events.filter(what, Set.of()));
    }
    if (mayBeAny && what.value().isArray() && what.value().isEmpty()) {
      return List.of(EventFilter.ANY);
    }
    return what.requireList("a list of event filters")
        ? what.elements().stream().map(each -> events.filter(each, Set.of())).toList()
        : List.of();
  }

  private static Read read(@Nullable Source source) {
    var word = source == null ? null : source.oneOf(Set.of("data", "envelope", "raw"));
    return word == null ? Read.DATA : Read.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
