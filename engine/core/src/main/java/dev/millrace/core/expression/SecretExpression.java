package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * An expression that uses {@code $secrets}. In the engine it evaluates to what it would need: its
 * own text and the data it sees, as one JSON object that may be journaled. The worker that runs the
 * call evaluates that with the secrets' values, see {@link CapturedExpression}.
 *
 * <p>So no value of a secret ever is in the engine, and no text in data can be taken for one: the
 * worker looks only where {@link #secretPointers} of the plan point.
 */
public final class SecretExpression implements Template {
  private final JqExpression expression;

  SecretExpression(JqExpression expression) {
    this.expression = expression;
  }

  @Override
  public JsonNode evaluate(Scope scope) {
    var variables = JsonNodeFactory.instance.objectNode();
    for (var name : expression.variables()) {
      var value = name.equals(SyntaxTree.SECRETS) ? null : scope.variable(name);
      if (value != null) {
        variables.set(name, Detached.copy(value));
      }
    }
    return new CapturedExpression(
            expression.toString(),
            scope.now(),
            expression.readsData()
                ? Detached.copy(scope.current())
                : JsonNodeFactory.instance.nullNode(),
            variables)
        .toJson();
  }

  @Override
  public List<String> secretPointers() {
    return List.of("");
  }

  @Override
  public String toString() {
    return expression.toString();
  }
}
