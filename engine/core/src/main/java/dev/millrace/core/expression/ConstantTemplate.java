package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** A template without expressions, known before anything runs. */
public record ConstantTemplate(JsonNode value) implements Template {
  @Override
  public JsonNode evaluate(Scope scope) {
    return value;
  }
}
