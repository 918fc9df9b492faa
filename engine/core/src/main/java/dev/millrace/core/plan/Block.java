package dev.millrace.core.plan;

import java.util.List;

/** A list of tasks that run one after the other: the body of a {@code do}, loop, try or handler. */
public record Block(List<TaskPlan> tasks) {
  public Block {
    tasks = List.copyOf(tasks);
  }
}
