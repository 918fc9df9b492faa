package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * Bounds of calls, beyond those of their stage. Has one from the beginning; each worker keeps them
 * for itself.
 */
public final class Policy {
  private final ObjectNode definition = JsonNodeFactory.instance.objectNode();

  private Policy() {}

  /** A policy of a circuit breaker: {@link #andCircuitBreaker}. */
  public static Policy ofCircuitBreaker(int failureRatePct, int window, Duration openFor) {
    return new Policy().andCircuitBreaker(failureRatePct, window, openFor);
  }

  /** A policy of a bulkhead: {@link #andBulkhead}. */
  public static Policy ofBulkhead(int max, Duration maxWait) {
    return new Policy().andBulkhead(max, maxWait);
  }

  /** A policy of a rate limit: {@link #andRateLimit}. */
  public static Policy ofRateLimit(int permits, Duration per, Duration maxWait) {
    return new Policy().andRateLimit(permits, per, maxWait);
  }

  /**
   * @param failureRatePct share of answers that did not do the work, 1 to 100, that opens it
   * @param window number of latest answers that share is taken over
   * @param openFor how long it then answers 503 at once
   */
  public Policy andCircuitBreaker(int failureRatePct, int window, Duration openFor) {
    definition
        .putObject("circuitBreaker")
        .put("failureRatePct", failureRatePct)
        .put("window", window)
        .set("openFor", Values.node(openFor));
    return this;
  }

  /**
   * @param max calls at once
   * @param maxWait how long another one waits for a place, before it is answered 429
   */
  public Policy andBulkhead(int max, Duration maxWait) {
    definition.putObject("bulkhead").put("max", max).set("maxWait", Values.node(maxWait));
    return this;
  }

  /**
   * @param permits calls that may begin in any span of {@code per}
   * @param maxWait how long another one waits for its turn, before it is answered 429
   */
  public Policy andRateLimit(int permits, Duration per, Duration maxWait) {
    definition
        .putObject("rateLimit")
        .put("permits", permits)
        .<ObjectNode>set("per", Values.node(per))
        .set("maxWait", Values.node(maxWait));
    return this;
  }

  JsonNode definition() {
    return definition.deepCopy();
  }
}
