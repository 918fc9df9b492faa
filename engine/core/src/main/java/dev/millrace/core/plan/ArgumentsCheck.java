package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import dev.millrace.core.plan.SchemaCompiler.Violation;
import java.util.Set;

/**
 * Holds the arguments of a call, as they are written, against the contract of its function. What an
 * expression will yield is not known yet, so only those violations count that no value of an
 * expression could mend; the worker checks the rest when the arguments are evaluated.
 */
final class ArgumentsCheck {

  /** Keywords that look at a container's own shape and not at what is in it. */
  private static final Set<String> OF_THE_SHAPE =
      Set.of(
          "additionalProperties",
          "dependentRequired",
          "maxItems",
          "maxProperties",
          "minItems",
          "minProperties",
          "propertyNames",
          "required",
          "type",
          "unevaluatedProperties");

  /** Keywords under which a violation may only mean that another alternative applies. */
  private static final Set<String> ALTERNATIVES = Set.of("anyOf", "contains", "if", "not", "oneOf");

  private ArgumentsCheck() {}

  static void check(Source with, Template template, FunctionContract contract) {
    var isConstant = template instanceof ConstantTemplate;
    for (var violation : contract.broken(with.value())) {
      if (isConstant || isCertain(with.value(), violation)) {
        with.findings().error(with.pointer() + violation.pointer(), violation.message(), null);
      }
    }
  }

  private static boolean isCertain(JsonNode arguments, Violation violation) {
    var value = arguments.at(violation.pointer());
    if (isExpression(value) || violation.path().stream().anyMatch(ALTERNATIVES::contains)) {
      return false;
    }
    return !hasExpression(value) || OF_THE_SHAPE.contains(violation.keyword());
  }

  private static boolean hasExpression(JsonNode value) {
    if (isExpression(value)) {
      return true;
    }
    for (var element : value) {
      if (hasExpression(element)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExpression(JsonNode value) {
    return value.isTextual() && TemplateCompiler.isEnclosed(value.textValue());
  }
}
