package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Java values as a definition holds them. */
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Values() {}

  /**
   * @param value text, a number, a boolean, null, a duration, a URI, an {@link Expression}, JSON,
   *     or a map or collection of those
   * @throws IllegalArgumentException if it is anything else
   */
  static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case JsonNode node -> node.deepCopy();
      case Boolean truth -> JSON.booleanNode(truth);
      case Number number -> number(number);
      case Map<?, ?> map -> object(map);
      case Collection<?> values -> {
        var array = JSON.arrayNode();
        values.forEach(each -> array.add(node(each)));
        yield array;
      }
      case CharSequence text -> JSON.textNode(text.toString());
      case Expression expression -> JSON.textNode(expression.toString());
      case Duration duration -> JSON.textNode(duration.toString());
      case URI uri -> JSON.textNode(uri.toString());
      default ->
          throw new IllegalArgumentException(
              "a definition holds no " + value.getClass().getName() + ", got " + value);
    };
  }

  private static ObjectNode object(Map<?, ?> map) {
    var object = JSON.objectNode();
    map.forEach((key, value) -> object.set(String.valueOf(key), node(value)));
    return object;
  }

  private static JsonNode number(Number number) {
    return switch (number) {
      case Integer it -> JSON.numberNode(it.intValue());
      case Long it when it == it.intValue() -> JSON.numberNode(it.intValue());
      case Long it -> JSON.numberNode(it.longValue());
      case BigInteger it -> JSON.numberNode(it);
      case BigDecimal it -> JSON.numberNode(it);
      default -> JSON.numberNode(number.doubleValue());
    };
  }
}
