package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.Row.LastRun;
import dev.millrace.core.coordination.Row.QueuedRun;
import dev.millrace.core.coordination.Row.Timetable;
import dev.millrace.core.plan.SchedulePlan;
import dev.millrace.core.plan.SchedulePlan.After;
import dev.millrace.core.plan.SchedulePlan.On;
import dev.millrace.core.plan.SchedulePlan.Overlap;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a schedule: when runs of a definition begin by themselves.
 *
 * <p>The id of a run is made from what it was due for, so that one that has been started is never
 * started again, whoever asks.
 */
public final class Schedule {
  /** The part of the row that says how a schedule stands, a {@link Timetable}. */
  public static final String TIMETABLE = "timetable";

  private static final String PREFIX = "schedule/";
  private static final String QUEUED = "queued/";

  /** Before looking again for a definition that this process has not heard of yet. */
  private static final Duration DEFINITION_RETRY = Duration.ofSeconds(5);

  private final Draft draft;
  private final @Nullable SchedulePlan plan;
  private final CoordinationBounds bounds;
  private final DefinitionId definition;
  private final List<InstanceId> running;
  private String trigger;
  private @Nullable String pausedBecause;
  private Instant considered;
  private @Nullable Instant next;
  private int queued;
  private long nextQueued;
  private @Nullable LastRun last;
  private long started;
  private long skipped;

  private Schedule(
      Draft draft,
      Timetable timetable,
      Function<DefinitionId, @Nullable SchedulePlan> plans,
      CoordinationBounds bounds) {
    this.draft = draft;
    this.bounds = bounds;
    plan = plans.apply(timetable.definition());
    definition = timetable.definition();
    running = new ArrayList<>(timetable.running());
    trigger = timetable.trigger();
    pausedBecause = timetable.pausedBecause();
    considered = timetable.considered();
    next = timetable.next();
    queued = timetable.queued();
    nextQueued = timetable.nextQueued();
    last = timetable.last();
    started = timetable.started();
    skipped = timetable.skipped();
  }

  /**
   * @return null when there is no such schedule
   */
  static @Nullable Schedule of(
      Draft draft,
      Function<DefinitionId, @Nullable SchedulePlan> plans,
      CoordinationBounds bounds) {
    var timetable = draft.get(TIMETABLE, Timetable.class);
    return timetable == null ? null : new Schedule(draft, timetable, plans, bounds);
  }

  /** The schedule with this version from now on; a first one begins now. */
  static Schedule of(
      Draft draft,
      DefinitionId definition,
      Function<DefinitionId, @Nullable SchedulePlan> plans,
      CoordinationBounds bounds) {
    var before = draft.get(TIMETABLE, Timetable.class);
    var after =
        before == null
            ? Timetable.beginning(definition, draft.now())
            : before.withDefinition(definition);
    return new Schedule(draft, after, plans, bounds);
  }

  /** The schedule of a definition; its versions share it. */
  public static String key(String namespace, String name) {
    return PREFIX + namespace + "/" + name;
  }

  /** Namespace and name of the definition, {@code namespace/name}. */
  public static String name(String key) {
    return key.substring(PREFIX.length());
  }

  static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }

  // What it is told.

  Coordinated end() {
    draft.startingWith(QUEUED, "", bounds.queuedRunsMax()).keySet().forEach(draft::remove);
    new EventTrigger(draft, bounds).clear();
    draft.remove(TIMETABLE);
    return draft.accepted();
  }

  Coordinated pause(String reason) {
    pausedBecause = reason;
    return finished();
  }

  Coordinated resume() {
    if (pausedBecause == null) {
      return finished();
    }
    pausedBecause = null;
    considered = draft.now();
    if (plan != null && !(plan.trigger() instanceof After)) {
      next = plan.trigger().next(draft.now());
    }
    return fire();
  }

  Coordinated trigger(String id, JsonNode input) {
    start(new QueuedRun(instance(id), draft.now(), input));
    return finished();
  }

  /** Those that would overlap come one after the other, if they are not allowed to. */
  Coordinated backfill(Instant from, Instant to) {
    if (plan == null || next == null || plan.trigger() instanceof After) {
      return new Coordinated.Refused(
          Reason.CONFLICT, "nothing but time can be filled in; " + definition + " runs " + trigger);
    }
    var dues = new ArrayList<Instant>();
    for (var due = plan.trigger().next(from.minusMillis(1));
        due != null && due.isBefore(to);
        due = plan.trigger().next(due)) {
      if (dues.size() == bounds.backfilledRunsMax()) {
        return new Coordinated.Refused(
            Reason.FULL,
            "more than %,d runs of %s are due from %s to %s (backfilledRunsMax); fill in a part"
                .formatted(bounds.backfilledRunsMax(), definition, from, to));
      }
      dues.add(due);
    }
    var overlap = plan.overlap() == Overlap.ALLOW ? Overlap.ALLOW : Overlap.QUEUE;
    dues.forEach(due -> begin(timed(due), overlap));
    return finished();
  }

  Coordinated heard(JsonNode event) {
    if (pausedBecause != null || plan == null || !(plan.trigger() instanceof On on)) {
      return draft.accepted();
    }
    return switch (new EventTrigger(draft, bounds).hear(on, event)) {
      case EventTrigger.Heard.NoRun _ -> draft.accepted();
      case EventTrigger.Heard.NoRoom(var detail) ->
          new Coordinated.Refused(Reason.FULL, definition + ": " + detail);
      case EventTrigger.Heard.Run(var id, var input) -> {
        begin(new QueuedRun(instance(id), draft.now(), input), plan.overlap());
        yield finished();
      }
    };
  }

  Coordinated ended(InstanceId instance, String status) {
    if (last != null && last.instanceId().equals(instance)) {
      last = new LastRun(instance, last.due(), status);
    }
    if (running.remove(instance) && running.isEmpty()) {
      startQueued();
    }
    if (running.isEmpty() && next == null && plan != null && plan.trigger() instanceof After it) {
      next = draft.now().plus(it.pause());
    }
    return finished();
  }

  /** What is due by now begins. */
  Coordinated fire() {
    new EventTrigger(draft, bounds).expire();
    if (plan == null) {
      draft.remind(draft.now().plus(DEFINITION_RETRY));
      return finished();
    }
    if (!trigger.equals(plan.trigger().words())) {
      beginAfresh(plan);
    }
    if (pausedBecause == null && next != null && !next.isAfter(draft.now())) {
      catchUp(plan, next);
    }
    return finished();
  }

  /** What was collected for another trigger is of no use to this one. */
  private void beginAfresh(SchedulePlan plan) {
    new EventTrigger(draft, bounds).clear();
    trigger = plan.trigger().words();
    considered = draft.now();
    var isFree = plan.trigger() instanceof After && running.isEmpty();
    next = isFree ? draft.now() : plan.trigger().next(draft.now());
  }

  private void catchUp(SchedulePlan plan, Instant due) {
    if (plan.trigger() instanceof After) {
      next = null;
      begin(timed(due), Overlap.ALLOW);
      return;
    }
    var dues = missed(plan);
    next = plan.trigger().next(draft.now());
    considered = draft.now();
    dues.forEach(each -> begin(timed(each), plan.overlap()));
  }

  /** What was due since the last look and is not too late; the latest ones, if they are many. */
  private Deque<Instant> missed(SchedulePlan plan) {
    var latest = draft.now().minus(plan.catchUp()).minusMillis(1);
    var from = considered.isAfter(latest) ? considered : latest;
    if (plan.trigger() instanceof SchedulePlan.Every every) {
      var most = draft.now().minus(every.interval().multipliedBy(bounds.caughtUpRunsMax()));
      from = from.isAfter(most) ? from : most;
    }
    var dues = new ArrayDeque<Instant>();
    for (var due = plan.trigger().next(from);
        due != null && !due.isAfter(draft.now());
        due = plan.trigger().next(due)) {
      dues.addLast(due);
      if (dues.size() > bounds.caughtUpRunsMax()) {
        dues.removeFirst();
        skipped++;
      }
    }
    return dues;
  }

  // Runs.

  private void begin(QueuedRun run, Overlap overlap) {
    switch (overlap) {
      case ALLOW -> start(run);
      case SKIP -> {
        if (running.isEmpty()) {
          start(run);
        } else {
          skipped++;
        }
      }
      case QUEUE -> {
        if (running.isEmpty()) {
          start(run);
        } else {
          queue(run);
        }
      }
      case CANCEL_PREVIOUS -> {
        var reason = "the next run of its schedule, " + run.instanceId() + ", is due";
        running.forEach(instance -> draft.tell(new Cancel(instance, reason)));
        start(run);
      }
    }
  }

  private void start(QueuedRun run) {
    var id = run.instanceId();
    draft.tell(new Start(id, definition.ref(), run.input(), new Origin.BySchedule(draft.key())));
    last = new LastRun(id, run.due(), null);
    started++;
    if (isEndAwaited() && !running.contains(id)) {
      running.add(id);
      if (running.size() > bounds.trackedRunsMax()) {
        running.removeFirst();
      }
    }
  }

  private boolean isEndAwaited() {
    return plan == null || plan.overlap() != Overlap.ALLOW || plan.trigger() instanceof After;
  }

  private void queue(QueuedRun run) {
    if (queued >= bounds.queuedRunsMax()) {
      skipped++;
      return;
    }
    draft.put(Draft.numbered(QUEUED, nextQueued), run);
    nextQueued++;
    queued++;
  }

  private void startQueued() {
    var first = draft.first(QUEUED);
    if (first.isEmpty()) {
      return;
    }
    var run = draft.get(first.get(), QueuedRun.class);
    draft.remove(first.get());
    queued--;
    if (run != null) {
      start(run);
    }
  }

  private QueuedRun timed(Instant due) {
    var input = JsonNodeFactory.instance.objectNode().put("due", due.toString());
    return new QueuedRun(instance(due.toString()), due, input);
  }

  private InstanceId instance(String what) {
    return new InstanceId(definition.namespace() + "." + definition.name() + "-" + what);
  }

  private Coordinated finished() {
    if (pausedBecause == null && next != null) {
      draft.remind(next);
    }
    draft.put(
        TIMETABLE,
        new Timetable(
            definition,
            trigger,
            pausedBecause,
            considered,
            next,
            running,
            queued,
            nextQueued,
            last,
            started,
            skipped));
    return draft.accepted();
  }
}
