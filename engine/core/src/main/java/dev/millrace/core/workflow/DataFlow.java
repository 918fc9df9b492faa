package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.plan.Transform;
import dev.millrace.core.plan.ValueSchema;
import org.jspecify.annotations.Nullable;

/** Validates and transforms data on their way in and out of tasks, within the bound of a value. */
final class DataFlow {
  private DataFlow() {}

  /** {@code input.schema}, then {@code input.from}. */
  static JsonNode in(Transform input, JsonNode raw, Scope scope, Limits limits) {
    validate(input.schema(), raw);
    return input.template() == null ? raw : bounded(input.template().evaluate(scope), limits);
  }

  /** {@code as}, then {@code schema}: of {@code output} and of {@code export}. */
  static JsonNode out(Transform output, JsonNode raw, Scope scope, Limits limits) {
    var value =
        output.template() == null ? raw : bounded(output.template().evaluate(scope), limits);
    validate(output.schema(), value);
    return value;
  }

  static JsonNode bounded(JsonNode value, Limits limits) {
    if (JsonWeight.of(value, limits.valueBytesMax()) > limits.valueBytesMax()) {
      throw new Fault(
          Kind.RUNTIME.error(
              "a value is larger than valueBytesMax = " + limits.valueBytesMax() + " bytes"));
    }
    return value;
  }

  /**
   * @return null when the value is the one that came in
   */
  static @Nullable JsonNode changed(JsonNode before, JsonNode after) {
    return before == after ? null : after;
  }

  static WorkflowError errorOf(RuntimeException e) {
    return switch (e) {
      case Fault fault -> fault.error();
      case ExpressionException failed -> Kind.EXPRESSION.error(String.valueOf(failed.getMessage()));
      default -> throw e;
    };
  }

  private static void validate(@Nullable ValueSchema schema, JsonNode value) {
    if (schema == null) {
      return;
    }
    var violations = schema.violations(value);
    if (!violations.isEmpty()) {
      throw new Fault(Kind.VALIDATION.error(String.join("; ", violations)));
    }
  }
}
