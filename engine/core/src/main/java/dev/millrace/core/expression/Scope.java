package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an expression can see. Variables are asked for by name, so that unused ones cost nothing.
 */
public interface Scope {

  /** The value of {@code .}. */
  JsonNode current();

  /**
   * The value of {@code $name}.
   *
   * @return null when there is no such variable
   */
  @Nullable JsonNode variable(String name);

  /** The instant every {@code now} yields: that of the command being processed. */
  Instant now();

  /** The same variables, looked at from another value. */
  default Scope on(JsonNode value) {
    return new Elsewhere(this, value);
  }

  /** A scope with another value for {@code .}. */
  record Elsewhere(Scope scope, JsonNode current) implements Scope {
    @Override
    public @Nullable JsonNode variable(String name) {
      return scope.variable(name);
    }

    @Override
    public Instant now() {
      return scope.now();
    }
  }
}
