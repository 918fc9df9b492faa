package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowEvent.PermitRequested;
import dev.millrace.core.workflow.WorkflowEvent.Resumed;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.UndoRequested;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What commands bring about: each changes one thing, and then {@link Steps} go on from there until
 * every way on is blocked.
 *
 * <p>The state is branches, each a stack of frames, one for each task that has begun and not ended.
 * Tasks that need nobody ({@code set}, {@code switch}, {@code raise}, {@code emit}) complete within
 * their step and never become a frame. Tasks end through {@link Completion}, errors travel outward
 * through {@link ErrorRouting}.
 */
final class Interpreter {
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;
  private final Listening listening;
  private final Children children;
  private final Sagas sagas;
  private final Steps steps;

  Interpreter(Transition transition) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.errors = new ErrorRouting(transition);
    this.completion = new Completion(transition, errors);
    this.listening = new Listening(transition, completion, errors);
    this.children = new Children(transition, completion, errors);
    this.sagas = new Sagas(transition);
    this.steps = new Steps(transition, completion, errors, listening, children, sagas);
  }

  // What commands bring about.

  void begin(Start start, String requestHash) {
    var plan = transition.plan();
    var raw = transition.weigh(start.input());
    var bare = started(start, requestHash, null, null);
    try {
      var state = (Running) Workflow.evolve(new NotStarted(), bare);
      var scope = surroundings.ofWorkflow(state, raw);
      var input = DataFlow.in(plan.input(), raw, scope, transition.limits());
      var timeout = plan.timeout();
      var deadline = timeout == null ? null : surroundings.after(timeout.evaluate(scope));
      transition.record(started(start, requestHash, DataFlow.changed(raw, input), deadline));
      askForPermit(scope.on(input));
    } catch (Fault | ExpressionException e) {
      if (!transition.isStarted()) {
        transition.record(bare);
      }
      transition.finish(new Outcome.Failed(DataFlow.errorOf(e).at("/")));
    }
    steps.advance();
  }

  private WorkflowStarted started(
      Start start, String requestHash, @Nullable JsonNode input, @Nullable Instant deadline) {
    return new WorkflowStarted(
        start.instanceId(),
        transition.plan().id(),
        transition.plan().hash(),
        requestHash,
        start.origin(),
        start.input(),
        input,
        deadline,
        transition.now());
  }

  /** Where runs are limited the instance queues before its first task. */
  private void askForPermit(Scope scope) {
    var concurrency = transition.plan().profile().concurrency();
    if (concurrency == null) {
      return;
    }
    var id = transition.plan().id();
    var gate =
        "gate/"
            + id.namespace()
            + "/"
            + id.name()
            + "/"
            + CanonicalJson.hash(concurrency.key().evaluate(scope));
    transition.record(new PermitRequested(gate, transition.now()));
    transition.effect(
        new Effect.Coordinate(
            new AcquirePermit(
                gate,
                transition.running().instanceId(),
                concurrency.max(),
                concurrency.whenFull())));
  }

  /** Nothing new; there is more to do. */
  void goOn() {
    steps.advance();
  }

  /** The stage answered the attempt that {@code call} waits for. */
  void answered(int branch, Frame.Call call, StageAnswer answer) {
    transition.focus(branch);
    switch (answer) {
      case StageAnswer.Completed(var output) -> completion.complete(call, output);
      case StageAnswer.Refused(var error) -> errors.raise(surroundings.position(call), error);
      case StageAnswer.Unavailable(var error, var pause) -> errors.notDone(call, error, pause);
      case StageAnswer.Unknown(var error) -> errors.notDone(call, error, Duration.ZERO);
    }
    steps.advance();
  }

  /**
   * An event came for one of the filters of a task that listens.
   *
   * @return whether the task took it
   */
  boolean delivered(int branch, Frame.Listen listen, int filter, JsonNode event) {
    transition.focus(branch);
    var taken = listening.take(listen, filter, event);
    steps.advance();
    return taken;
  }

  boolean listensFor(String signal) {
    return !listening.waitingFor(signal).isEmpty();
  }

  /** A signal goes to the first task that listens for it, or waits for one that will. */
  void signalled(String name, JsonNode event) {
    var waiting = listening.waitingFor(name);
    if (waiting.isEmpty()) {
      transition.record(new SignalBuffered(name, event, transition.now()));
      return;
    }
    transition.focus(waiting.getFirst().branch());
    listening.takeSignal(waiting.getFirst().listen(), event);
    steps.advance();
  }

  void childEnded(int branch, Frame.Child frame, Outcome outcome, boolean isUndoable) {
    transition.focus(branch);
    children.ended(frame, outcome, isUndoable);
    steps.advance();
  }

  void childUndone(int branch, Frame.Compensation frame, ChildEnded ended) {
    transition.focus(branch);
    children.undone(frame, ended);
    steps.advance();
  }

  /** A person has said what becomes of a compensation that failed for good. */
  void ruled(int branch, Frame.Compensation frame, Ruling ruling, String reason) {
    transition.focus(branch);
    switch (ruling) {
      case RETRY -> again(frame);
      case SKIP -> sagas.settle(frame, Undo.Settlement.SKIPPED, reason);
      case RESOLVE -> sagas.settle(frame, Undo.Settlement.RESOLVED, reason);
    }
    steps.advance();
  }

  private void again(Frame.Compensation frame) {
    var undo = transition.running().undo().open(frame.steps().get(frame.current()));
    switch (undo.action()) {
      case Undo.Action.Call _ ->
          sagas.start(
              frame, frame.phase() instanceof Frame.Step.Stuck stuck ? stuck.attempt() + 1 : 1);
      case Undo.Action.ByChild _ -> sagas.next(frame);
    }
  }

  /**
   * A parent wants undone what the instance did, and hears of it in the end.
   *
   * @param hasEnded whether the instance had come to its end before
   */
  void undoAll(Origin.ByParent by, boolean hasEnded) {
    transition.record(new UndoRequested(by, transition.now()));
    if (hasEnded && transition.running().suspendedAt() != null) {
      // It was suspended when it came to its end; nobody would think of resuming it now.
      transition.record(new Resumed(transition.now()));
    }
    sagas.undoAll(new Outcome.Cancelled("undone for " + by.parent()), hasEnded);
    steps.advance();
  }

  /** The instance ends before its time, after what it has to do in any case. */
  void abort(Outcome.Aborted cause) {
    sagas.abort(cause);
    steps.advance();
  }

  /** Something is due. The outermost thing goes first, because it ends what is inside. */
  void timeHasCome() {
    if (isDue(transition.running().deadline())) {
      var error = Kind.TIMEOUT.error("the workflow's time is over");
      abort(new Outcome.Failed(error.at("/")));
      return;
    }
    for (var branch : transition.running().branches()) {
      transition.focus(branch.number());
      if (hasActed(branch)) {
        break;
      }
    }
    steps.advance();
  }

  private boolean hasActed(Branch branch) {
    for (int depth = 0; depth < branch.frames().size(); depth++) {
      var frame = branch.frames().get(depth);
      if (isDue(Deadlines.timeout(transition.running(), branch, depth))) {
        errors.raise(surroundings.position(frame), Kind.TIMEOUT.error("the task's time is over"));
        return true;
      }
      if (isDue(Deadlines.ownDue(transition.running(), branch, depth))) {
        ownTimeHasCome(frame);
        return true;
      }
    }
    return false;
  }

  private boolean isDue(@Nullable Instant instant) {
    return instant != null && !instant.isAfter(transition.now());
  }

  private void ownTimeHasCome(Frame frame) {
    switch (frame) {
      case Frame.Do _, Frame.For _, Frame.Fork _, Frame.Listen _, Frame.Child _, Frame.Ending _ ->
          throw new IllegalStateException("never due: " + frame);
      case Frame.Compensation it -> {
        if (it.phase() instanceof Frame.Step.BackingOff pause) {
          sagas.start(it, pause.attempt());
        }
      }
      case Frame.Call call -> requestAgain(call);
      case Frame.Wait wait -> completion.complete(wait, wait.entry().input());
      case Frame.Try t -> {
        switch (t.phase()) {
          case Frame.Phase.BackingOff _ -> tryAgain(t);
          case Frame.Phase.Trying _ ->
              errors.raiseInside(t, Kind.TIMEOUT.error("the attempt's time is over"));
          case Frame.Phase.Handling _ -> throw new IllegalStateException("never due: " + t);
        }
      }
    }
  }

  private void requestAgain(Frame.Call call) {
    var position = surroundings.position(call);
    transition.record(new StageRetried(position, call.attempt(), transition.now()));
    steps.dispatch();
  }

  private void tryAgain(Frame.Try t) {
    var plan = (TaskPlan.Try) steps.planOf(t);
    var bound = steps.attemptDeadline(plan, surroundings.of(plan, t));
    var position = surroundings.position(t);
    transition.record(new TryRetried(position, t.attempt(), bound, transition.now()));
  }
}
