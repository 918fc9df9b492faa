package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;

/** Results cut loose from the data they were made of, and made fit to be written as JSON. */
final class Detached {
  private Detached() {}

  /**
   * @throws ExpressionException if the value is heavier than {@link
   *     ExpressionBounds#VALUE_WEIGHT_MAX}
   */
  static JsonNode copy(JsonNode value) {
    if (value.isContainerNode()) {
      Meter.weigh(value);
    }
    return copyDeep(value);
  }

  private static JsonNode copyDeep(JsonNode value) {
    if (value.isObject()) {
      var copy = JsonNodeFactory.instance.objectNode();
      value.properties().forEach(each -> copy.set(each.getKey(), copyDeep(each.getValue())));
      return copy;
    }
    if (value.isArray()) {
      var copy = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(each -> copy.add(copyDeep(each)));
      return copy;
    }
    return value.isFloatingPointNumber() ? finite(value) : value;
  }

  /** As jq writes them: not-a-number is null, infinity the largest number. */
  private static JsonNode finite(JsonNode number) {
    var value = number.doubleValue();
    if (Double.isNaN(value)) {
      return NullNode.instance;
    }
    return Double.isInfinite(value)
        ? DoubleNode.valueOf(Math.copySign(Double.MAX_VALUE, value))
        : number;
  }
}
