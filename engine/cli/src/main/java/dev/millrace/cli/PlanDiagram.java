package dev.millrace.cli;

import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan as a Mermaid flowchart.
 *
 * @see <a href="https://mermaid.js.org/syntax/flowchart.html">Mermaid, Flowcharts</a>
 */
final class PlanDiagram {
  private static final String FINISH = "finish";

  private final List<String> nodes = new ArrayList<>();
  private final List<String> edges = new ArrayList<>();

  private PlanDiagram() {}

  static List<String> of(Plan plan) {
    var diagram = new PlanDiagram();
    diagram.block(plan.body(), FINISH, "  ");
    var lines = new ArrayList<String>();
    lines.add("flowchart TD");
    lines.add("  start([\"" + text(plan.id().toString()) + "\"])");
    lines.addAll(diagram.nodes);
    lines.add("  finish([end])");
    lines.add("  start --> " + diagram.first(plan.body(), FINISH));
    lines.addAll(diagram.edges);
    return List.copyOf(lines);
  }

  /**
   * @param after the node that follows when the block is done or left
   */
  private void block(Block block, String after, String indent) {
    var tasks = block.tasks();
    for (int i = 0; i < tasks.size(); i++) {
      var next = i + 1 < tasks.size() ? id(tasks.get(i + 1)) : after;
      task(tasks.get(i), new Ways(block, next, after), indent);
    }
  }

  private void task(TaskPlan next, Ways ways, String indent) {
    var task = next.bare();
    var id = id(task);
    var then = target(task.common().then(), ways);
    nodes.add(indent + id + shape(task));
    extensions(next, id, indent);
    switch (task) {
      case TaskPlan.Set _,
          TaskPlan.Wait _,
          TaskPlan.Call _,
          TaskPlan.Emit _,
          TaskPlan.RunWorkflow _,
          TaskPlan.Compensate _ ->
          edge(id, then, "");
      case TaskPlan.Raise _ -> {}
      case TaskPlan.Switch choice -> cases(choice, ways, then);
      case TaskPlan.Do group -> {
        edge(id, first(group.body(), then), "");
        inside(id, "do", group.body(), then, indent);
      }
      case TaskPlan.For loop -> {
        edge(id, first(loop.body(), id), "next item");
        edge(id, then, "done");
        inside(id, "body", loop.body(), id, indent);
      }
      case TaskPlan.Try attempt -> attempt(attempt, ways, then, indent);
      case TaskPlan.Fork fork -> fork(fork, then, indent);
      case TaskPlan.Map map -> {
        edge(id, first(map.body(), id), "each item");
        edge(id, then, "all done");
        inside(id, "function", map.body(), id, indent);
      }
      case TaskPlan.Listen listen -> listen(id, listen, "each event", then, indent);
      case TaskPlan.Subscription it -> listen(id, it.handling(), "each message", then, indent);
      case TaskPlan.Extended _, TaskPlan.Advice _ ->
          throw new IllegalStateException("stands around a task: " + task);
    }
    if (task.common().condition() != null) {
      edge(id, ways.next(), "if false");
    }
  }

  /** They stand beside the task, so that the flow of the workflow can still be seen. */
  private void extensions(TaskPlan next, String id, String indent) {
    for (var task = next; task instanceof TaskPlan.Extended it; task = it.task()) {
      advice(it, it.before(), id, indent);
      advice(it, it.after(), id, indent);
    }
  }

  private void advice(
      TaskPlan.Extended extension, TaskPlan.@Nullable Advice advice, String id, String indent) {
    if (advice == null) {
      return;
    }
    var when = advice.common().name();
    var title = when + ", by " + PlanWords.extension(extension);
    edges.add("  " + id + " -. \"" + when + "\" .-> " + first(advice.body(), id));
    nodes.add(indent + "subgraph " + id(advice) + " [\"" + text(title) + "\"]");
    block(advice.body(), id, indent + "  ");
    nodes.add(indent + "end");
  }

  private void cases(TaskPlan.Switch choice, Ways ways, String then) {
    var id = id(choice);
    choice.cases().forEach(one -> edge(id, target(one.then(), ways), one.name()));
    if (choice.cases().stream().allMatch(one -> one.when() != null)) {
      edge(id, then, "otherwise");
    }
  }

  private void attempt(TaskPlan.Try attempt, Ways ways, String then, String indent) {
    var id = id(attempt);
    var own = attempt.handler().then();
    var handled = own == null ? then : target(own, ways);
    edge(id, first(attempt.body(), then), "");
    inside(id, "try", attempt.body(), then, indent);
    if (attempt.handler().retry() != null) {
      edges.add("  " + id + " -. \"retry\" .-> " + id);
    }
    var handler = attempt.handler().body();
    if (handler != null) {
      edges.add("  " + id + " -. \"on error\" .-> " + first(handler, handled));
      inside(id, "catch", handler, handled, indent);
    } else if (attempt.handler().then() != null) {
      edges.add("  " + id + " -. \"on error\" .-> " + handled);
    }
  }

  private void fork(TaskPlan.Fork fork, String then, String indent) {
    var id = id(fork);
    for (int i = 0; i < fork.branches().size(); i++) {
      var branch = fork.branches().get(i);
      edge(id, first(branch, then), fork.isRace() ? "race" : "");
      inside(id, "branch " + (i + 1), branch, then, indent);
    }
  }

  private void listen(String id, TaskPlan.Listen listen, String each, String then, String indent) {
    edge(id, then, "");
    var foreach = listen.foreach();
    if (foreach != null && !foreach.body().tasks().isEmpty()) {
      edge(id, first(foreach.body(), id), each);
      inside(id, "foreach", foreach.body(), id, indent);
    }
  }

  private void inside(String id, String title, Block body, String after, String indent) {
    nodes.add(indent + "subgraph " + id + "_" + title.replace(' ', '_') + " [\"" + title + "\"]");
    block(body, after, indent + "  ");
    nodes.add(indent + "end");
  }

  private void edge(String from, String to, String label) {
    edges.add(
        "  " + from + " -->" + (label.isEmpty() ? "" : "|\"" + text(label) + "\"|") + " " + to);
  }

  private static String target(FlowDirective directive, Ways ways) {
    return switch (directive) {
      case FlowDirective.Continue _ -> ways.next();
      case FlowDirective.Exit _ -> ways.after();
      case FlowDirective.End _ -> FINISH;
      case FlowDirective.Goto target -> id(ways.block().tasks().get(target.index()));
    };
  }

  private static String first(Block block, String otherwise) {
    return block.tasks().isEmpty() ? otherwise : id(block.tasks().getFirst());
  }

  /** The place in the definition: unique, and readable in the diagram's source. */
  private static String id(TaskPlan task) {
    return task.bare().pointer().substring(1).replaceAll("[^A-Za-z0-9]", "_");
  }

  private static String shape(TaskPlan task) {
    var label = "\"" + text(task.common().name()) + "<br/>" + text(PlanWords.summary(task)) + "\"";
    return switch (task) {
      case TaskPlan.Switch _ -> "{" + label + "}";
      case TaskPlan.Call _, TaskPlan.Subscription _ -> "[[" + label + "]]";
      case TaskPlan.Raise _ -> ">" + label + "]";
      case TaskPlan.For _, TaskPlan.Fork _, TaskPlan.Map _ -> "{{" + label + "}}";
      case TaskPlan.Emit _, TaskPlan.Listen _ -> "([" + label + "])";
      case TaskPlan.RunWorkflow _ -> "[[" + label + "]]";
      case TaskPlan.Set _,
          TaskPlan.Wait _,
          TaskPlan.Do _,
          TaskPlan.Try _,
          TaskPlan.Compensate _,
          TaskPlan.Extended _,
          TaskPlan.Advice _ ->
          "[" + label + "]";
    };
  }

  /** Mermaid's own entities, because a quote or bracket would end a label. */
  private static String text(String raw) {
    return raw.replace("&", "#amp;")
        .replace("\"", "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;");
  }

  /** Where a task's flow can go: to the next task, or out of its block. */
  private record Ways(Block block, String next, String after) {}
}
