package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan as an indented tree for a person. */
final class PlanTree {
  private final Terminal terminal;
  private final List<String> lines = new ArrayList<>();

  private PlanTree(Terminal terminal) {
    this.terminal = terminal;
  }

  static List<String> of(Plan plan, Terminal terminal) {
    var tree = new PlanTree(terminal);
    tree.lines.add(
        terminal.bold(plan.id().toString())
            + terminal.dim(
                "  plan " + plan.hash().substring(0, Math.min(12, plan.hash().length()))));
    tree.block(plan.body(), "");
    return List.copyOf(tree.lines);
  }

  private void block(Block block, String indent) {
    var tasks = block.tasks();
    for (int i = 0; i < tasks.size(); i++) {
      var last = i == tasks.size() - 1;
      task(tasks.get(i), indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "));
    }
  }

  private void task(TaskPlan next, String head, String below) {
    var task = next.bare();
    lines.add(
        head
            + terminal.bold(task.common().name())
            + "  "
            + PlanWords.summary(task)
            + terminal.dim(modifiers(task)));
    extensions(next, below);
    switch (task) {
      case TaskPlan.Do block -> block(block.body(), below);
      case TaskPlan.For loop -> block(loop.body(), below);
      case TaskPlan.Switch choice ->
          choice.cases().forEach(one -> lines.add(below + terminal.dim(PlanWords.choice(one))));
      case TaskPlan.Try attempt -> attempt(attempt, below);
      case TaskPlan.Fork fork -> fork.branches().forEach(branch -> block(branch, below));
      case TaskPlan.Map map -> block(map.body(), below);
      case TaskPlan.Listen listen -> foreach(listen, below);
      case TaskPlan.Subscription subscription -> foreach(subscription.handling(), below);
      case TaskPlan.Set _,
          TaskPlan.Raise _,
          TaskPlan.Wait _,
          TaskPlan.Call _,
          TaskPlan.Emit _,
          TaskPlan.RunWorkflow _,
          TaskPlan.Compensate _ -> {}
      case TaskPlan.Extended _, TaskPlan.Advice _ ->
          throw new IllegalStateException("stands around a task: " + task);
    }
  }

  private void foreach(TaskPlan.Listen listen, String below) {
    var foreach = listen.foreach();
    if (foreach != null) {
      block(foreach.body(), below);
    }
  }

  private void extensions(TaskPlan next, String below) {
    for (var task = next; task instanceof TaskPlan.Extended it; task = it.task()) {
      advice(it, it.before(), below);
      advice(it, it.after(), below);
    }
  }

  private void advice(TaskPlan.Extended extension, TaskPlan.@Nullable Advice advice, String below) {
    if (advice != null) {
      lines.add(
          below + terminal.dim(advice.common().name() + ", by " + PlanWords.extension(extension)));
      block(advice.body(), below);
    }
  }

  private void attempt(TaskPlan.Try attempt, String below) {
    var handler = attempt.handler().body();
    block(attempt.body(), handler == null ? below : below + "│  ");
    if (handler != null) {
      lines.add(below + "catch as $" + attempt.handler().as());
      block(handler, below);
    }
    var then = attempt.handler().then();
    if (then != null) {
      lines.add(below + terminal.dim("caught → " + PlanWords.directive(then)));
    }
  }

  private static String modifiers(TaskPlan task) {
    var text = new StringBuilder();
    JsonNode definition = task.common().definition();
    if (definition.has("if")) {
      text.append("  if ").append(definition.get("if").asText());
    }
    if (task.common().timeout() != null) {
      text.append("  timeout ").append(PlanWords.timeout(task));
    }
    var then = PlanWords.directive(task.common().then());
    if (!(task.common().then() instanceof FlowDirective.Continue)) {
      text.append("  then ").append(then);
    }
    return text.toString();
  }
}
