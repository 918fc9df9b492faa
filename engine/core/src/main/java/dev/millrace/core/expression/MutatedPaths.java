package dev.millrace.core.expression;

import static dev.millrace.core.expression.ExpressionBounds.NODE_WEIGHT;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_MADE;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * The left side of an assignment. The library copies the containers on the way to every single
 * path, so each path pays for a copy of the input and of what the paths before it may have added.
 */
record MutatedPaths(Expression inner) implements Expression {

  @Override
  public void apply(
      net.thisptr.jackson.jq.Scope scope,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      boolean requirePath)
      throws JsonQueryException {
    var costs = new Costs(Meter.weigh(in));
    inner.apply(
        scope,
        in,
        path,
        (value, valuePath) -> {
          costs.payNext();
          output.emit(value, valuePath);
        },
        requirePath);
  }

  private static final class Costs {
    private long weight;

    private Costs(long weight) {
      this.weight = weight;
    }

    private void payNext() {
      Meter.current().burn(weight / WEIGHT_PER_FUEL_MADE);
      weight += NODE_WEIGHT;
    }
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}
