package dev.millrace.stages.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An expression of a definition that is asked of messages, here and not by the engine. It has the
 * bounds that every expression has.
 *
 * @param now what {@code now} yields: when the task began
 */
record Condition(Template template, JsonNode variables, Instant now) {

  /**
   * @param node {@code {expression, variables}}
   * @throws IllegalArgumentException if the expression is none
   */
  static Condition read(JsonNode node, Instant now) {
    var variables = node.path("variables");
    Set<String> names = new HashSet<>();
    variables.fieldNames().forEachRemaining(names::add);
    var template =
        new TemplateCompiler(TemplateCompiler.Mode.STRICT)
            .expression(
                node.path("expression").asText(),
                names,
                (place, message, suggestion) -> {
                  throw new IllegalArgumentException("'expression' is none: " + message);
                });
    return new Condition(template, variables, now);
  }

  /**
   * @throws ExpressionException if the expression fails or exceeds one of its bounds
   */
  boolean holds(JsonNode current) {
    return Template.isTrue(template.evaluate(new Data(current)));
  }

  private final class Data implements Scope {
    private final JsonNode current;

    Data(JsonNode current) {
      this.current = current;
    }

    @Override
    public JsonNode current() {
      return current;
    }

    @Override
    public @Nullable JsonNode variable(String name) {
      return variables.get(name);
    }

    @Override
    public Instant now() {
      return now;
    }
  }
}
