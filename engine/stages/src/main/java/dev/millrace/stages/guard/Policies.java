package dev.millrace.stages.guard;

import dev.millrace.core.stage.CallPolicy;
import dev.millrace.stages.guard.PolicyGuard.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The policies whose calls have come to one stage of this process. Nothing is known of them before;
 * what is forgotten begins anew with all its places and starts. Thread-safe.
 */
final class Policies {

  /** Policies remembered per stage and process. */
  static final int POLICIES_MAX = 256;

  /** Circuits of all of them. */
  static final int CIRCUITS_MAX = 1_000;

  /**
   * Requests of a stage that wait for their policies at a time; the others are sent away at once.
   * Fewer than a worker has in hand, so that work without a policy, or with another, gets past.
   */
  static final int WAITING_MAX = 100;

  private final InstantSource clock;
  private final Duration patience;
  private final Semaphore waiting = new Semaphore(WAITING_MAX);
  private final Recent<CallPolicy, PolicyGuard> guards = new Recent<>(POLICIES_MAX);
  private final Recent<Dependency, Circuit> circuits = new Recent<>(CIRCUITS_MAX);

  private final ShedCounts shed = new ShedCounts();

  private record Dependency(CallPolicy policy, String name) {}

  /**
   * @param patience how long any request waits at most, whatever its policy says
   */
  Policies(InstantSource clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * @param timeLeft until nobody waits for the answer
   */
  Entry enter(@Nullable CallPolicy policy, String dependency, Duration timeLeft)
      throws InterruptedException {
    if (policy == null) {
      return Entry.Entered.FREELY;
    }
    return guards
        .of(policy, it -> new PolicyGuard(it, waiting, clock, limit -> shed.count(it, limit)))
        .enter(
            dependency,
            circuit(policy, dependency),
            timeLeft.compareTo(patience) < 0 ? timeLeft : patience);
  }

  ShedCounts shed() {
    return shed;
  }

  private @Nullable Circuit circuit(CallPolicy policy, String dependency) {
    var bounds = policy.circuitBreaker();
    return bounds == null
        ? null
        : circuits.of(
            new Dependency(policy, dependency),
            it ->
                new Circuit(
                    policy.workflow() + "/" + policy.name() + "/" + it.name(), bounds, clock));
  }
}
