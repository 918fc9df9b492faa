package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts requests under a policy through the very guard that a worker has, in the scenario's time.
 * That time stands still while a stage works, so nobody waits for a place or a turn: what would
 * wait is sent away at once. A request that is not answered keeps its place until it is answered or
 * its deadline is over.
 */
final class ScenarioGuards {

  /** What every request is called on its way through the guard, whatever its function. */
  private static final String FUNCTION = "work";

  /** In the machine's time; ends what a scenario has forgotten to end. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static final int PLACES = 1_000;

  private final Function<StageRequest, String> dependencies;
  private final Map<StageName, GuardedStage> guards = new HashMap<>();
  private final Map<StageRequest, Call> calls = new ConcurrentHashMap<>();
  private volatile Instant now = Instant.EPOCH;

  /**
   * @param dependencies what a request depends on
   */
  ScenarioGuards(Function<StageRequest, String> dependencies) {
    this.dependencies = dependencies;
  }

  /**
   * @param work what the stage says if the request reaches it; empty when it does not answer
   * @return empty for a stage that does not answer
   */
  Optional<StageAnswer> answer(
      StageRequest request, Instant now, Supplier<Optional<StageAnswer>> work) {
    this.now = now;
    endOverdue();
    var call = new Call(request, work);
    var within = within(request);
    calls.put(within, call);
    call.caller = Thread.ofVirtual().start(() -> call.run(guardOf(request.stage()), within));
    var answer = call.answer.join();
    if (answer.isPresent()) {
      calls.remove(within);
      call.awaitEnd();
    }
    return answer;
  }

  /** The request's stage has answered late, or will not any more. */
  void end(StageRequest request) {
    var call = calls.remove(within(request));
    if (call != null) {
      call.end.countDown();
      call.awaitEnd();
    }
  }

  private void endOverdue() {
    for (var call : List.copyOf(calls.values())) {
      var deadline = call.request.deadline();
      if (deadline != null && !deadline.isAfter(now)) {
        end(call.request);
      }
    }
  }

  void close() {
    List.copyOf(calls.values()).forEach(call -> end(call.request));
  }

  private synchronized GuardedStage guardOf(StageName stage) {
    return guards.computeIfAbsent(
        stage,
        name ->
            new GuardedStage(
                new StageSpec(
                    name,
                    new StagePolicy(
                        TIMEOUT,
                        PLACES,
                        StagePolicy.DEFAULT.circuitFailureRatePct(),
                        StagePolicy.DEFAULT.circuitWindow(),
                        StagePolicy.DEFAULT.circuitOpenFor()),
                    Map.of(FUNCTION, new Scripted())),
                () -> now,
                Duration.ZERO));
  }

  /** The deadline is in the scenario's time, and a guard waits for answers in the machine's. */
  private static StageRequest within(StageRequest request) {
    return new StageRequest(
        request.instanceId(),
        request.position(),
        request.stage(),
        FUNCTION,
        request.arguments(),
        request.attempt(),
        request.idempotencyKey(),
        null,
        request.secretPointers(),
        request.policy(),
        request.isAwaited(),
        request.definition());
  }

  private final class Scripted implements StageFunction {
    @Override
    public StageAnswer execute(StageRequest request) throws Exception {
      return callOf(request).work();
    }

    @Override
    public String dependency(StageRequest request) {
      return dependencies.apply(callOf(request).request);
    }

    private Call callOf(StageRequest request) {
      var call = calls.get(request);
      if (call == null) {
        throw new IllegalStateException("not under way: " + request);
      }
      return call;
    }
  }

  /** One request on its way: a caller, as a worker has one, and perhaps an attempt. */
  private static final class Call {
    private final StageRequest request;
    private final Supplier<Optional<StageAnswer>> work;
    private final CompletableFuture<Optional<StageAnswer>> answer = new CompletableFuture<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile @Nullable Thread caller;
    private volatile @Nullable Thread attempt;

    Call(StageRequest request, Supplier<Optional<StageAnswer>> work) {
      this.request = request;
      this.work = work;
    }

    void run(GuardedStage guard, StageRequest within) {
      try {
        var outcome = guard.execute(within, () -> true);
        answer.complete(
            outcome instanceof Answered(var given) ? Optional.of(given) : Optional.empty());
      } catch (Throwable e) {
        answer.completeExceptionally(e);
      }
    }

    StageAnswer work() throws InterruptedException {
      attempt = Thread.currentThread();
      var given = work.get();
      if (given.isPresent()) {
        return given.get();
      }
      answer.complete(Optional.empty());
      end.await();
      return new StageAnswer.Completed(NullNode.getInstance());
    }

    /** Until it has given back everything it held. */
    void awaitEnd() {
      try {
        join(caller);
        join(attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    private static void join(@Nullable Thread thread) throws InterruptedException {
      if (thread != null) {
        thread.join();
      }
    }
  }
}
