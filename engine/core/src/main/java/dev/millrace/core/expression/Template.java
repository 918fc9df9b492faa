package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** A JSON value that may hold expressions anywhere inside; compiled once, evaluated often. */
public interface Template {

  /**
   * @return a value that shares nothing mutable with the scope's
   * @throws ExpressionException if an expression fails or exceeds one of its bounds
   */
  JsonNode evaluate(Scope scope);

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
