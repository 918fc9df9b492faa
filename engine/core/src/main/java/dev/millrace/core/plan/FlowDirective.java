package dev.millrace.core.plan;

/** Where the flow goes when a task is done. */
public sealed interface FlowDirective {

  /** To the next task of the same block. */
  record Continue() implements FlowDirective {}

  /** Out of the block the task stands in. In a loop that ends the iteration, not the loop. */
  record Exit() implements FlowDirective {}

  /** To the end of the workflow, gracefully. */
  record End() implements FlowDirective {}

  /** To a task of the same block, forward or backward. */
  record Goto(String task, int index) implements FlowDirective {}
}
