package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.WorkflowEvent.BranchCompleted;
import dev.millrace.core.workflow.WorkflowEvent.BranchStarted;
import dev.millrace.core.workflow.WorkflowEvent.ForkEntered;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Branches side by side: the static ones of a {@code fork}, and one for each item of a map. */
final class Forks {
  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final Sagas sagas;

  Forks(Transition transition, Completion completion, Sagas sagas) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = completion;
    this.sagas = sagas;
  }

  void enter(TaskPlan.Fork fork, @Nullable JsonNode input, @Nullable Instant deadline) {
    var lanes = fork.branches().size();
    transition.record(
        new ForkEntered(
            surroundings.position(fork.pointer()),
            input,
            null,
            lanes,
            lanes,
            0,
            fork.isRace(),
            deadline,
            transition.now()));
  }

  void enter(
      TaskPlan.Map map, TaskScope scope, @Nullable JsonNode input, @Nullable Instant deadline) {
    var items = transition.weigh(items(map, scope));
    var limits = transition.limits();
    transition.record(
        new ForkEntered(
            surroundings.position(map.pointer()),
            input,
            items,
            items.size(),
            number(map.concurrency(), scope, limits.widthMax(), 1, "maxConcurrency"),
            number(map.tolerated(), scope, 0, 0, "tolerate"),
            false,
            deadline,
            transition.now()));
  }

  private JsonNode items(TaskPlan.Map map, TaskScope scope) {
    var limits = transition.limits();
    var items = DataFlow.bounded(map.items().evaluate(scope), limits);
    if (!items.isArray()) {
      throw new Fault(Kind.VALIDATION.error("'items' of a map has to be a list, it is " + items));
    }
    if (items.size() > limits.lanesMax()) {
      throw new Fault(
          Kind.VALIDATION.error(
              "a map has at most lanesMax = " + limits.lanesMax() + " items, not " + items.size()));
    }
    return items;
  }

  private static int number(
      @Nullable Template template, TaskScope scope, int otherwise, int min, String name) {
    var value = template == null ? null : template.evaluate(scope);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min) {
      throw new Fault(
          Kind.VALIDATION.error(
              "'" + name + "' has to be a whole number from " + min + ", it is " + value));
    }
    return value.intValue();
  }

  /** Begins the next branch, or ends the task. */
  void step(Frame.Fork fork) {
    if (fork.isDecided()) {
      decided(fork, Evolution.lastValue(fork));
      return;
    }
    transition.record(
        new BranchStarted(
            surroundings.position(fork),
            fork.nextLane(),
            transition.running().branchesBegun(),
            transition.now()));
  }

  /** What losing branches have promised to undo is undone before the task yields its output. */
  private void decided(Frame.Fork fork, JsonNode output) {
    var path = transition.path();
    var promised = sagas.registerPromised(path.from(path.frames().size()));
    var position = surroundings.position(fork);
    if (!fork.isRace() || !sagas.undoBefore(new Afterwards.Yield(output), position, promised)) {
      completion.complete(fork, output);
    }
  }

  /** The branch that is looked at has come to its end. */
  void endOfBranch() {
    var path = transition.path();
    var fork = (Frame.Fork) path.frames().getLast();
    transition.record(
        new BranchCompleted(surroundings.position(fork), path.branch().lane(), transition.now()));
  }

  /** The tasks of the branch that is looked at. */
  Block block(Path path) {
    var fork = path.frames().get(path.frames().size() - path.branch().frames().size() - 1);
    return switch (transition.plan().task(fork.entry().pointer())) {
      case TaskPlan.Fork it -> it.branches().get(path.branch().lane());
      case TaskPlan.Map it -> it.body();
      case TaskPlan other -> throw new IllegalStateException("has no branches: " + other);
    };
  }
}
