package dev.millrace.stages.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.CircuitBreaker;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.PolicyGuard.Entry;
import dev.millrace.stages.guard.PolicyGuard.Pass;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to run a stage's functions: the definition's policy if the request has one, then the
 * stage's own bulkhead, deadline, circuit breaker and timeout, and an answer whatever happens.
 * There is no second way, so no function can run without its bounds; a policy can only make them
 * stricter.
 *
 * <p>Thread-safe; callers block, so they are virtual threads.
 */
public final class GuardedStage {

  /** Most characters of an escaped exception's message that an answer repeats. */
  public static final int MESSAGE_LENGTH_MAX = 200;

  private static final Logger LOG = LoggerFactory.getLogger(GuardedStage.class);

  /** Circuits of a stage remembered per process. */
  static final int CIRCUITS_MAX = 1_000;

  private final StageSpec spec;
  private final Recent<String, Circuit> circuits = new Recent<>(CIRCUITS_MAX);
  private final CircuitBreaker circuitBounds;
  private final Policies policies;
  private final InstantSource clock;

  /** Attempts under way. One that ignores its interrupt keeps its place until it really ends. */
  private final Semaphore places;

  public GuardedStage(StageSpec spec) {
    this(spec, InstantSource.system(), CallPolicy.WAIT_MAX);
  }

  /**
   * By another clock than the machine's.
   *
   * @param patience how long a request waits at most for what its policy has run out of, in the
   *     machine's time; zero where that clock stands still meanwhile
   */
  public GuardedStage(StageSpec spec, InstantSource clock, Duration patience) {
    this.spec = spec;
    this.clock = clock;
    this.policies = new Policies(clock, patience);
    this.places = new Semaphore(spec.policy().concurrencyMax(), true);
    this.circuitBounds =
        new CircuitBreaker(
            spec.policy().circuitFailureRatePct(),
            spec.policy().circuitWindow(),
            spec.policy().circuitOpenFor());
  }

  /** What policies have sent away. */
  public ShedCounts shed() {
    return policies.shed();
  }

  /** What became of a request. */
  public sealed interface Outcome {
    record Answered(StageAnswer answer) implements Outcome {}

    /** Its deadline passed before it began, so it was not executed and nobody waits for it. */
    record Expired() implements Outcome {}

    /** It was not wanted any more when its turn came, and was not executed. */
    record Withdrawn() implements Outcome {}
  }

  /** Asked when a request has its place, just before it runs. */
  @FunctionalInterface
  public interface Admission {
    boolean admits();
  }

  /**
   * Waits for a place, then runs the request's function within the stage's bounds. A request that
   * its policy sends away is answered without having had a place.
   *
   * @param admission whether the request is still wanted; not asked twice
   * @throws InterruptedException if the caller is interrupted; the function is then interrupted too
   *     and whether it happened is not known
   */
  public Outcome execute(StageRequest request, Admission admission) throws InterruptedException {
    return switch (policies.enter(
        request.policy(), dependency(request), timeLeft(request.deadline()))) {
      case Entry.SentAway(var answer) ->
          admission.admits() ? new Outcome.Answered(answer) : new Outcome.Withdrawn();
      case Entry.Entered(var pass) -> inPlace(request, admission, pass);
    };
  }

  private Outcome inPlace(StageRequest request, Admission admission, @Nullable Pass pass)
      throws InterruptedException {
    var place = place(pass);
    try {
      if (!admission.admits()) {
        return new Outcome.Withdrawn();
      }
      var timeout = timeLeft(request.deadline());
      return timeout.isPositive()
          ? new Outcome.Answered(confirmed(request, timeout, place))
          : new Outcome.Expired();
    } finally {
      place.leaveIfUnused();
    }
  }

  private Place place(@Nullable Pass pass) throws InterruptedException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      if (pass != null) {
        pass.leave();
      }
      throw e;
    }
    return new Place(pass);
  }

  private StageAnswer confirmed(StageRequest request, Duration timeout, Place place)
      throws InterruptedException {
    var late = place.pass == null ? null : place.pass.confirm();
    return late == null ? run(request, timeout, place) : late;
  }

  private Duration timeLeft(@Nullable Instant deadline) {
    var timeout = spec.policy().timeout();
    if (deadline == null) {
      return timeout;
    }
    var left = Duration.between(clock.instant(), deadline);
    return left.compareTo(timeout) < 0 ? left : timeout;
  }

  private StageAnswer run(StageRequest request, Duration timeout, Place place)
      throws InterruptedException {
    var function = spec.functions().get(request.function());
    if (function == null) {
      return new Refused(
          Kind.CONFIGURATION.error(
              "stage '%s' has no function '%s', it has %s"
                  .formatted(
                      spec.name(),
                      request.function(),
                      spec.functions().keySet().stream().sorted().toList())));
    }
    var refused = ContractCheck.refusal(spec.contracts().get(request.function()), request);
    return refused == null ? throughCircuit(request, function, timeout, place) : refused;
  }

  private StageAnswer throughCircuit(
      StageRequest request, StageFunction function, Duration timeout, Place place)
      throws InterruptedException {
    var dependency = dependency(request);
    var circuit =
        circuits.of(dependency, it -> new Circuit(spec.name() + "/" + it, circuitBounds, clock));
    if (!circuit.lets()) {
      return new Unavailable(
          Kind.COMMUNICATION.error(503, "the circuit of '" + dependency + "' is open"),
          circuit.rest());
    }
    var stricter = place.pass == null ? null : place.pass.circuit();
    if (place.pass != null && stricter != null && !stricter.lets()) {
      circuit.release();
      return place.pass.circuitOpen(stricter.rest());
    }
    var both = stricter == null ? List.of(circuit) : List.of(circuit, stricter);
    return recorded(both, request, function, timeout, place);
  }

  private StageAnswer recorded(
      List<Circuit> circuits,
      StageRequest request,
      StageFunction function,
      Duration timeout,
      Place place)
      throws InterruptedException {
    StageAnswer answer = null;
    var started = clock.instant();
    try {
      answer = attempt(request, function, timeout, place);
      return answer;
    } finally {
      var took = Duration.between(started, clock.instant());
      for (var circuit : circuits) {
        if (answer == null) {
          circuit.release();
        } else {
          circuit.record(answer, took);
        }
      }
    }
  }

  private String dependency(StageRequest request) {
    var function = spec.functions().get(request.function());
    try {
      return function == null ? request.function() : function.dependency(request);
    } catch (RuntimeException e) {
      LOG.warn("'{}' cannot say what it depends on", request.function(), e);
      return request.function();
    }
  }

  private StageAnswer attempt(
      StageRequest request, StageFunction function, Duration timeout, Place place)
      throws InterruptedException {
    var attempt = new FutureTask<@Nullable StageAnswer>(() -> function.execute(request));
    var thread = Thread.ofVirtual().name(request.function()).unstarted(place.heldBy(attempt));
    thread.start();
    try {
      var answer = attempt.get(timeout.toNanos(), NANOSECONDS);
      return answer != null
          ? answer
          : new Refused(Kind.RUNTIME.error("'" + request.function() + "' gave no answer"));
    } catch (TimeoutException _) {
      return new Unknown(
          Kind.TIMEOUT.error(
              "'%s' gave no answer within %s".formatted(request.function(), timeout)));
    } catch (ExecutionException e) {
      return escaped(request, e.getCause());
    } finally {
      attempt.cancel(true);
    }
  }

  private static Unknown escaped(StageRequest request, @Nullable Throwable failure) {
    LOG.error(
        "'{}' failed on {} of {}, attempt {}",
        request.function(),
        request.position(),
        request.instanceId(),
        request.attempt(),
        failure);
    return new Unknown(Kind.RUNTIME.error(Masked.message(failure)));
  }

  /**
   * A place of the bulkhead, and what the request holds of its policy; given back once: by the
   * attempt's thread if there is one.
   */
  private final class Place {
    private final @Nullable Pass pass;
    private boolean used;

    Place(@Nullable Pass pass) {
      this.pass = pass;
    }

    Runnable heldBy(Runnable work) {
      used = true;
      return () -> {
        var started = clock.instant();
        try {
          work.run();
        } finally {
          if (pass != null) {
            pass.learn(Duration.between(started, clock.instant()));
          }
          leave();
        }
      };
    }

    void leaveIfUnused() {
      if (!used) {
        leave();
      }
    }

    private void leave() {
      places.release();
      if (pass != null) {
        pass.leave();
      }
    }
  }
}
