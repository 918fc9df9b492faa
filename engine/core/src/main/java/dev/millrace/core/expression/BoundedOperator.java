package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;

/**
 * Arithmetic that refuses what the library does wrongly or without end: whole numbers that wrap
 * around, and text repeated beyond all memory.
 */
record BoundedOperator(BinaryOperator inner) implements BinaryOperator {

  @Override
  public JsonNode apply(ObjectMapper mapper, JsonNode left, JsonNode right)
      throws JsonQueryException {
    if (left.isIntegralNumber() && right.isIntegralNumber()) {
      checkWholeNumbers(left, right);
    } else {
      checkSizes(left, right);
    }
    return inner.apply(mapper, left, right);
  }

  private void checkWholeNumbers(JsonNode left, JsonNode right) {
    try {
      switch (image()) {
        case "+" -> Math.addExact(whole(left), whole(right));
        case "-" -> Math.subtractExact(whole(left), whole(right));
        case "*" -> Math.multiplyExact(whole(left), whole(right));
        default -> {}
      }
    } catch (ArithmeticException e) {
      throw new ExpressionException(
          "computes " + left + " " + image() + " " + right + ", which is beyond 64 bits", e);
    }
  }

  private static long whole(JsonNode value) {
    if (!value.canConvertToLong()) {
      throw new ArithmeticException(value + " is beyond 64 bits");
    }
    return value.longValue();
  }

  private void checkSizes(JsonNode left, JsonNode right) {
    if (image().equals("*") && left.isTextual() && right.isNumber()) {
      Meter.checkLength(left.textValue().length() * right.doubleValue());
    } else if (image().equals("*") && left.isNumber() && right.isTextual()) {
      Meter.checkLength(left.doubleValue() * right.textValue().length());
    } else if (image().equals("-") && left.isArray() && right.isArray()) {
      Meter.current().crossed(left, right);
    } else if (image().equals("/") && left.isTextual()) {
      Meter.current().read(left);
    } else if (left.isContainerNode() && right.isContainerNode()) {
      Meter.current().read(left);
    }
  }

  @Override
  public String image() {
    return inner.image();
  }
}
