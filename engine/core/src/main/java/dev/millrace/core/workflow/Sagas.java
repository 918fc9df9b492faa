package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.Outcome.Aborted;
import dev.millrace.core.workflow.Outcome.CompensationFailed;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowEvent.CompensationByChildRequested;
import dev.millrace.core.workflow.WorkflowEvent.CompensationEnded;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStuck;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Registers what can be undone, and undoes it: strictly in the reverse order of completion, one
 * after the other, so that no compensation ever runs before those of the tasks that came later.
 *
 * @see <a href="https://doi.org/10.1145/38713.38742">H. Garcia-Molina, K. Salem: Sagas (1987)</a>
 */
final class Sagas {
  private final Transition transition;
  private final Surroundings surroundings;

  Sagas(Transition transition) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
  }

  // Registering.

  /**
   * The task is about to complete.
   *
   * @param scope on the task's output
   */
  void register(TaskPlan task, TaskScope scope) {
    var compensation = task.common().profile().compensation();
    if (compensation == null || isLast()) {
      return;
    }
    var arguments = DataFlow.bounded(compensation.arguments().evaluate(scope), transition.limits());
    register(
        surroundings.position(task.pointer()),
        new Undo.Action.Call(compensation.task(), transition.weigh(arguments)));
  }

  void register(TaskPosition position, InstanceId child) {
    if (!isLast()) {
      register(position, new Undo.Action.ByChild(child));
    }
  }

  private void register(TaskPosition position, Undo.Action action) {
    register(transition.path(), position, action);
  }

  private void register(Path path, TaskPosition position, Undo.Action action) {
    var branches = path.branches().stream().map(Branch::number).toList();
    var number = transition.running().undo().registered();
    var undo = new Undo(number, position, branches, action);
    transition.record(new CompensationRegistered(undo, transition.now()));
  }

  /** Compensations are never compensated, nor is what an end does last; neither ends the run. */
  boolean isLast() {
    return transition.path().frames().stream()
        .anyMatch(it -> it instanceof Frame.Compensation || it instanceof Frame.Ending);
  }

  // What to undo.

  /** Numbers of everything that completed and is not undone, latest first. */
  List<Integer> all() {
    return transition.running().undo().open().reversed().stream().map(Undo::number).toList();
  }

  /**
   * @param scope a task under way in that branch
   * @return numbers of what completed inside and is not undone, latest first
   */
  private List<Integer> within(Frame scope, int branch) {
    return transition.running().undo().open().reversed().stream()
        .filter(undo -> isWithin(undo, scope, branch))
        .map(Undo::number)
        .toList();
  }

  /**
   * Whether something that completed inside a task is still to be undone, or being undone.
   *
   * @param scope a task under way in that branch
   */
  boolean isUndoneBy(Frame.Compensation it, Frame scope, int branch) {
    var left = it.steps().subList(it.current(), it.steps().size());
    return within(scope, branch).stream().anyMatch(left::contains);
  }

  private static boolean isWithin(Undo undo, Frame scope, int branch) {
    return undo.number() >= scope.entry().undoMark()
        && undo.position().pointer().startsWith(scope.entry().pointer() + "/")
        && undo.branches().contains(branch);
  }

  /**
   * This part of the instance is given up. Registers the runs of other workflows that scopes inside
   * wait for and have promised to undo.
   *
   * @return numbers of what has to be undone with the part, latest first: what those scopes have
   *     promised, and what is being undone there already
   */
  List<Integer> registerPromised(Path.Part part) {
    return registerPromised(List.of(part));
  }

  private List<Integer> registerPromised(List<Path.Part> parts) {
    var given = new ArrayList<GivenUp>();
    parts.forEach(part -> collect(part.branch(), part.from(), false, given));
    registerRuns(given);
    var numbers = new TreeSet<Integer>();
    given.forEach(it -> numbers.addAll(promised(it.frame(), it.branch().number())));
    return new ArrayList<>(numbers.descendingSet());
  }

  /**
   * @return numbers of everything that is not undone, latest first, with the runs of other
   *     workflows that were under way
   */
  private List<Integer> registerAll() {
    var given = new ArrayList<GivenUp>();
    collect(transition.running().branch(Branch.ROOT), 0, true, given);
    registerRuns(given);
    return all();
  }

  /**
   * A task under way that is given up.
   *
   * @param isPromised whether the task itself or a scope around it has promised to undo
   */
  private record GivenUp(Branch branch, Frame frame, boolean isPromised) {}

  /** From the outermost task inward, and then into the branches that were begun inside. */
  private void collect(Branch branch, int from, boolean isPromised, List<GivenUp> into) {
    var frames = branch.frames();
    var promised = isPromised;
    for (var frame : frames.subList(from, frames.size())) {
      promised = promised || isUndoneOnAbort(frame);
      into.add(new GivenUp(branch, frame, promised));
    }
    for (var other : transition.running().branches()) {
      if (!other.isRoot() && other.parent() == branch.number()) {
        collect(other, 0, promised, into);
      }
    }
  }

  /**
   * A run that is under way may have done something already: it is undone as if it had completed.
   */
  private void registerRuns(List<GivenUp> given) {
    for (var it : given) {
      if (it.isPromised() && it.frame() instanceof Frame.Child run && run.isCancelledWithParent()) {
        registerRun(it.branch(), run);
      }
    }
  }

  private void registerRun(Branch branch, Frame.Child frame) {
    var path = Path.to(transition.running(), branch.number());
    var pointer = frame.entry().pointer();
    var iteration = path.iteration(path.depthOutside(pointer));
    var position = new TaskPosition(pointer, iteration, branch.number());
    register(path, position, new Undo.Action.ByChild(frame.child()));
    transition.childEnded(frame.child());
  }

  private List<Integer> promised(Frame frame, int branch) {
    return switch (frame) {
      case Frame.Compensation it -> it.steps().subList(it.current(), it.steps().size());
      case Frame.Ending _ -> List.of();
      case Frame.Composite _, Frame.Fork _, Frame.Call _, Frame.Wait _, Frame.Child _ ->
          isUndoneOnAbort(frame) ? within(frame, branch) : List.of();
    };
  }

  private boolean isUndoneOnAbort(Frame frame) {
    return switch (frame) {
      case Frame.Compensation _, Frame.Ending _ -> false;
      case Frame.Composite _, Frame.Fork _, Frame.Call _, Frame.Wait _, Frame.Child _ ->
          transition.plan().task(frame.entry().pointer()).common().profile().isUndoneOnAbort();
    };
  }

  // Undoing.

  /** {@code call: compensate} has been entered. */
  void begin(TaskPlan.Compensate task, TaskScope scope, @Nullable JsonNode input) {
    var steps = task.scope() == null ? all() : within(task.scope());
    var position = surroundings.position(task.pointer());
    undo(position, input, steps, new Afterwards.Done());
  }

  /**
   * @throws IllegalStateException if there is no such task under way
   */
  private List<Integer> within(String pointer) {
    var path = transition.path();
    var depth = path.depthOutside(pointer);
    if (depth == path.frames().size()) {
      throw new IllegalStateException(pointer + " is not under way");
    }
    return within(path.frames().get(depth), path.branchAt(depth));
  }

  /**
   * Undoes what is given up with a task before what comes {@code afterwards}.
   *
   * @param position of the task, whose place the undoing takes
   * @param steps numbers, latest first
   * @return false, and nothing done, if there are none
   */
  boolean undoBefore(Afterwards afterwards, TaskPosition position, List<Integer> steps) {
    if (steps.isEmpty()) {
      return false;
    }
    undo(position, null, steps, afterwards);
    return true;
  }

  /** The workflow ends by the word of one branch; the others are given up. */
  boolean undoBeforeEnd(JsonNode output) {
    var path = transition.path();
    var onPath = path.branches().stream().map(Branch::number).toList();
    var others =
        transition.running().branches().stream()
            .filter(it -> !onPath.contains(it.number()) && onPath.contains(it.parent()))
            .map(branch -> new Path.Part(branch, 0))
            .toList();
    var steps = registerPromised(others);
    return !steps.isEmpty()
        && undoBefore(
            new Afterwards.End(output), surroundings.position(outermostFork(path)), steps);
  }

  private static Frame outermostFork(Path path) {
    return path.frames().stream()
        .filter(Frame.Fork.class::isInstance)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("branches without a fork"));
  }

  private void undo(
      TaskPosition position, @Nullable JsonNode input, List<Integer> steps, Afterwards afterwards) {
    transition.record(
        new CompensationStarted(position, input, steps, afterwards, null, transition.now()));
  }

  /** An end begins with what it has to undo. */
  void undoBefore(Frame.Ending ending) {
    var position = new TaskPosition(Evolution.UNDO, "");
    undo(position, null, ending.undo(), new Afterwards.Done());
  }

  boolean isDone(Frame.Compensation it) {
    return it.current() >= it.steps().size();
  }

  void next(Frame.Compensation it) {
    var position = surroundings.position(it);
    var number = it.steps().get(it.current());
    switch (transition.running().undo().open(number).action()) {
      case Undo.Action.Call _ -> start(it, 1);
      case Undo.Action.ByChild(var child) -> {
        transition.record(
            new CompensationByChildRequested(position, number, child, transition.now()));
        var by = new Origin.ByParent(transition.running().instanceId(), position, true);
        transition.tell(new WorkflowCommand.UndoChild(child, by));
      }
    }
  }

  void start(Frame.Compensation it, int attempt) {
    transition.record(
        new CompensationStepStarted(
            surroundings.position(it), it.steps().get(it.current()), attempt, transition.now()));
  }

  void settle(Frame.Compensation it, Settlement settlement, String detail) {
    transition.record(
        new CompensationStepSettled(
            surroundings.position(it),
            it.steps().get(it.current()),
            settlement,
            detail,
            transition.now()));
  }

  void end(Frame.Compensation it) {
    transition.record(new CompensationEnded(surroundings.position(it), transition.now()));
  }

  /**
   * The task of the compensation that runs.
   *
   * @throws IllegalStateException if another instance carries it out
   */
  TaskPlan task(Frame.Compensation it) {
    var undo = transition.running().undo().open(it.steps().get(it.current()));
    return switch (undo.action()) {
      case Undo.Action.Call(var task, _) -> transition.plan().task(task);
      case Undo.Action.ByChild _ -> throw new IllegalStateException("no task of ours: " + undo);
    };
  }

  // Failing to.

  /** Whether the compensation has a retry of its own left, which is then scheduled. */
  boolean retries(Frame.Compensation it, int attempt, WorkflowError error, Duration pauseMin) {
    var undo = transition.running().undo().open(it.steps().get(it.current()));
    var completed = transition.plan().task(undo.position().pointer());
    var compensation = completed.common().profile().compensation();
    var retry = compensation == null ? null : compensation.retry();
    if (retry == null || (retry.retriesMax() != null && attempt > retry.retriesMax())) {
      return false;
    }
    var scope = surroundings.ofWorkflow(transition.running(), it.entry().input());
    var caught = scope.with(new TaskScope.Local.Caught("error", error));
    var seed = 31L * transition.running().instanceId().value().hashCode() + undo.number();
    var pause = Delays.of(retry, attempt, caught, seed);
    var dueAt = surroundings.after(pause.compareTo(pauseMin) > 0 ? pause : pauseMin);
    transition.record(
        new CompensationRetryScheduled(
            surroundings.position(it), undo.number(), attempt + 1, error, dueAt, transition.now()));
    return true;
  }

  /** It failed for good: the instance waits for a person, and says so. */
  void giveUp(Frame.Compensation it, WorkflowError error) {
    var number = it.steps().get(it.current());
    transition.record(
        new CompensationStuck(surroundings.position(it), number, error, transition.now()));
    var undo = transition.running().undo();
    transition.publish(
        new CompensationFailed(cause(it, error), undo.settled(), Ends.left(undo), error, false));
  }

  private Aborted cause(Frame.Compensation it, WorkflowError error) {
    var ending = transition.running().ending();
    if (ending != null) {
      return ending.cause();
    }
    return new Outcome.Failed(
        it.afterwards() instanceof Afterwards.Raise(var abortedBy) ? abortedBy : error);
  }

  // The end before its time.

  /**
   * The instance ends for this cause, after what it has promised to do in any case: undo what is to
   * be undone, and run the tasks that run always.
   */
  void abort(Aborted cause) {
    if (!transition.plan().hash().equals(transition.running().run().planHash())) {
      // The plan is the trouble, so it cannot be asked what to undo; the instance has to end
      // anyhow.
      transition.finish(cause);
      return;
    }
    if (transition.running().ending() != null) {
      transition.finish(cause);
    } else {
      end(cause, registerUndoneOnAbort(), cleanups());
    }
  }

  private List<Integer> registerUndoneOnAbort() {
    return transition.plan().profile().isUndoneOnAbort()
        ? registerAll()
        : registerPromised(new Path.Part(transition.running().branch(Branch.ROOT), 0));
  }

  /**
   * A parent wants undone what this instance did, wherever it stands.
   *
   * @param cause of the end, unless one is under way already
   */
  void undoAll(Aborted cause, boolean hasEnded) {
    var ending = transition.running().ending();
    var undo = registerAll();
    if (ending != null) {
      end(
          ending.cause(),
          undo,
          ending.cleanups().stream().filter(it -> it >= ending.current()).toList());
    } else {
      end(cause, undo, hasEnded ? List.of() : cleanups());
    }
  }

  private void end(Aborted cause, List<Integer> undo, List<Integer> cleanups) {
    if (undo.isEmpty() && cleanups.isEmpty()) {
      transition.finish(cause);
    } else {
      transition.record(new EndingStarted(cause, undo, cleanups, transition.now()));
    }
  }

  /** While it queues for its turn nothing has begun that would have to be tidied up. */
  private List<Integer> cleanups() {
    if (transition.running().isQueuing()) {
      return List.of();
    }
    var tasks = transition.plan().body().tasks();
    var cleanups = new ArrayList<Integer>();
    var next = transition.running().branch(Branch.ROOT).cursor().next();
    for (int index = Math.max(0, next); index < tasks.size(); index++) {
      if (tasks.get(index).common().profile().isAlwaysRun()) {
        cleanups.add(index);
      }
    }
    return cleanups;
  }
}
