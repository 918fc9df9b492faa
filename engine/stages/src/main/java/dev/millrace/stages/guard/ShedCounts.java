package dev.millrace.stages.guard;

import dev.millrace.core.stage.CallPolicy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How many requests to one stage its policies have sent away since the process began. Grows only.
 * Thread-safe.
 */
public final class ShedCounts {

  /** Counted apart; what comes beyond counts for {@link #OTHERS}. */
  public static final int POLICIES_MAX = 1_000;

  /** Stands for workflow and policy of all those that are not counted apart. */
  public static final String OTHERS = "others";

  private volatile Consumer<Shedding> first = _ -> {};
  private final Map<Shedding, LongAdder> counts = new ConcurrentHashMap<>();

  /** What a request got nothing of. */
  public enum Limit {
    BULKHEAD,
    CIRCUIT_BREAKER,
    RATE_LIMIT;

    /** As definitions write it. */
    public String word() {
      return switch (this) {
        case BULKHEAD -> "bulkhead";
        case CIRCUIT_BREAKER -> "circuitBreaker";
        case RATE_LIMIT -> "rateLimit";
      };
    }
  }

  /**
   * @param workflow {@code namespace/name}, whatever its version
   * @param policy as the definition has it
   */
  public record Shedding(String workflow, String policy, Limit limit) {}

  void count(CallPolicy policy, Limit limit) {
    var own = new Shedding(policy.workflow(), policy.name(), limit);
    var isApart = counts.containsKey(own) || counts.size() < POLICIES_MAX;
    var shedding = isApart ? own : new Shedding(OTHERS, OTHERS, limit);
    var isFirst = !counts.containsKey(shedding);
    counts.computeIfAbsent(shedding, _ -> new LongAdder()).increment();
    if (isFirst) {
      first.accept(shedding);
    }
  }

  /**
   * From now on this is told of each kind when it is counted for the first time; perhaps twice, if
   * two threads are first.
   */
  public void onFirst(Consumer<Shedding> listener) {
    first = listener;
  }

  /** Of one kind; zero for one that never was. */
  public long count(Shedding shedding) {
    var count = counts.get(shedding);
    return count == null ? 0 : count.sum();
  }

  /** As they are now. */
  public Map<Shedding, Long> counts() {
    return counts.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().sum()));
  }
}
