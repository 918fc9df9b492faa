package dev.millrace.core.plan;

import dev.millrace.core.StageName;
import dev.millrace.core.expression.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the plan: one task with everything resolved. */
public sealed interface TaskPlan {
  TaskCommon common();

  default String pointer() {
    return common().pointer();
  }

  record Do(TaskCommon common, Block body) implements TaskPlan {}

  record Set(TaskCommon common, Template value) implements TaskPlan {}

  record Switch(TaskCommon common, List<Case> cases) implements TaskPlan {}

  /**
   * @param each name of the variable that holds the item
   * @param at name of the variable that holds the index
   * @param condition {@code while}, checked before every iteration; null when absent
   */
  record For(
      TaskCommon common,
      String each,
      String at,
      Template items,
      @Nullable Template condition,
      Block body)
      implements TaskPlan {}

  record Try(TaskCommon common, Block body, Catch handler) implements TaskPlan {}

  /**
   * @param error evaluates to an object with {@code type}, {@code status}, {@code title} and
   *     perhaps {@code detail} and {@code instance}
   */
  record Raise(TaskCommon common, Template error) implements TaskPlan {}

  record Wait(TaskCommon common, DurationPlan duration) implements TaskPlan {}

  /**
   * Work for a stage.
   *
   * @param arguments evaluated on the task's input when the request is made
   * @param idempotencyKey overrides the key made from the position; null for that one
   */
  record Call(
      TaskCommon common,
      StageName stage,
      String function,
      Template arguments,
      @Nullable Template idempotencyKey)
      implements TaskPlan {

    /**
     * Where in the evaluated arguments the worker evaluates an expression, with secrets.
     *
     * @see dev.millrace.core.expression.SecretExpression
     */
    public List<String> secretPointers() {
      return arguments.secretPointers();
    }
  }

  /**
   * @param when null for the default case
   */
  record Case(String name, @Nullable Template when, FlowDirective then) {}
}
