package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.LifecycleEvent.Type;
import dev.millrace.core.workflow.WorkflowEvent.BranchCompleted;
import dev.millrace.core.workflow.WorkflowEvent.BranchFailed;
import dev.millrace.core.workflow.WorkflowEvent.BranchStarted;
import dev.millrace.core.workflow.WorkflowEvent.ChildStarted;
import dev.millrace.core.workflow.WorkflowEvent.CleanupStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationByChildRequested;
import dev.millrace.core.workflow.WorkflowEvent.CompensationEnded;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStuck;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.EventConsumed;
import dev.millrace.core.workflow.WorkflowEvent.EventHandled;
import dev.millrace.core.workflow.WorkflowEvent.EventHandlingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ForkEntered;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.ListenStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.PermitGranted;
import dev.millrace.core.workflow.WorkflowEvent.PermitRequested;
import dev.millrace.core.workflow.WorkflowEvent.Released;
import dev.millrace.core.workflow.WorkflowEvent.Resumed;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.SignalReceived;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.Suspended;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.UndoRequested;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the outside is told of tasks. Tasks end in many ways: beside what a fact says of its own
 * task, every task that is no longer under way after it has ended by it, as in {@link Aftermath}.
 */
final class TaskLifecycle {
  private static final ObjectNode NOTHING_MORE = LifecycleLog.data();

  private final Plan plan;
  private final LifecycleLog log;
  private WorkflowState state;
  private @Nullable TaskPosition begun;

  /** Tasks an error is on its way through. */
  private Set<Place> failing = Set.of();

  private @Nullable WorkflowError error;

  /** Tasks around one that said {@code end}. */
  private Set<Place> ending = Set.of();

  TaskLifecycle(Plan plan, WorkflowState before, LifecycleLog log) {
    this.plan = plan;
    this.state = before;
    this.log = log;
  }

  /** Where a task under way stands; a branch has each pointer once. */
  private record Place(int branch, String pointer) {
    static Place of(TaskPosition position) {
      return new Place(position.branch(), position.pointer());
    }
  }

  void tell(WorkflowEvent event) {
    var before = state;
    state = Workflow.evolve(before, event);
    if (before instanceof Running running) {
      tell(running, event);
    }
  }

  private void tell(Running before, WorkflowEvent event) {
    switch (event) {
      case ScopeEntered e -> began(e.position(), e.at());
      case LoopEntered e -> began(e.position(), e.at());
      case TryEntered e -> began(e.position(), e.at());
      case StageRequested e -> began(e.position(), e.at());
      case WaitStarted e -> began(e.position(), e.at());
      case ForkEntered e -> began(e.position(), e.at());
      case ListenStarted e -> began(e.position(), e.at());
      case ChildStarted e -> began(e.position(), e.at());
      case StageRetried e -> told(Type.TASK_RETRIED, e.position(), "retriedAt", e.at());
      case TryRetried e -> told(Type.TASK_RETRIED, e.position(), "retriedAt", e.at());
      case TaskSkipped e -> skipped(before, e);
      case TaskCompleted e -> completed(before, e);
      case TaskFailed e -> failed(before, e);
      case CompensationStarted e -> undoing(before, e);
      case CompensationEnded e -> undone(before, e);
      case ErrorCaught e -> gone(before, null, e.at());
      case RetryScheduled e -> gone(before, null, e.at());
      case BranchCompleted e -> gone(before, null, e.at());
      case BranchFailed e -> gone(before, null, e.at());
      case EndingStarted e -> gone(before, null, e.at());
      case CleanupStarted e -> gone(before, null, e.at());
      case CompensationStepSettled e -> gone(before, null, e.at());
      case CompensationRetryScheduled e -> gone(before, null, e.at());
      case CompensationStuck e -> gone(before, null, e.at());
      case WorkflowFinished e -> gone(before, null, e.at());
      case Suspended e -> all(before, Type.TASK_SUSPENDED, "suspendedAt", e.at());
      case Resumed e -> all(before, Type.TASK_RESUMED, "resumedAt", e.at());
      case WorkflowStarted _,
          IterationStarted _,
          StageRetryScheduled _,
          BranchStarted _,
          EventConsumed _,
          EventHandlingStarted _,
          EventHandled _,
          SignalReceived _,
          SignalBuffered _,
          CompensationRegistered _,
          CompensationStepStarted _,
          CompensationByChildRequested _,
          PermitRequested _,
          PermitGranted _,
          UndoRequested _,
          Released _ -> {}
    }
  }

  private void began(TaskPosition position, Instant at) {
    told(Type.TASK_CREATED, position, "createdAt", at);
    told(Type.TASK_STARTED, position, "startedAt", at);
    begun = position;
  }

  private void told(Type type, TaskPosition position, String when, Instant at) {
    told(type, position, when, at, NOTHING_MORE);
  }

  private void told(Type type, TaskPosition position, String when, Instant at, ObjectNode more) {
    if (isWritten(position.pointer())) {
      log.ofTask(type, position.pointer(), position.iteration(), when, at, more);
    }
  }

  /** The scopes around an extended task are nobody's tasks. */
  private boolean isWritten(String pointer) {
    var task = plan.tasks().get(pointer);
    return task != null
        && !(task instanceof TaskPlan.Extended)
        && !(task instanceof TaskPlan.Advice);
  }

  /** Tasks that need nobody begin and end in one fact. */
  private void beganIfNew(Running before, TaskPosition position, Instant at) {
    if (frame(before, position) == null && !position.equals(begun)) {
      began(position, at);
    }
  }

  private static @Nullable Frame frame(Running state, TaskPosition position) {
    return state.branch(position.branch()).frames().stream()
        .filter(frame -> frame.entry().pointer().equals(position.pointer()))
        .findFirst()
        .orElse(null);
  }

  private void skipped(Running before, TaskSkipped e) {
    if (e.next() == Cursor.END) {
      ending = around(before, e.position());
    }
  }

  private void completed(Running before, TaskCompleted e) {
    beganIfNew(before, e.position(), e.at());
    gone(before, Place.of(e.position()), e.at());
    var output = log.output(output(before, e));
    told(Type.TASK_COMPLETED, e.position(), "completedAt", e.at(), output);
    begun = null;
    if (e.next() == Cursor.END) {
      ending = around(before, e.position());
    }
  }

  /** What is passed on unchanged does not stand in the fact. */
  private static JsonNode output(Running before, TaskCompleted e) {
    var frame = frame(before, e.position());
    if (e.output() != null) {
      return e.output();
    }
    return frame == null
        ? Evolution.cursor(before.branch(e.position().branch())).value()
        : Evolution.lastValue(frame);
  }

  private void failed(Running before, TaskFailed e) {
    beganIfNew(before, e.position(), e.at());
    gone(before, Place.of(e.position()), e.at());
    faulted(e.position(), e.error(), e.at());
    begun = null;
    failing = around(before, e.position());
    error = e.error();
  }

  private void faulted(TaskPosition position, WorkflowError cause, Instant at) {
    told(Type.TASK_FAULTED, position, "faultedAt", at, LifecycleLog.error(cause));
  }

  private void undoing(Running before, CompensationStarted e) {
    gone(before, null, e.at());
    if (e.afterwards() instanceof Afterwards.Done) {
      began(e.position(), e.at());
    }
  }

  /** What was undone before an error went on outward has failed by that error. */
  private void undone(Running before, CompensationEnded e) {
    switch (((Frame.Compensation) Objects.requireNonNull(frame(before, e.position())))
        .afterwards()) {
      case Afterwards.Done _, Afterwards.Yield _ -> {}
      case Afterwards.Raise(var cause) -> {
        faulted(e.position(), cause, e.at());
        failing = around(before, e.position());
        error = cause;
      }
      case Afterwards.End _ -> {
        told(Type.TASK_COMPLETED, e.position(), "completedAt", e.at());
        ending = around(before, e.position());
      }
    }
  }

  private static Set<Place> around(Running state, TaskPosition position) {
    var path = Path.to(state, position.branch());
    var depth = path.depthOutside(position.pointer());
    var places = new HashSet<Place>();
    for (int i = 0; i < depth; i++) {
      places.add(new Place(path.branchAt(i), path.frames().get(i).entry().pointer()));
    }
    return places;
  }

  // Tasks that are no longer under way, innermost first.

  /**
   * @param own the task the fact itself speaks of
   */
  private void gone(Running before, @Nullable Place own, Instant at) {
    var left = new HashMap<Integer, Branch>();
    if (state instanceof Running after) {
      after.branches().forEach(branch -> left.put(branch.number(), branch));
    }
    for (var branch : before.branches().reversed()) {
      var now = left.get(branch.number());
      if (now != branch) {
        gone(before, branch, now == null ? List.of() : now.frames(), own, at);
      }
    }
    failing = Set.of();
    ending = Set.of();
  }

  private void gone(
      Running before, Branch branch, List<Frame> left, @Nullable Place own, Instant at) {
    var kept = new HashSet<String>();
    left.forEach(frame -> kept.add(frame.entry().pointer()));
    for (var frame : branch.frames().reversed()) {
      var place = new Place(branch.number(), frame.entry().pointer());
      if (!kept.contains(place.pointer()) && !place.equals(own)) {
        ended(position(before, place), place, at);
      }
    }
  }

  private void ended(TaskPosition position, Place place, Instant at) {
    if (error != null && failing.contains(place)) {
      faulted(position, error, at);
    } else if (ending.contains(place) && hasCompleted()) {
      told(Type.TASK_COMPLETED, position, "completedAt", at);
    } else {
      told(Type.TASK_CANCELLED, position, "cancelledAt", at);
    }
  }

  /** Or will, when what others did beside has been undone. */
  private boolean hasCompleted() {
    return switch (state) {
      case WorkflowState.NotStarted _ -> false;
      case WorkflowState.Finished it -> it.outcome() instanceof Outcome.Completed;
      case Running it ->
          it.branches().stream()
              .flatMap(branch -> branch.frames().stream())
              .anyMatch(frame ->
                  frame instanceof Frame.Compensation undoing
                      && undoing.afterwards() instanceof Afterwards.End);
    };
  }

  private static TaskPosition position(Running state, Place place) {
    var path = Path.to(state, place.branch());
    var iteration = path.iteration(path.depthOutside(place.pointer()));
    return new TaskPosition(place.pointer(), iteration, place.branch());
  }

  private void all(Running before, Type type, String when, Instant at) {
    for (var branch : before.branches()) {
      for (var frame : branch.frames()) {
        told(type, position(before, new Place(branch.number(), frame.entry().pointer())), when, at);
      }
    }
  }
}
