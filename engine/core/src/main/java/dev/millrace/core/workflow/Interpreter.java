package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.InstanceId;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.PermitRequested;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.UndoRequested;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs the plan from where an instance stands until every way on is blocked.
 *
 * <p>The state is branches, each a stack of frames, one for each task that has begun and not ended.
 * A step takes the lowest branch that can go on and looks only at its innermost frame: it enters
 * the next task of its block, or ends the block. Tasks that need nobody ({@code set}, {@code
 * switch}, {@code raise}, {@code emit}) complete within their step and never become a frame. Tasks
 * end through {@link Completion}, errors travel outward through {@link ErrorRouting}.
 */
final class Interpreter {
  private static final Block EMPTY = new Block(List.of());
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;
  private final Forks forks;
  private final Listening listening;
  private final Children children;
  private final Sagas sagas;

  Interpreter(Transition transition) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.errors = new ErrorRouting(transition);
    this.completion = new Completion(transition, errors);
    this.forks = new Forks(transition, completion);
    this.listening = new Listening(transition, completion, errors);
    this.children = new Children(transition, completion, errors);
    this.sagas = new Sagas(transition);
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
    advance();
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

  /** The stage answered the attempt that {@code call} waits for. */
  void answered(int branch, Frame.Call call, StageAnswer answer) {
    transition.focus(branch);
    switch (answer) {
      case StageAnswer.Completed(var output) -> completion.complete(call, output);
      case StageAnswer.Refused(var error) -> errors.raise(surroundings.position(call), error);
      case StageAnswer.Unavailable(var error, var pause) -> errors.notDone(call, error, pause);
      case StageAnswer.Unknown(var error) -> errors.notDone(call, error, Duration.ZERO);
    }
    advance();
  }

  /**
   * An event came for one of the filters of a task that listens.
   *
   * @return whether the task took it
   */
  boolean delivered(int branch, Frame.Listen listen, int filter, JsonNode event) {
    transition.focus(branch);
    var taken = listening.take(listen, filter, event);
    advance();
    return taken;
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
    advance();
  }

  void childEnded(int branch, Frame.Child frame, Outcome outcome, boolean isUndoable) {
    transition.focus(branch);
    children.ended(frame, outcome, isUndoable);
    advance();
  }

  void childUndone(int branch, Frame.Compensation frame, InstanceId child, Outcome outcome) {
    transition.focus(branch);
    children.undone(frame, child, outcome);
    advance();
  }

  /** A person has said what becomes of a compensation that failed for good. */
  void ruled(int branch, Frame.Compensation frame, Ruling ruling, String reason) {
    transition.focus(branch);
    switch (ruling) {
      case RETRY -> again(frame);
      case SKIP -> sagas.settle(frame, Undo.Settlement.SKIPPED, reason);
      case RESOLVE -> sagas.settle(frame, Undo.Settlement.RESOLVED, reason);
    }
    advance();
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

  /** A parent wants undone what the instance, which had ended, did. */
  void undoAll(Origin.ByParent by) {
    transition.record(new UndoRequested(by, transition.now()));
    var cause = new Outcome.Cancelled("undone for " + by.parent());
    transition.record(new EndingStarted(cause, sagas.within(null), List.of(), transition.now()));
    advance();
  }

  /** The instance ends before its time, after what it has to do in any case. */
  void abort(Outcome.Aborted cause) {
    sagas.abort(cause);
    advance();
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
    advance();
  }

  private boolean hasActed(Branch branch) {
    for (int depth = 0; depth < branch.frames().size(); depth++) {
      var frame = branch.frames().get(depth);
      if (isDue(Deadlines.timeout(transition.running(), branch, depth))) {
        errors.raise(surroundings.position(frame), Kind.TIMEOUT.error("the task's time is over"));
        return true;
      }
      if (isDue(Deadlines.ownDue(frame))) {
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
    dispatch();
  }

  private void tryAgain(Frame.Try t) {
    var plan = (TaskPlan.Try) planOf(t);
    var bound = attemptDeadline(plan, surroundings.of(plan, t));
    var position = surroundings.position(t);
    transition.record(new TryRetried(position, t.attempt(), bound, transition.now()));
  }

  // One step after the other.

  void advance() {
    while (transition.isRunning()) {
      var branch = transition.running().runnableBranch();
      if (branch == null) {
        return;
      }
      if (!transition.hasRoom()) {
        transition.comeBack();
        return;
      }
      transition.focus(branch);
      step(transition.path());
    }
  }

  private void step(Path path) {
    switch (path.innermost()) {
      case Frame.Fork fork -> forks.step(fork);
      case Frame.For loop when loop.index() < 0 -> iterate(loop);
      case Frame.Listen listen when listen.handling() == null -> listening.step(listen);
      case Frame.Compensation it when !(it.phase() instanceof Frame.Step.Running) -> undo(it);
      case Frame.Ending ending when !ending.undo().isEmpty() -> sagas.undoBefore(ending);
      case Frame.Ending ending when ending.current() < 0 -> CleanupOrder.next(transition, ending);
      case null -> stepInBlock(path);
      case Frame _ -> stepInBlock(path);
    }
  }

  private void stepInBlock(Path path) {
    var cursor = path.innermostCursor();
    var block = blockOf(path);
    if (cursor.next() < block.tasks().size()) {
      enter(block.tasks().get(cursor.next()), cursor.value());
    } else {
      endOfBlock(path, cursor.value());
    }
  }

  private void undo(Frame.Compensation it) {
    if (!sagas.isDone(it)) {
      sagas.next(it);
    } else if (it.abortedBy() != null) {
      sagas.end(it);
      errors.goOn(it.abortedBy());
    } else if (it.entry().pointer().equals(Evolution.UNDO)) {
      sagas.end(it);
    } else {
      completion.complete(it, it.entry().input());
    }
  }

  private Block blockOf(Path path) {
    return switch (path.innermost()) {
      case null -> path.branch().isRoot() ? transition.plan().body() : forks.block(path);
      case Frame.Compensation it -> new Block(List.of(sagas.task(it)));
      case Frame.Ending ending ->
          new Block(List.of(transition.plan().body().tasks().get(ending.current())));
      case Frame.Listen listen -> foreach((TaskPlan.Listen) planOf(listen));
      case Frame.Do it -> ((TaskPlan.Do) planOf(it)).body();
      case Frame.For it -> ((TaskPlan.For) planOf(it)).body();
      case Frame.Try it -> blockOf((TaskPlan.Try) planOf(it), it.phase());
      case Frame.Call it -> throw leaf(it);
      case Frame.Wait it -> throw leaf(it);
      case Frame.Child it -> throw leaf(it);
      case Frame.Fork it -> throw leaf(it);
    };
  }

  private static Block foreach(TaskPlan.Listen task) {
    return task.foreach() == null ? EMPTY : task.foreach().body();
  }

  private static IllegalStateException leaf(Frame frame) {
    return new IllegalStateException("has no block: " + frame);
  }

  private static Block blockOf(TaskPlan.Try task, Frame.Phase phase) {
    if (!(phase instanceof Frame.Phase.Handling)) {
      return task.body();
    }
    return task.handler().body() == null ? EMPTY : task.handler().body();
  }

  private void endOfBlock(Path path, JsonNode value) {
    switch (path.innermost()) {
      case null -> {
        if (path.branch().isRoot()) {
          completion.finish(value);
        } else {
          forks.endOfBranch();
        }
      }
      case Frame.For loop -> iterate(loop);
      case Frame.Do it -> completion.complete(it, value);
      case Frame.Try it -> completion.complete(it, value);
      case Frame.Listen listen -> listening.endOfHandling(listen);
      case Frame.Compensation it -> sagas.settle(it, Undo.Settlement.UNDONE, "");
      case Frame.Ending ending -> CleanupOrder.next(transition, ending);
      case Frame.Call it -> throw leaf(it);
      case Frame.Wait it -> throw leaf(it);
      case Frame.Child it -> throw leaf(it);
      case Frame.Fork it -> throw leaf(it);
    }
  }

  private void iterate(Frame.For loop) {
    var task = (TaskPlan.For) planOf(loop);
    var index = loop.index() + 1;
    var position = surroundings.position(loop);
    try {
      if (index < loop.items().size() && goesOn(task, loop, index)) {
        transition.record(new IterationStarted(position, index, transition.now()));
      } else {
        completion.complete(loop, loop.cursor().value());
      }
    } catch (Fault | ExpressionException e) {
      errors.raise(position, DataFlow.errorOf(e));
    }
  }

  /** {@code while} sees the variables of the iteration it decides about. */
  private boolean goesOn(TaskPlan.For task, Frame.For loop, int index) {
    if (task.condition() == null) {
      return true;
    }
    var iteration = new TaskScope.Local.Iteration(task, loop.items().get(index), index);
    var scope = surroundings.of(task, loop).with(iteration);
    return Template.isTrue(
        task.condition().evaluate(scope.with(scope.data(), loop.cursor().value())));
  }

  // Entering a task.

  private void enter(TaskPlan task, JsonNode raw) {
    var arriving = surroundings.arriving(task, raw);
    try {
      if (isSkipped(task, arriving)) {
        completion.skip(task);
        return;
      }
      var input = DataFlow.in(task.common().input(), raw, arriving, transition.limits());
      if (input != raw) {
        transition.weigh(input);
      }
      begin(task, arriving.with(arriving.data().withInput(input), input));
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(task.pointer()), DataFlow.errorOf(e));
    }
  }

  private static boolean isSkipped(TaskPlan task, TaskScope scope) {
    var condition = task.common().condition();
    return condition != null && !Template.isTrue(condition.evaluate(scope));
  }

  private void begin(TaskPlan task, TaskScope scope) {
    var now = transition.now();
    var position = surroundings.position(task.pointer());
    var input = DataFlow.changed(scope.data().rawInput(), scope.current());
    var deadline = deadline(task, scope);
    switch (task) {
      case TaskPlan.Set set -> complete(set, scope, evaluate(set.value(), scope));
      case TaskPlan.Switch choice -> choose(choice, scope);
      case TaskPlan.Raise raise ->
          throw new Fault(Errors.fromJson(evaluate(raise.error(), scope), task.pointer()));
      case TaskPlan.Do _ -> transition.record(new ScopeEntered(position, input, deadline, now));
      case TaskPlan.For loop ->
          transition.record(new LoopEntered(position, input, items(loop, scope), deadline, now));
      case TaskPlan.Try t ->
          transition.record(
              new TryEntered(position, input, deadline, attemptDeadline(t, scope), now));
      case TaskPlan.Wait wait -> {
        var until = surroundings.after(wait.duration().evaluate(scope));
        transition.record(new WaitStarted(position, input, until, deadline, now));
      }
      case TaskPlan.Call call -> {
        transition.record(
            new StageRequested(
                position,
                input,
                call.stage(),
                call.function(),
                transition.weigh(evaluate(call.arguments(), scope)),
                idempotencyKey(call, scope),
                deadline,
                now));
        dispatch();
      }
      case TaskPlan.Fork fork -> forks.enter(fork, input, deadline);
      case TaskPlan.Map map -> forks.enter(map, scope, input, deadline);
      case TaskPlan.Emit emit -> emit(emit, scope);
      case TaskPlan.Listen listen -> listening.enter(listen, scope, input, deadline);
      case TaskPlan.RunWorkflow run -> children.enter(run, scope, input, deadline);
      case TaskPlan.Compensate compensate -> sagas.begin(compensate, scope, input);
    }
  }

  /** The event leaves in the transaction that journals it as the task's output. */
  private void emit(TaskPlan.Emit task, TaskScope scope) {
    var position = surroundings.position(task.pointer());
    var given = evaluate(task.event(), scope);
    var event = CloudEvents.complete(given, transition.running().run(), position, transition.now());
    complete(task, scope, event);
    transition.effect(new Effect.Emit(event));
  }

  private JsonNode evaluate(Template template, TaskScope scope) {
    return DataFlow.bounded(template.evaluate(scope), transition.limits());
  }

  private @Nullable Instant deadline(TaskPlan task, TaskScope scope) {
    var timeout = task.common().timeout();
    return timeout == null ? null : surroundings.after(timeout.evaluate(scope));
  }

  private @Nullable Instant attemptDeadline(TaskPlan.Try task, TaskScope scope) {
    var retry = task.handler().retry();
    return retry == null || retry.attemptDurationMax() == null
        ? null
        : surroundings.after(retry.attemptDurationMax().evaluate(scope));
  }

  private void choose(TaskPlan.Switch choice, TaskScope scope) {
    var then =
        choice.cases().stream()
            .filter(c -> c.when() == null || Template.isTrue(c.when().evaluate(scope)))
            .findFirst()
            .map(TaskPlan.Case::then)
            .orElse(choice.common().then());
    completion.complete(choice, scope, scope.current(), then);
  }

  private JsonNode items(TaskPlan.For loop, TaskScope scope) {
    var items = evaluate(loop.items(), scope);
    if (items.isNull()) {
      return JsonNodeFactory.instance.arrayNode();
    }
    if (!items.isArray()) {
      throw new ExpressionException("'for.in' has to yield an array, it yields " + items);
    }
    return transition.weigh(items);
  }

  private String idempotencyKey(TaskPlan.Call call, TaskScope scope) {
    return call.idempotencyKey() == null
        ? surroundings.occurrence(call.pointer()).idempotencyKey(transition.running().instanceId())
        : call.idempotencyKey().evaluate(scope).asText();
  }

  /** Puts the request of the call that has just become the innermost frame into the outbox. */
  private void dispatch() {
    var path = transition.path();
    var call = (Frame.Call) Objects.requireNonNull(path.innermost());
    transition.dispatch(
        new StageRequest(
            transition.running().instanceId(),
            surroundings.position(call),
            call.stage(),
            call.function(),
            call.arguments(),
            call.attempt(),
            call.idempotencyKey(),
            Deadlines.timeout(transition.running(), path.frames()),
            ((TaskPlan.Call) planOf(call)).secretPointers()));
  }

  private void complete(TaskPlan task, TaskScope scope, JsonNode output) {
    completion.complete(task, scope, output, task.common().then());
  }

  private TaskPlan planOf(Frame frame) {
    return transition.plan().task(frame.entry().pointer());
  }
}
