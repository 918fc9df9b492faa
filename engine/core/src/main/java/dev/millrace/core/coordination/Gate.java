package dev.millrace.core.coordination;

import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.coordination.Row.Place;
import dev.millrace.core.coordination.Row.Run;
import dev.millrace.core.coordination.Row.Runs;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import java.util.Objects;

/**
 * The rules of a gate: at most {@code max} runs of one key at a time, first come first served.
 *
 * <p>A permit is held until its run gives it back, which it does in the transaction that ends it.
 * So a run that is told to make room keeps its permit until it has ended, and there are never more
 * than {@code max}.
 */
final class Gate {
  private static final String HEAD = "runs";
  private static final String PLACE = "place/";
  private static final String HOLDING = "holding/";
  private static final String QUEUED = "queued/";

  private final Draft draft;
  private final CoordinationBounds bounds;
  private Runs runs;

  Gate(Draft draft, CoordinationBounds bounds) {
    this.draft = draft;
    this.bounds = bounds;
    this.runs = Objects.requireNonNullElse(draft.get(HEAD, Runs.class), new Runs(1, 0, 0, 0));
  }

  static boolean isKey(String key) {
    return key.startsWith("gate/");
  }

  Coordinated acquire(AcquirePermit wish) {
    runs = new Runs(wish.max(), runs.holding(), runs.queued(), runs.next());
    if (draft.get(place(wish.instanceId()), Place.class) != null) {
      return finished();
    }
    if (runs.queued() == 0 && runs.holding() < runs.max()) {
      grant(wish.instanceId());
      return finished();
    }
    switch (wish.whenFull()) {
      case QUEUE -> queue(wish.instanceId());
      case REJECT -> refuse(wish.instanceId(), "%,d of its key run already".formatted(runs.max()));
      case REPLACE -> {
        makeRoom(wish.instanceId());
        queue(wish.instanceId());
      }
    }
    return finished();
  }

  Coordinated release(InstanceId instance) {
    leave(instance);
    return finished();
  }

  /** Lets in those for whom the transition before had no room. */
  Coordinated goOn() {
    return finished();
  }

  private void grant(InstanceId instance) {
    draft.put(Draft.numbered(HOLDING, runs.next()), new Run(instance, false));
    draft.put(place(instance), new Place(runs.next(), true));
    runs = new Runs(runs.max(), runs.holding() + 1, runs.queued(), runs.next() + 1);
    draft.tell(new GrantPermit(instance, draft.key()));
  }

  private void queue(InstanceId instance) {
    if (runs.queued() >= bounds.queuedRunsMax()) {
      refuse(
          instance,
          "%,d of its key run, and %,d wait already (queuedRunsMax)"
              .formatted(runs.max(), runs.queued()));
      return;
    }
    draft.put(Draft.numbered(QUEUED, runs.next()), new Run(instance, false));
    draft.put(place(instance), new Place(runs.next(), false));
    runs = new Runs(runs.max(), runs.holding(), runs.queued() + 1, runs.next() + 1);
  }

  private void refuse(InstanceId instance, String why) {
    draft.tell(new RefusePermit(instance, draft.key(), why));
  }

  /**
   * Cancels the oldest run that has not been told so yet: one that holds a permit, or, when all of
   * those are on their way out, the first that waits for one.
   */
  private void makeRoom(InstanceId newcomer) {
    var reason = "replaced by " + newcomer;
    for (var row : draft.startingWith(HOLDING, "", runs.holding()).entrySet()) {
      var run = (Run) row.getValue();
      if (!run.isCancelled()) {
        draft.put(row.getKey(), new Run(run.instanceId(), true));
        draft.tell(new Cancel(run.instanceId(), reason));
        return;
      }
    }
    draft
        .first(QUEUED)
        .map(first -> draft.get(first, Run.class))
        .ifPresent(run -> {
          leave(run.instanceId());
          draft.tell(new Cancel(run.instanceId(), reason));
        });
  }

  private void leave(InstanceId instance) {
    var place = draft.get(place(instance), Place.class);
    if (place == null) {
      return;
    }
    draft.remove(place(instance));
    draft.remove(Draft.numbered(place.isHolding() ? HOLDING : QUEUED, place.number()));
    runs =
        place.isHolding()
            ? new Runs(runs.max(), runs.holding() - 1, runs.queued(), runs.next())
            : new Runs(runs.max(), runs.holding(), runs.queued() - 1, runs.next());
  }

  /** Whoever waits and now has room goes on. */
  private Coordinated finished() {
    var room = Math.min(runs.max() - runs.holding(), runs.queued());
    draft
        .startingWith(QUEUED, "", Math.clamp(room, 0, bounds.fanOutMax()))
        .forEach((_, run) -> admit((Run) run));
    if (room > bounds.fanOutMax()) {
      draft.remind(draft.now());
    }
    if (runs.holding() == 0 && runs.queued() == 0) {
      draft.remove(HEAD);
    } else {
      draft.put(HEAD, runs);
    }
    return draft.accepted();
  }

  private void admit(Run run) {
    leave(run.instanceId());
    grant(run.instanceId());
  }

  private static String place(InstanceId instance) {
    return PLACE + instance;
  }
}
