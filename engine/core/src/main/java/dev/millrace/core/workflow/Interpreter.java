package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
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
 * <p>The state is a stack of frames, one for each task that has begun and not ended. A step looks
 * only at the innermost: it enters the next task of its block, or ends the block. Tasks that need
 * nobody ({@code set}, {@code switch}, {@code raise}) complete within their step and never become a
 * frame. Tasks end through {@link Completion}, errors travel outward through {@link ErrorRouting}.
 */
final class Interpreter {
  private static final Block EMPTY = new Block(List.of());
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;

  Interpreter(Transition transition) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = new Completion(transition);
    this.errors = new ErrorRouting(transition);
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
    } catch (Fault | ExpressionException e) {
      transition.record(bare);
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
        start.input(),
        input,
        deadline,
        transition.now());
  }

  /** The stage answered the attempt that {@code call} waits for. */
  void answered(Frame.Call call, StageAnswer answer) {
    switch (answer) {
      case StageAnswer.Completed(var output) -> complete(call, output);
      case StageAnswer.Refused(var error) -> errors.raise(surroundings.position(call), error);
      case StageAnswer.Unavailable(var error, var pause) -> errors.notDone(call, error, pause);
      case StageAnswer.Unknown(var error) -> errors.notDone(call, error, Duration.ZERO);
    }
    advance();
  }

  /** Something is due. The outermost thing goes first, because it ends what is inside. */
  void timeHasCome() {
    if (isDue(transition.running().deadline())) {
      var error = Kind.TIMEOUT.error("the workflow's time is over");
      transition.finish(new Outcome.Failed(error.at("/")));
      return;
    }
    for (var frame : transition.running().frames()) {
      if (isDue(frame.entry().deadline())) {
        errors.raise(surroundings.position(frame), Kind.TIMEOUT.error("the task's time is over"));
        break;
      }
      if (isDue(Deadlines.ownDue(frame))) {
        ownTimeHasCome(frame);
        break;
      }
    }
    advance();
  }

  private boolean isDue(@Nullable Instant instant) {
    return instant != null && !instant.isAfter(transition.now());
  }

  private void ownTimeHasCome(Frame frame) {
    switch (frame) {
      case Frame.Do _, Frame.For _ -> throw new IllegalStateException("never due: " + frame);
      case Frame.Call call -> requestAgain(call);
      case Frame.Wait wait -> complete(wait, wait.entry().input());
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
    while (transition.isRunning() && transition.running().isRunnable()) {
      if (!transition.hasRoom()) {
        transition.comeBack();
        return;
      }
      step(transition.running());
    }
  }

  private void step(Running state) {
    var frame = state.innermost();
    var cursor = state.innermostCursor();
    var block = blockOf(frame);
    if (frame instanceof Frame.For loop && loop.index() < 0) {
      iterate(loop);
    } else if (cursor.next() < block.tasks().size()) {
      enter(block.tasks().get(cursor.next()), cursor.value());
    } else {
      endOfBlock(frame, cursor.value());
    }
  }

  private Block blockOf(@Nullable Frame frame) {
    if (frame == null) {
      return transition.plan().body();
    }
    return switch (planOf(frame)) {
      case TaskPlan.Do task -> task.body();
      case TaskPlan.For task -> task.body();
      case TaskPlan.Try task -> blockOf(task, ((Frame.Try) frame).phase());
      case TaskPlan.Set _, TaskPlan.Switch _, TaskPlan.Raise _, TaskPlan.Wait _, TaskPlan.Call _ ->
          throw new IllegalStateException("a leaf has no block: " + frame);
    };
  }

  private static Block blockOf(TaskPlan.Try task, Frame.Phase phase) {
    if (!(phase instanceof Frame.Phase.Handling)) {
      return task.body();
    }
    return task.handler().body() == null ? EMPTY : task.handler().body();
  }

  private void endOfBlock(@Nullable Frame frame, JsonNode value) {
    switch (frame) {
      case null -> completion.finish(value);
      case Frame.For loop -> iterate(loop);
      case Frame.Do _, Frame.Try _ -> complete(frame, value);
      case Frame.Call _, Frame.Wait _ ->
          throw new IllegalStateException("a leaf has no block: " + frame);
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
        complete(loop, loop.cursor().value());
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
    }
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
    var call = (Frame.Call) Objects.requireNonNull(transition.running().innermost());
    transition.dispatch(
        new StageRequest(
            transition.running().instanceId(),
            surroundings.position(call),
            call.stage(),
            call.function(),
            call.arguments(),
            call.attempt(),
            call.idempotencyKey(),
            Deadlines.timeout(transition.running()),
            ((TaskPlan.Call) planOf(call)).secretPointers()));
  }

  // Completing a task.

  /** A task that had to wait, or that has tasks inside, is done. */
  private void complete(Frame frame, JsonNode output) {
    var task = planOf(frame);
    try {
      complete(task, surroundings.of(task, frame), output);
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(frame), DataFlow.errorOf(e));
    }
  }

  private void complete(TaskPlan task, TaskScope scope, JsonNode output) {
    completion.complete(task, scope, output, task.common().then());
  }

  private TaskPlan planOf(Frame frame) {
    return transition.plan().task(frame.entry().pointer());
  }
}
