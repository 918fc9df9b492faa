package dev.millrace.core.plan;

import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import java.time.Duration;

/** A duration in a definition: written down, or computed by an expression that yields ISO 8601. */
public sealed interface DurationPlan {

  /**
   * @throws ExpressionException if the expression fails or does not yield a duration
   */
  Duration evaluate(Scope scope);

  record Fixed(Duration duration) implements DurationPlan {
    @Override
    public Duration evaluate(Scope scope) {
      return duration;
    }
  }

  record Computed(Template template) implements DurationPlan {
    @Override
    public Duration evaluate(Scope scope) {
      return Durations.parse(template.evaluate(scope));
    }
  }
}
