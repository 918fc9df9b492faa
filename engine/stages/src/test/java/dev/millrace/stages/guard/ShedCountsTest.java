package dev.millrace.stages.guard;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.Bulkhead;
import dev.millrace.core.stage.CallPolicy.CircuitBreaker;
import dev.millrace.core.stage.CallPolicy.RateLimit;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.ShedCounts.Limit;
import dev.millrace.stages.guard.ShedCounts.Shedding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a policy sends away is counted, by the limit that had nothing left. */
final class ShedCountsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final StageAnswer DONE = new Completed(NullNode.instance);
  private static final StageAnswer DOWN =
      new Unavailable(Kind.COMMUNICATION.error(503, "down"), Duration.ZERO);

  private static GuardedStage stage(StageFunction function) {
    return new GuardedStage(
        StageSpec.of("charge", function), new SteppedClock(Instant.EPOCH), Duration.ZERO);
  }

  private static CallPolicy policy(
      @Nullable CircuitBreaker circuit, @Nullable Bulkhead bulkhead, @Nullable RateLimit rate) {
    return new CallPolicy("shop/order", "payments", circuit, bulkhead, rate);
  }

  private static void ask(GuardedStage stage, CallPolicy policy, int times) throws Exception {
    var request = request("charge", "charge", json("{}")).withPolicy(policy);
    for (var i = 0; i < times; i++) {
      stage.execute(request, () -> true);
    }
  }

  private static Shedding shedding(Limit limit) {
    return new Shedding("shop/order", "payments", limit);
  }

  @Test
  void by_a_rate_limit() throws Exception {
    var stage = stage(_ -> DONE);
    ask(stage, policy(null, null, new RateLimit(2, LONG, Duration.ZERO)), 5);
    assertThat(stage.shed().counts()).isEqualTo(Map.of(shedding(Limit.RATE_LIMIT), 3L));
  }

  @Test
  void by_an_open_circuit() throws Exception {
    var stage = stage(_ -> DOWN);
    ask(stage, policy(new CircuitBreaker(50, 4, LONG), null, null), 10);
    assertThat(stage.shed().counts()).isEqualTo(Map.of(shedding(Limit.CIRCUIT_BREAKER), 6L));
  }

  @Test
  void by_a_bulkhead() throws Exception {
    var open = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    var stage =
        stage(_ -> {
          begun.countDown();
          open.await();
          return DONE;
        });
    var policy = policy(null, new Bulkhead(1, Duration.ZERO), null);
    var first =
        Thread.ofVirtual()
            .start(() -> {
              try {
                ask(stage, policy, 1);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    begun.await();
    ask(stage, policy, 2);
    open.countDown();
    first.join();
    assertThat(stage.shed().counts()).isEqualTo(Map.of(shedding(Limit.BULKHEAD), 2L));
  }

  /** The stage's own circuit is no policy's. */
  @Test
  void what_no_policy_sends_away_is_not_counted() throws Exception {
    var stage = stage(_ -> DOWN);
    ask(stage, policy(null, new Bulkhead(1, Duration.ZERO), null), 200);
    assertThat(stage.shed().counts()).isEmpty();
  }

  @Test
  void whoever_listens_is_told_of_each_kind_once_and_many_policies_are_counted_together() {
    var counts = new ShedCounts();
    List<Shedding> told = new ArrayList<>();
    counts.onFirst(told::add);
    for (var i = 0; i < ShedCounts.POLICIES_MAX + 5; i++) {
      var policy = new CallPolicy("shop/w" + i, "p", null, new Bulkhead(1, LONG), null);
      counts.count(policy, Limit.BULKHEAD);
    }
    var others = new Shedding(ShedCounts.OTHERS, ShedCounts.OTHERS, Limit.BULKHEAD);
    assertThat(counts.count(others)).isEqualTo(5);
    assertThat(told).hasSize(ShedCounts.POLICIES_MAX + 1).doesNotHaveDuplicates().contains(others);
  }
}
