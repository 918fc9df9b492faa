package dev.millrace.cli;

import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;

/** Which workflows a definition runs that nobody has deployed. They may come later. */
final class MissingWorkflows {
  private final WorkflowClient client;
  private final Terminal terminal;

  MissingWorkflows(WorkflowClient client, Terminal terminal) {
    this.client = client;
    this.terminal = terminal;
  }

  /** Warns of each, once. */
  void tell(Plan plan) {
    plan.tasks().values().stream()
        .filter(TaskPlan.RunWorkflow.class::isInstance)
        .map(task -> ((TaskPlan.RunWorkflow) task).workflow())
        .distinct()
        .filter(workflow -> client.versions(workflow).stream().allMatch(it -> it.isRetired()))
        .map(workflow -> warning(plan, workflow.toString()))
        .sorted()
        .forEach(line -> terminal.note(terminal.yellow(line)));
  }

  private static String warning(Plan plan, String workflow) {
    return "warning: "
        + plan.id()
        + " runs "
        + workflow
        + ", of which no version that takes starts is deployed; deploy it before a task needs it";
  }
}
