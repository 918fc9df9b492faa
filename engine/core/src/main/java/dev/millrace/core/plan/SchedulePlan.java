package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What starts runs of a definition by itself.
 *
 * @param overlap what becomes of a run that is due while another one is under way
 * @param catchUp how late a run may begin after a standstill; what is later is left out
 */
public record SchedulePlan(Trigger trigger, Overlap overlap, Duration catchUp) {

  /** What starts a run. */
  public sealed interface Trigger {
    /** The same for triggers that start runs at the same times or for the same events. */
    String words();

    /**
     * The first time a run is due behind {@code after}.
     *
     * @return null when time does not say
     */
    @Nullable Instant next(Instant after);
  }

  /** At every multiple of the interval since 1970, so that a new version keeps the beat. */
  public record Every(Duration interval) implements Trigger {
    @Override
    public String words() {
      return "every " + interval;
    }

    @Override
    public Instant next(Instant after) {
      var step = interval.toMillis();
      return Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), step) + 1) * step);
    }
  }

  public record Cron(CronTable table) implements Trigger {
    @Override
    public String words() {
      return "cron " + table;
    }

    @Override
    public @Nullable Instant next(Instant after) {
      return table.next(after);
    }
  }

  /** Once, and again when that run has been over for so long. */
  public record After(Duration pause) implements Trigger {
    @Override
    public String words() {
      return "after " + pause;
    }

    @Override
    public @Nullable Instant next(Instant after) {
      return null;
    }
  }

  /**
   * @param isAll whether a run takes one event for each filter; otherwise any event starts one
   * @param read what of an event becomes an item of the run's input
   * @param until when the events that have come begin a run together; null for each its own
   */
  public record On(
      boolean isAll, List<EventFilter> filters, TaskPlan.Read read, @Nullable Until until)
      implements Trigger {
    public On {
      filters = List.copyOf(filters);
    }

    public On(boolean isAll, List<EventFilter> filters, TaskPlan.Read read) {
      this(isAll, filters, read, null);
    }

    @Override
    public String words() {
      var signatures = filters.stream().map(EventFilter::signature).toList();
      return (isAll ? "on all of " : "on any of ") + signatures + untilWords();
    }

    private String untilWords() {
      return switch (until) {
        case Until.Condition(var words, _) -> " until " + words;
        case Until.Events(int from, boolean isEvery) ->
            " until " + (isEvery ? "all" : "any") + " from " + from;
        case null -> "";
      };
    }

    @Override
    public @Nullable Instant next(Instant after) {
      return null;
    }
  }

  /** When the events collected for a run are enough. */
  public sealed interface Until {
    /**
     * The condition holds for one of them, which is the last.
     *
     * @param words the condition as written
     */
    record Condition(String words, Template condition) implements Until {}

    /**
     * Others have come, which are no part of the run's input: those of the filters from {@code
     * from} on.
     *
     * @param isEvery whether there has to be one for each of these filters
     */
    record Events(int from, boolean isEvery) implements Until {}
  }

  /** What becomes of a run that is due while another one is under way. */
  public enum Overlap {
    /** It begins all the same. */
    ALLOW,
    /** It is left out. */
    SKIP,
    /** It begins when those before it have ended. */
    QUEUE,
    /** It begins, and those under way are cancelled. */
    CANCEL_PREVIOUS
  }
}
