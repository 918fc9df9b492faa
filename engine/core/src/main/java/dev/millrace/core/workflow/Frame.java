package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A task that has begun and not ended. The stacks of them are the position of an instance. */
public sealed interface Frame {
  Entry entry();

  /** Whether the task can go on without waiting for anybody. */
  boolean isRunnable();

  /**
   * How a task was entered; the same for its whole life.
   *
   * @param undoMark how many compensations had been registered until then
   */
  record Entry(
      String pointer,
      JsonNode rawInput,
      JsonNode input,
      Instant startedAt,
      @Nullable Instant deadline,
      int undoMark) {}

  /** A task with tasks inside. */
  sealed interface Composite extends Frame {
    Cursor cursor();

    Composite withCursor(Cursor cursor);
  }

  record Do(Entry entry, Cursor cursor) implements Composite {
    @Override
    public boolean isRunnable() {
      return true;
    }

    @Override
    public Do withCursor(Cursor moved) {
      return new Do(entry, moved);
    }
  }

  /**
   * @param index of the current iteration; -1 before the first
   */
  record For(Entry entry, JsonNode items, int index, Cursor cursor) implements Composite {
    @Override
    public boolean isRunnable() {
      return true;
    }

    @Override
    public For withCursor(Cursor moved) {
      return new For(entry, items, index, moved);
    }
  }

  /**
   * @param attempt counted from 1
   */
  record Try(Entry entry, int attempt, Phase phase, Cursor cursor) implements Composite {
    @Override
    public boolean isRunnable() {
      return !(phase instanceof Phase.BackingOff);
    }

    @Override
    public Try withCursor(Cursor moved) {
      return new Try(entry, attempt, phase, moved);
    }
  }

  /** What a {@code try} is doing. */
  sealed interface Phase {
    /**
     * @param attemptDeadline null when attempts have no bound of their own
     */
    record Trying(@Nullable Instant attemptDeadline) implements Phase {}

    record BackingOff(WorkflowError error, Instant until) implements Phase {}

    record Handling(WorkflowError error) implements Phase {}
  }

  /**
   * Waits for a stage.
   *
   * @param attempt the one under way, or the one to come while {@code retryAt} is set
   * @param retryAt null while an answer is awaited
   */
  record Call(
      Entry entry,
      StageName stage,
      String function,
      JsonNode arguments,
      String idempotencyKey,
      int attempt,
      @Nullable Instant retryAt)
      implements Frame {
    @Override
    public boolean isRunnable() {
      return false;
    }
  }

  record Wait(Entry entry, Instant until) implements Frame {
    @Override
    public boolean isRunnable() {
      return false;
    }
  }

  /**
   * Branches side by side: those of a {@code fork}, or one for each item of a {@code map}.
   *
   * @param items what a map gives its lanes; null for a fork, whose branches get its input
   * @param width how many lanes may run at a time
   * @param tolerated how many lanes may fail without failing the task
   * @param isRace the first lane that is done decides
   */
  record Fork(
      Entry entry,
      @Nullable JsonNode items,
      int width,
      int tolerated,
      boolean isRace,
      List<Lane> lanes)
      implements Frame {
    public Fork {
      lanes = List.copyOf(lanes);
    }

    @Override
    public boolean isRunnable() {
      return isDecided() || nextLane() >= 0;
    }

    /** Whether nothing that still runs can change what the task yields. */
    boolean isDecided() {
      return isRace
          ? lanes.stream().anyMatch(Lane.Done.class::isInstance)
          : lanes.stream().allMatch(Lane::isOver);
    }

    /**
     * @return which lane to begin now; -1 for none
     */
    int nextLane() {
      var running = lanes.stream().filter(Lane.Active.class::isInstance).count();
      for (int lane = 0; running < width && lane < lanes.size(); lane++) {
        if (lanes.get(lane) instanceof Lane.Waiting) {
          return lane;
        }
      }
      return -1;
    }

    JsonNode inputOf(int lane) {
      return items == null ? entry.input() : items.get(lane);
    }
  }

  /** One of the branches of a {@link Fork}, before, while and after it runs. */
  sealed interface Lane {
    record Waiting() implements Lane {}

    record Active(int branch) implements Lane {}

    record Done(JsonNode output) implements Lane {}

    record Failed(WorkflowError error) implements Lane {}

    default boolean isOver() {
      return switch (this) {
        case Waiting _, Active _ -> false;
        case Done _, Failed _ -> true;
      };
    }
  }

  /**
   * Waits for events, and handles those that have come one after the other when it has a {@code
   * foreach}.
   *
   * @param awaited one for each filter
   * @param satisfied the filters an event has matched
   * @param results what the task will yield
   * @param queue items that have come and are not handled yet
   * @param handling the item being handled; null when none is
   * @param handled how many have been handled; the index of the one being handled
   * @param isOver whether it listens no longer
   */
  record Listen(
      Entry entry,
      List<Awaited> awaited,
      Set<Integer> satisfied,
      List<JsonNode> results,
      List<JsonNode> queue,
      @Nullable JsonNode handling,
      int handled,
      boolean isOver,
      Cursor cursor)
      implements Composite {
    public Listen {
      awaited = List.copyOf(awaited);
      satisfied = Collections.unmodifiableSortedSet(new TreeSet<>(satisfied));
      results = List.copyOf(results);
      queue = List.copyOf(queue);
    }

    @Override
    public boolean isRunnable() {
      return isOver || handling != null || !queue.isEmpty();
    }

    @Override
    public Listen withCursor(Cursor moved) {
      return new Listen(
          entry, awaited, satisfied, results, queue, handling, handled, isOver, moved);
    }
  }

  /**
   * Waits for the run of another workflow.
   *
   * @param isCancelledWithParent whether the run ends when this task does
   */
  record Child(Entry entry, InstanceId child, boolean isCancelledWithParent) implements Frame {
    @Override
    public boolean isRunnable() {
      return false;
    }
  }

  /**
   * Undoes what has completed, one after the other, latest first.
   *
   * @param steps numbers of the compensations, in the order they run
   * @param current which of them runs; the size of the list when all have run
   * @param phase of the current one
   */
  record Compensation(
      Entry entry,
      List<Integer> steps,
      int current,
      Step phase,
      Afterwards afterwards,
      Cursor cursor)
      implements Composite {
    public Compensation {
      steps = List.copyOf(steps);
    }

    @Override
    public boolean isRunnable() {
      return switch (phase) {
        case Step.Next _, Step.Running _ -> true;
        case Step.WithChild _, Step.BackingOff _, Step.Stuck _ -> false;
      };
    }

    @Override
    public Compensation withCursor(Cursor moved) {
      return new Compensation(entry, steps, current, phase, afterwards, moved);
    }
  }

  /** What one compensation is doing. */
  sealed interface Step {
    /** Nothing yet. */
    record Next() implements Step {}

    /**
     * @param attempt counted from 1
     */
    record Running(int attempt) implements Step {}

    /** Another instance undoes what it did. */
    record WithChild(InstanceId child) implements Step {}

    record BackingOff(int attempt, WorkflowError error, Instant until) implements Step {}

    /** It failed for good; a person has to say what to do. */
    record Stuck(int attempt, WorkflowError error, Instant since) implements Step {}
  }

  /**
   * The instance comes to an end before its time: what is to be undone, and then the tasks that run
   * always.
   *
   * @param undo numbers of the compensations still to be run, in their order
   * @param cleanups indices of tasks of the workflow's own block
   * @param current which of the cleanups runs; -1 before the first
   */
  record Ending(
      Entry entry,
      Outcome.Aborted cause,
      List<Integer> undo,
      List<Integer> cleanups,
      int current,
      Cursor cursor)
      implements Composite {
    public Ending {
      undo = List.copyOf(undo);
      cleanups = List.copyOf(cleanups);
    }

    @Override
    public boolean isRunnable() {
      return true;
    }

    @Override
    public Ending withCursor(Cursor moved) {
      return new Ending(entry, cause, undo, cleanups, current, moved);
    }
  }
}
