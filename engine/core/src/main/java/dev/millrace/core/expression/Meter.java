package dev.millrace.core.expression;

import static dev.millrace.core.expression.ExpressionBounds.FUEL_MAX;
import static dev.millrace.core.expression.ExpressionBounds.NODE_WEIGHT;
import static dev.millrace.core.expression.ExpressionBounds.VALUE_DEPTH_MAX;
import static dev.millrace.core.expression.ExpressionBounds.VALUE_WEIGHT_MAX;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_CROSSED;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_MADE;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_READ;

import com.fasterxml.jackson.databind.JsonNode;

/** The fuel of one evaluation. Throws what no {@code try} of an expression can catch. */
final class Meter {
  /** The evaluation under way on this thread. */
  static final ScopedValue<Meter> CURRENT = ScopedValue.newInstance();

  private final Scope scope;
  private long fuel = FUEL_MAX;

  Meter(Scope scope) {
    this.scope = scope;
  }

  static Meter current() {
    return CURRENT.get();
  }

  Scope scope() {
    return scope;
  }

  void burn(long units) {
    fuel -= units;
    if (fuel < 0) {
      throw new ExpressionException("takes more than " + FUEL_MAX + " steps");
    }
  }

  /** Pays for a value that was made, and refuses one that is too large. */
  void made(JsonNode value) {
    burn(1 + weigh(value) / WEIGHT_PER_FUEL_MADE);
  }

  /** Pays for an operation that visits the whole value. */
  void read(JsonNode value) {
    burn(1 + weigh(value) / WEIGHT_PER_FUEL_READ);
  }

  /** Pays for an operation that compares every part of one value with every part of the other. */
  void crossed(JsonNode left, JsonNode right) {
    burn(1 + weigh(left) * weigh(right) / WEIGHT_PER_FUEL_CROSSED);
  }

  /** Refuses text that would be too long, before it is made. */
  static void checkLength(double length) {
    if (length > VALUE_WEIGHT_MAX) {
      throw tooLarge();
    }
  }

  static long weigh(JsonNode value) {
    return weigh(value, 0, 0);
  }

  private static long weigh(JsonNode value, long before, int depth) {
    if (depth > VALUE_DEPTH_MAX) {
      throw new ExpressionException("makes a value deeper than " + VALUE_DEPTH_MAX + " levels");
    }
    var weight = before + NODE_WEIGHT + (value.isTextual() ? value.textValue().length() : 0);
    if (value.isObject()) {
      for (var property : value.properties()) {
        weight = weigh(property.getValue(), weight + property.getKey().length(), depth + 1);
      }
    } else if (value.isArray()) {
      for (var element : value) {
        weight = weigh(element, weight, depth + 1);
      }
    }
    if (weight > VALUE_WEIGHT_MAX) {
      throw tooLarge();
    }
    return weight;
  }

  private static ExpressionException tooLarge() {
    return new ExpressionException(
        "makes a value larger than " + VALUE_WEIGHT_MAX + " (characters, and 16 for each node)");
  }
}
