package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step after the other, until every way on is blocked.
 *
 * <p>A step takes the lowest branch that can go on and looks only at its innermost frame: it enters
 * the next task of its block, or ends the block.
 */
final class Steps {
  private static final Block EMPTY = new Block(List.of());
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;
  private final Forks forks;
  private final Listening listening;
  private final Children children;
  private final Sagas sagas;
  private final Extensions extensions;

  Steps(
      Transition transition,
      Completion completion,
      ErrorRouting errors,
      Listening listening,
      Children children,
      Sagas sagas) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = completion;
    this.errors = errors;
    this.forks = new Forks(transition, completion, sagas);
    this.listening = listening;
    this.children = children;
    this.sagas = sagas;
    this.extensions = new Extensions(transition, completion, errors);
  }

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
      return;
    }
    switch (it.afterwards()) {
      case Afterwards.Done _ when it.entry().pointer().equals(Evolution.UNDO) -> sagas.end(it);
      case Afterwards.Done _ -> completion.complete(it, it.entry().input());
      case Afterwards.Yield(var output) -> completion.complete(it, output);
      case Afterwards.Raise(var error) -> {
        sagas.end(it);
        errors.goOn(error);
      }
      case Afterwards.End(var output) -> {
        sagas.end(it);
        completion.finish(output);
      }
    }
  }

  private Block blockOf(Path path) {
    return switch (path.innermost()) {
      case null -> path.branch().isRoot() ? transition.plan().body() : forks.block(path);
      case Frame.Compensation it -> new Block(List.of(sagas.task(it)));
      case Frame.Ending ending ->
          new Block(List.of(transition.plan().body().tasks().get(ending.current())));
      case Frame.Listen listen -> foreach((TaskPlan.Listen) planOf(listen));
      case Frame.Do it -> blockOf(it);
      case Frame.For it -> ((TaskPlan.For) planOf(it)).body();
      case Frame.Try it -> blockOf((TaskPlan.Try) planOf(it), it.phase());
      case Frame.Call it -> throw leaf(it);
      case Frame.Wait it -> throw leaf(it);
      case Frame.Child it -> throw leaf(it);
      case Frame.Fork it -> throw leaf(it);
    };
  }

  /** What is entered as a plain scope. */
  private Block blockOf(Frame.Do scope) {
    return switch (planOf(scope)) {
      case TaskPlan.Do it -> it.body();
      case TaskPlan.Subscription it -> it.body();
      case TaskPlan.Extended it -> it.body();
      case TaskPlan.Advice it -> it.body();
      case TaskPlan other -> throw new IllegalStateException("is no scope: " + other);
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
      case Frame.Do it -> extensions.endOfScope(it, value);
      case Frame.Try it -> completion.complete(it, value, then(it));
      case Frame.Listen listen -> listening.endOfHandling(listen);
      case Frame.Compensation it -> sagas.settle(it, Undo.Settlement.UNDONE, "");
      case Frame.Ending ending -> CleanupOrder.next(transition, ending);
      case Frame.Call it -> throw leaf(it);
      case Frame.Wait it -> throw leaf(it);
      case Frame.Child it -> throw leaf(it);
      case Frame.Fork it -> throw leaf(it);
    }
  }

  /** A handler may have a way on of its own. */
  private FlowDirective then(Frame.Try it) {
    var task = (TaskPlan.Try) planOf(it);
    var handled = it.phase() instanceof Frame.Phase.Handling ? task.handler().then() : null;
    return handled == null ? task.common().then() : handled;
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

  private void enter(TaskPlan next, JsonNode raw) {
    var bare = next.bare();
    try {
      if (!extensions.isWithin() && isSkipped(bare, surroundings.arriving(bare, raw))) {
        completion.skip(bare);
        return;
      }
      var task = extensions.applying(next, raw);
      var arriving = surroundings.arriving(task, raw);
      var input = DataFlow.in(task.common().input(), raw, arriving, transition.limits());
      if (input != raw) {
        transition.weigh(input);
      }
      begin(task, arriving.with(arriving.data().withInput(input), input));
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(bare.pointer()), DataFlow.errorOf(e));
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
      case TaskPlan.Do _, TaskPlan.Subscription _, TaskPlan.Extended _, TaskPlan.Advice _ ->
          transition.record(new ScopeEntered(position, input, deadline, now));
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
        request(call);
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

  @Nullable Instant attemptDeadline(TaskPlan.Try task, TaskScope scope) {
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

  /** What nobody waits for is done with when it is in the outbox. */
  private void request(TaskPlan.Call task) {
    dispatch();
    if (!task.isAwaited()) {
      var call = (Frame.Call) Objects.requireNonNull(transition.path().innermost());
      completion.complete(call, call.entry().input());
    }
  }

  /** Puts the request of the call that has just become the innermost frame into the outbox. */
  void dispatch() {
    var call = (Frame.Call) Objects.requireNonNull(transition.path().innermost());
    var task = (TaskPlan.Call) planOf(call);
    transition.dispatch(
        new StageRequest(
            transition.running().instanceId(),
            surroundings.position(call),
            call.stage(),
            call.function(),
            call.arguments(),
            call.attempt(),
            call.idempotencyKey(),
            task.isAwaited() ? deadlineOfAll() : call.entry().deadline(),
            task.secretPointers(),
            task.policy(),
            task.isAwaited(),
            transition.plan().id()));
  }

  /** What is not waited for outlives the tasks around it, and has its own time only. */
  private @Nullable Instant deadlineOfAll() {
    return Deadlines.timeout(transition.running(), transition.path().frames());
  }

  private void complete(TaskPlan task, TaskScope scope, JsonNode output) {
    completion.complete(task, scope, output, task.common().then());
  }

  TaskPlan planOf(Frame frame) {
    return transition.plan().task(frame.entry().pointer());
  }
}
