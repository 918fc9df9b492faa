package dev.millrace.stages.guard;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.guard.ShedCounts.Limit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one policy at one stage of this process: its bulkhead and rate limit, which count all its
 * calls together. What does not get in is told when to come back. Thread-safe.
 */
final class PolicyGuard {

  /** A turn that is so late when the stage has a place for it is not the turn it was. */
  static final Duration LATENESS_MAX = Duration.ofMillis(100);

  private static final int SPENT = 429;
  private static final int OPEN = 503;

  private final CallPolicy policy;
  private final InstantSource clock;

  /** Told of each request that is sent away. */
  private final Consumer<Limit> shed;

  /** Those of all policies of the stage that may wait at a time. */
  private final Semaphore waiting;

  private final @Nullable Places places;
  private final @Nullable Rate rate;

  PolicyGuard(CallPolicy policy, Semaphore waiting, InstantSource clock, Consumer<Limit> shed) {
    this.policy = policy;
    this.shed = shed;
    this.clock = clock;
    this.waiting = waiting;
    this.places = policy.bulkhead() == null ? null : new Places(policy.bulkhead(), clock);
    this.rate = policy.rateLimit() == null ? null : new Rate(policy.rateLimit(), clock);
  }

  /** Whether a request may go on to the stage. */
  sealed interface Entry {
    /**
     * @param pass null for a request without a policy
     */
    record Entered(@Nullable Pass pass) implements Entry {
      static final Entered FREELY = new Entered(null);
    }

    record SentAway(Unavailable answer) implements Entry {}
  }

  /**
   * Waits for what the policy has run out of, as long as the policy says and no longer than this.
   *
   * @param circuit of the dependency under this policy; null when the policy has no breaker
   * @param patience how long the request can wait at most
   */
  Entry enter(String dependency, @Nullable Circuit circuit, Duration patience)
      throws InterruptedException {
    if (circuit != null && circuit.isOpen()) {
      return new Entry.SentAway(open(dependency, circuit.rest()));
    }
    var full = place(patience);
    if (full != null) {
      return new Entry.SentAway(full);
    }
    var pass = new Pass(dependency, circuit);
    try {
      var spent = pass.start(patience);
      if (spent == null) {
        return new Entry.Entered(pass);
      }
      pass.leave();
      return new Entry.SentAway(spent);
    } catch (InterruptedException e) {
      pass.leave();
      throw e;
    }
  }

  private @Nullable Unavailable place(Duration patience) throws InterruptedException {
    if (places == null || places.takesAtOnce()) {
      return null;
    }
    var wait = shorter(places.waitMax(), patience);
    var got = wait.isPositive() && waits(() -> places.takes(wait));
    return got ? null : sentAway(Limit.BULKHEAD, "has no free place", places.turn());
  }

  @FunctionalInterface
  private interface Waiting {
    boolean ends() throws InterruptedException;
  }

  /** Whether it came to a good end; false too when so many wait already that it cannot. */
  private boolean waits(Waiting wait) throws InterruptedException {
    if (!waiting.tryAcquire()) {
      return false;
    }
    try {
      return wait.ends();
    } finally {
      waiting.release();
    }
  }

  private Unavailable sentAway(Limit limit, String why, Duration pause) {
    shed.accept(limit);
    return new Unavailable(
        Kind.COMMUNICATION.error(SPENT, "the policy '" + policy.name() + "' " + why), pause);
  }

  private Unavailable open(String dependency, Duration pause) {
    shed.accept(Limit.CIRCUIT_BREAKER);
    return new Unavailable(
        Kind.COMMUNICATION.error(
            OPEN,
            "the policy '%s' has its circuit of '%s' open".formatted(policy.name(), dependency)),
        pause);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** What a request holds of the policy, from when it may go on until it has ended. */
  final class Pass {
    private final String dependency;
    private final @Nullable Circuit circuit;
    private Instant startsAt = Instant.EPOCH;

    private Pass(String dependency, @Nullable Circuit circuit) {
      this.dependency = dependency;
      this.circuit = circuit;
    }

    private @Nullable Unavailable start(Duration patience) throws InterruptedException {
      if (rate == null) {
        return null;
      }
      var at = rate.reserve(Duration.ZERO);
      var wait = shorter(rate.waitMax(), patience);
      if (at == null && wait.isPositive() && waits(() -> isReserved(wait))) {
        return null;
      }
      startsAt = at == null ? startsAt : at;
      return at == null ? sentAway(Limit.RATE_LIMIT, "has no start left", rate.turn()) : null;
    }

    private boolean isReserved(Duration wait) throws InterruptedException {
      var at = rate == null ? null : rate.reserve(wait);
      if (at == null) {
        return false;
      }
      startsAt = at;
      Thread.sleep(Duration.between(clock.instant(), at));
      return true;
    }

    /**
     * Once the stage has a place: whether the turn still holds, or there is another at once.
     *
     * @return what the request is answered otherwise
     */
    @Nullable Unavailable confirm() {
      var now = clock.instant();
      if (rate == null || !now.isAfter(startsAt.plus(LATENESS_MAX))) {
        return null;
      }
      return rate.reserve(Duration.ZERO) == null
          ? sentAway(Limit.RATE_LIMIT, "has no start left", rate.turn())
          : null;
    }

    /** Its circuit, for this dependency; null when the policy has none. */
    @Nullable Circuit circuit() {
      return circuit;
    }

    Unavailable circuitOpen(Duration pause) {
      return open(dependency, pause);
    }

    /** The work has taken so long. */
    void learn(Duration took) {
      if (places != null) {
        places.learn(took);
      }
    }

    /** Gives back what it holds; once. */
    void leave() {
      if (places != null) {
        places.leave();
      }
    }
  }
}
