package dev.millrace.core.expression;

import static dev.millrace.core.expression.ExpressionBounds.INDEX_MAX;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_READ;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * An index or a path of indices. {@code .[1e9] = 0} would fill a thousand million elements with
 * null before anybody could weigh them.
 */
record BoundedIndex(Expression inner) implements Expression {

  @Override
  public void apply(
      net.thisptr.jackson.jq.Scope scope,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      boolean requirePath)
      throws JsonQueryException {
    inner.apply(
        scope,
        in,
        path,
        (value, valuePath) -> {
          check(value);
          output.emit(value, valuePath);
        },
        requirePath);
  }

  private static void check(JsonNode value) {
    if (value.isNumber() && value.doubleValue() > INDEX_MAX) {
      throw new ExpressionException("uses an array index beyond " + INDEX_MAX);
    }
    if (value.isNumber()) {
      Meter.current().burn(Math.abs(value.intValue()) / WEIGHT_PER_FUEL_READ);
    }
    if (value.isArray()) {
      value.forEach(BoundedIndex::check);
    }
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}
