package dev.millrace.wire;

import dev.millrace.core.stage.CallPolicy;
import dev.millrace.schema.v1.Bulkhead;
import dev.millrace.schema.v1.CircuitBreaker;
import dev.millrace.schema.v1.RateLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bounds out of their ranges cannot be read: a worker takes no larger ones from a topic. */
final class CallPolicyMapping {
  private CallPolicyMapping() {}

  static dev.millrace.schema.v1.@Nullable CallPolicy toAvro(@Nullable CallPolicy policy) {
    return policy == null
        ? null
        : new dev.millrace.schema.v1.CallPolicy(
            policy.workflow(),
            policy.name(),
            toAvro(policy.circuitBreaker()),
            toAvro(policy.bulkhead()),
            toAvro(policy.rateLimit()));
  }

  private static @Nullable CircuitBreaker toAvro(CallPolicy.@Nullable CircuitBreaker it) {
    return it == null
        ? null
        : new CircuitBreaker(it.failureRatePct(), it.window(), CommonMapping.millis(it.openFor()));
  }

  private static @Nullable Bulkhead toAvro(CallPolicy.@Nullable Bulkhead it) {
    return it == null ? null : new Bulkhead(it.max(), CommonMapping.millis(it.maxWait()));
  }

  private static @Nullable RateLimit toAvro(CallPolicy.@Nullable RateLimit it) {
    return it == null
        ? null
        : new RateLimit(
            it.permits(), CommonMapping.millis(it.per()), CommonMapping.millis(it.maxWait()));
  }

  static @Nullable CallPolicy toCore(dev.millrace.schema.v1.@Nullable CallPolicy written) {
    return written == null
        ? null
        : new CallPolicy(
            written.getWorkflow(),
            written.getName(),
            toCore(written.getCircuitBreaker()),
            toCore(written.getBulkhead()),
            toCore(written.getRateLimit()));
  }

  private static CallPolicy.@Nullable CircuitBreaker toCore(@Nullable CircuitBreaker it) {
    return it == null
        ? null
        : new CallPolicy.CircuitBreaker(
            it.getFailureRatePct(), it.getWindow(), Duration.ofMillis(it.getOpenForMillis()));
  }

  private static CallPolicy.@Nullable Bulkhead toCore(@Nullable Bulkhead it) {
    return it == null
        ? null
        : new CallPolicy.Bulkhead(it.getMax(), Duration.ofMillis(it.getMaxWaitMillis()));
  }

  private static CallPolicy.@Nullable RateLimit toCore(@Nullable RateLimit it) {
    return it == null
        ? null
        : new CallPolicy.RateLimit(
            it.getPermits(),
            Duration.ofMillis(it.getPerMillis()),
            Duration.ofMillis(it.getMaxWaitMillis()));
  }
}
