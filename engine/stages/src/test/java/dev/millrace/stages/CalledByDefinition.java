package dev.millrace.stages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageRequest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request that a definition makes, as the compiler sees it: both have to agree. */
public final class CalledByDefinition {
  private static final String HEAD =
      """
      document: {dsl: '1.0.3', namespace: test, name: test, version: '1.0.0'}
      do:
        - it:
      """;

  private CalledByDefinition() {}

  /**
   * @param call of a task, in YAML
   * @param input of the task, in JSON with single quotes
   */
  public static StageRequest request(String call, String input) {
    try {
      var plan = PlanCompiler.compile(HEAD + call.indent(6), new FunctionCatalog(Map.of())).plan();
      var task = (TaskPlan.Call) plan.body().tasks().getFirst();
      var arguments = task.arguments().evaluate(new Data(StageRequests.json(input), Instant.now()));
      return StageRequests.request(task.stage().value(), task.function(), arguments);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(String.valueOf(e.getMessage()), e);
    }
  }

  private record Data(JsonNode current, Instant now) implements Scope {
    @Override
    public @Nullable JsonNode variable(String name) {
      return name.equals("input") ? current : null;
    }
  }
}
