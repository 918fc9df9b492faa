package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** A retry policy. Has a limit from the beginning, so that none is forgotten. */
public final class Retry {
  private final ObjectNode definition = JsonNodeFactory.instance.objectNode();

  private Retry() {}

  /**
   * @param retriesMax after the first attempt
   */
  public static Retry upTo(int retriesMax) {
    var retry = new Retry();
    retry.definition.withObject("/limit/attempt").put("count", retriesMax);
    return retry;
  }

  /**
   * @param durationMax of all attempts together
   */
  public static Retry within(Duration durationMax) {
    var retry = new Retry();
    retry.definition.withObject("/limit").set("duration", Values.node(durationMax));
    return retry;
  }

  public Retry delay(Duration delay) {
    return set("delay", Values.node(delay));
  }

  public Retry linear() {
    definition.withObject("/backoff").putObject("linear");
    return this;
  }

  public Retry exponential() {
    definition.withObject("/backoff").putObject("exponential");
    return this;
  }

  public Retry exponential(double factor, Duration delayMax) {
    var exponential = definition.withObject("/backoff").putObject("exponential");
    exponential.put("factor", factor).set("maxDelay", Values.node(delayMax));
    return this;
  }

  /** Spreads the delays by a duration drawn between these. */
  public Retry jitter(Duration from, Duration to) {
    var jitter = definition.putObject("jitter");
    jitter.set("from", Values.node(from));
    jitter.set("to", Values.node(to));
    return this;
  }

  public Retry when(String jq) {
    return set("when", Values.node(Expression.jq(jq)));
  }

  public Retry exceptWhen(String jq) {
    return set("exceptWhen", Values.node(Expression.jq(jq)));
  }

  JsonNode definition() {
    return definition;
  }

  private Retry set(String member, JsonNode value) {
    definition.set(member, value);
    return this;
  }
}
