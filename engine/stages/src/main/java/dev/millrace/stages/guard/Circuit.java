package dev.millrace.stages.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.StagePolicy;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One circuit breaker per dependency of a stage.
 *
 * <p>A refusal shows a dependency that works, so only {@code Unavailable} and {@code Unknown} count
 * as failures. The least recently used circuit is forgotten when there are more than {@link
 * #CIRCUITS_MAX}: a forgotten circuit is a closed one.
 */
final class Circuits {

  /** Circuits remembered per stage and process. */
  static final int CIRCUITS_MAX = 1_000;

  /** Answers before a rate means anything. */
  static final int ANSWERS_MIN = 10;

  /** Attempts let through after the open time, to see whether the dependency is back. */
  static final int PROBES = 3;

  /** What to wait while the probes are under way. */
  static final Duration PROBE_PAUSE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  private final String stage;
  private final Duration openFor;
  private final CircuitBreakerConfig config;
  private final Clock clock;
  private final Map<String, Circuit> circuits =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Circuit> eldest) {
          return size() > CIRCUITS_MAX;
        }
      };

  Circuits(String stage, StagePolicy policy, Clock clock) {
    this.stage = stage;
    this.openFor = policy.circuitOpenFor();
    this.clock = clock;
    this.config =
        CircuitBreakerConfig.custom()
            .slidingWindow(
                policy.circuitWindow(),
                Math.min(ANSWERS_MIN, policy.circuitWindow()),
                SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(policy.circuitFailureRatePct())
            .waitDurationInOpenState(policy.circuitOpenFor())
            .permittedNumberOfCallsInHalfOpenState(PROBES)
            .clock(clock)
            .recordResult(answer -> isFailure((StageAnswer) answer))
            .build();
  }

  Circuit of(String dependency) {
    synchronized (circuits) {
      return circuits.computeIfAbsent(dependency, Circuit::new);
    }
  }

  private static boolean isFailure(StageAnswer answer) {
    return switch (answer) {
      case Completed _, Refused _ -> false;
      case Unavailable _, Unknown _ -> true;
    };
  }

  final class Circuit {
    private final CircuitBreaker breaker;
    private volatile Instant openedAt = Instant.EPOCH;

    private Circuit(String dependency) {
      breaker = CircuitBreaker.of(stage + "/" + dependency, config);
      breaker
          .getEventPublisher()
          .onStateTransition(event -> {
            if (event.getStateTransition().getToState() == State.OPEN) {
              openedAt = clock.instant();
            }
            LOG.warn("circuit of {}: {}", breaker.getName(), event.getStateTransition());
          });
    }

    boolean lets() {
      return breaker.tryAcquirePermission();
    }

    /** How long it will not let anything through; positive. */
    Duration rest() {
      if (breaker.getState() != State.OPEN) {
        return PROBE_PAUSE;
      }
      var rest = Duration.between(clock.instant(), openedAt.plus(openFor));
      return rest.isPositive() ? rest : PROBE_PAUSE;
    }

    void record(StageAnswer answer, Duration took) {
      breaker.onResult(took.toNanos(), NANOSECONDS, answer);
    }

    /** Gives back a permission that was not used. */
    void release() {
      breaker.releasePermission();
    }
  }
}
