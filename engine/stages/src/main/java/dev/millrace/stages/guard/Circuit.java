package dev.millrace.stages.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of one dependency: of a stage, or of the calls under one policy.
 *
 * <p>A refusal shows a dependency that works, so only {@code Unavailable} and {@code Unknown} count
 * as failures. How many circuits there are is bounded where they are kept; a forgotten circuit is a
 * closed one.
 */
final class Circuit {

  /** Answers before a rate means anything. */
  static final int ANSWERS_MIN = 10;

  /** Attempts let through after the open time, to see whether the dependency is back. */
  static final int PROBES = 3;

  /** What to wait while the probes are under way. */
  static final Duration PROBE_PAUSE = Duration.ofSeconds(1);

  /** The library's unit of time. */
  private static final Duration TICK = Duration.ofMillis(1);

  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

  private final Duration openFor;
  private final InstantSource clock;
  private final CircuitBreaker breaker;
  private volatile Instant openedAt = Instant.EPOCH;

  /**
   * @param name for the log
   */
  Circuit(String name, CallPolicy.CircuitBreaker bounds, InstantSource clock) {
    this.openFor = bounds.openFor();
    this.clock = clock;
    this.breaker = CircuitBreaker.of(name, config(bounds, clock));
    breaker
        .getEventPublisher()
        .onStateTransition(event -> {
          if (event.getStateTransition().getToState() == State.OPEN) {
            openedAt = clock.instant();
          }
          LOG.warn("circuit of {}: {}", name, event.getStateTransition());
        });
  }

  private static CircuitBreakerConfig config(
      CallPolicy.CircuitBreaker bounds, InstantSource clock) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            bounds.window(), Math.min(ANSWERS_MIN, bounds.window()), SlidingWindowType.COUNT_BASED)
        .failureRateThreshold(bounds.failureRatePct())
        .waitDurationInOpenState(openUntilBefore(bounds.openFor()))
        .permittedNumberOfCallsInHalfOpenState(PROBES)
        .clock(clock.withZone(ZoneOffset.UTC))
        .recordResult(answer -> isFailure((StageAnswer) answer))
        .build();
  }

  /** The library lets calls through when the time is over, we at its end: when we said. */
  private static Duration openUntilBefore(Duration openFor) {
    return openFor.compareTo(TICK) > 0 ? openFor.minus(TICK) : openFor;
  }

  private static boolean isFailure(StageAnswer answer) {
    return switch (answer) {
      case Completed _, Refused _ -> false;
      case Unavailable _, Unknown _ -> true;
    };
  }

  /** Whether it would let nothing through now. Asking changes nothing, unlike {@link #lets}. */
  boolean isOpen() {
    return breaker.getState() == State.OPEN && clock.instant().isBefore(openedAt.plus(openFor));
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
