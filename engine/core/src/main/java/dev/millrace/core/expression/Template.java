package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A JSON value that may hold expressions anywhere inside; compiled once, evaluated often. */
public interface Template {

  /**
   * @return a value that shares nothing mutable with the scope's
   * @throws ExpressionException if an expression fails or exceeds one of its bounds
   */
  JsonNode evaluate(Scope scope);

  /**
   * Where in the evaluated value an expression stands that is evaluated later, with secrets.
   *
   * @return JSON pointers; the empty one for the value itself
   * @see SecretExpression
   */
  default List<String> secretPointers() {
    return List.of();
  }

  /** A template without expressions. */
  static Template constant(JsonNode value) {
    return new ConstantTemplate(value);
  }

  /** Whether a value counts as true: everything but {@code null} and {@code false}, as in jq. */
  static boolean isTrue(JsonNode value) {
    return !value.isNull()
        && !value.isMissingNode()
        && !(value.isBoolean() && !value.booleanValue());
  }
}
