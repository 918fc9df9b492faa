package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.google.re2j.Pattern;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events a {@code listen} or a schedule waits for.
 *
 * @param signature of everything that does not depend on an instance: the constant attributes and
 *     where the correlated values are found
 * @param conditions all have to hold
 * @param correlations by the names the definition gives them
 */
public record EventFilter(
    String signature, List<Condition> conditions, Map<String, Correlation> correlations) {
  /** Any event at all. */
  static final EventFilter ANY = new EventFilter("any", List.of(), Map.of());

  public EventFilter {
    conditions = List.copyOf(conditions);
    correlations = Map.copyOf(correlations);
  }

  /** What one attribute of an event has to be. */
  public sealed interface Condition {
    String attribute();

    record Equal(String attribute, JsonNode value) implements Condition {}

    record Matching(String attribute, Pattern pattern) implements Condition {}

    /** An expression on the attribute's value. */
    record Holding(String attribute, Template expression) implements Condition {}
  }

  /**
   * @param from evaluated on the event
   * @param expect evaluated on the instance; null when the first event decides
   */
  public record Correlation(Template from, @Nullable Template expect) {}

  /** Whether an event can be meant, as far as that can be said without an instance. */
  public boolean mayMatch(JsonNode event) {
    return conditions.stream().allMatch(condition -> mayMatch(condition, event));
  }

  private static boolean mayMatch(Condition condition, JsonNode event) {
    var value = event.path(condition.attribute());
    return switch (condition) {
      case Condition.Equal(_, var wanted) -> value.equals(wanted);
      case Condition.Matching(_, var pattern) -> pattern.matches(value.asText());
      case Condition.Holding _ -> true;
    };
  }

  /**
   * Whether the event matches for the instance {@code scope} belongs to; correlation apart.
   *
   * @param scope its current value is not looked at
   */
  public boolean matches(JsonNode event, Scope scope) {
    return mayMatch(event)
        && conditions.stream().allMatch(condition -> holds(condition, event, scope));
  }

  private static boolean holds(Condition condition, JsonNode event, Scope scope) {
    return switch (condition) {
      case Condition.Equal _, Condition.Matching _ -> true;
      case Condition.Holding(var attribute, var expression) -> {
        var value = event.hasNonNull(attribute) ? event.get(attribute) : NullNode.getInstance();
        yield Template.isTrue(expression.evaluate(scope.on(value)));
      }
    };
  }
}
