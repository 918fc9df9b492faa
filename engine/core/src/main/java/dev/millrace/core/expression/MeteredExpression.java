package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * A node of a syntax tree that pays for being visited and for every value it emits.
 *
 * @param makesValues whether what it emits is new, and so has to be weighed
 */
record MeteredExpression(Expression inner, boolean makesValues) implements Expression {

  @Override
  public void apply(
      net.thisptr.jackson.jq.Scope scope,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      boolean requirePath)
      throws JsonQueryException {
    var meter = Meter.current();
    meter.burn(1);
    inner.apply(
        scope,
        in,
        path,
        (value, valuePath) -> {
          pay(meter, value);
          output.emit(value, valuePath);
        },
        requirePath);
  }

  private void pay(Meter meter, JsonNode value) {
    if (makesValues) {
      meter.made(value);
    } else {
      meter.burn(1);
    }
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}
