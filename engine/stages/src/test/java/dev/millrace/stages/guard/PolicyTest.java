package dev.millrace.stages.guard;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.Bulkhead;
import dev.millrace.core.stage.CallPolicy.CircuitBreaker;
import dev.millrace.core.stage.CallPolicy.RateLimit;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.guard.GuardedStage.Outcome.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a definition's policy adds to the bounds of a stage. */
final class PolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final StageAnswer DONE = new Completed(json("'done'"));
  private static final StageAnswer DOWN =
      new Unavailable(Kind.COMMUNICATION.error(503, "down"), Duration.ZERO);
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final SteppedClock clock = new SteppedClock(NOW);
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch open = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    open.countDown();
    callers.close();
  }

  // Circuit breaker.

  @Test
  void a_stricter_breaker_opens_before_that_of_the_stage() throws Exception {
    var stage = stage(_ -> counted(DOWN));
    var strict = breaker(2, Duration.ofSeconds(30));
    answers(stage, strict, 2);
    clock.pass(Duration.ofSeconds(10));

    assertThat(answer(stage, strict))
        .isEqualTo(
            new Unavailable(
                Kind.COMMUNICATION.error(503, "the policy 'p' has its circuit of 'charge' open"),
                Duration.ofSeconds(20)));
    assertThat(calls).hasValue(2);
  }

  @Test
  void an_open_breaker_says_nothing_of_calls_without_it() throws Exception {
    var stage = stage(_ -> counted(DOWN));
    answers(stage, breaker(2, LONG), 3);
    assertThat(answer(stage, null)).isEqualTo(DOWN);
    assertThat(answer(stage, breaker("another", 2))).isEqualTo(DOWN);
    assertThat(calls).hasValue(4);
  }

  @Test
  void a_laxer_breaker_does_not_keep_that_of_the_stage_closed() throws Exception {
    var stage = stage(_ -> counted(DOWN));
    var lax = breaker(CallPolicy.WINDOW_MAX, LONG);
    answers(stage, lax, Circuit.ANSWERS_MIN);
    assertThat(unavailable(answer(stage, null)).error().detail())
        .isEqualTo("the circuit of 'charge' is open");
  }

  @Test
  void a_breaker_of_one_dependency_lets_calls_of_another_through() throws Exception {
    var stage = stage(ofHost(request -> host(request).equals("down") ? DOWN : DONE));
    var policy = breaker(2, LONG);
    for (int i = 0; i < 3; i++) {
      run(stage, policy, "{'host': 'down'}");
    }
    assertThat(run(stage, policy, "{'host': 'down'}")).isInstanceOf(Unavailable.class);
    assertThat(run(stage, policy, "{'host': 'up'}")).isEqualTo(DONE);
  }

  @Test
  void what_is_sent_away_opens_no_circuit() throws Exception {
    var stage = stage(_ -> counted(DONE));
    var policy =
        new CallPolicy(
            "w", "p", new CircuitBreaker(1, 1, LONG), null, new RateLimit(1, LONG, NO_WAIT));
    answers(stage, policy, 5);
    clock.pass(LONG);
    assertThat(answer(stage, policy)).isEqualTo(DONE);
    for (int i = 0; i < 3 * Circuit.ANSWERS_MIN; i++) {
      assertThat(answer(stage, null)).isEqualTo(DONE);
    }
  }

  @Test
  void a_breaker_closes_when_what_is_called_is_back() throws Exception {
    var stage = stage(_ -> calls.incrementAndGet() <= 2 ? DOWN : DONE);
    var policy = breaker(2, Duration.ofSeconds(30));
    answers(stage, policy, 3);
    clock.pass(Duration.ofSeconds(31));
    for (int i = 0; i < 10; i++) {
      assertThat(answer(stage, policy)).isEqualTo(DONE);
    }
  }

  // Bulkhead.

  @Test
  void one_more_than_the_bulkhead_has_places_is_sent_away() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(2, NO_WAIT);
    var first = background(stage, policy, 2);

    var away = unavailable(answer(stage, policy));
    assertThat(away.error())
        .isEqualTo(Kind.COMMUNICATION.error(429, "the policy 'p' has no free place"));
    assertThat(away.retryAfter()).isEqualTo(Places.PAUSE_MIN);
    assertThat(calls).hasValue(2);
    open.countDown();
    assertThat(ended(first)).containsExactly(DONE, DONE);
    assertThat(answer(stage, policy)).isEqualTo(DONE);
  }

  @Test
  void a_place_is_waited_for_as_long_as_the_policy_says() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(1, LONG);
    var first = background(stage, policy, 1);
    var second = new Waiting(stage, policy);
    second.awaitWaiting();
    open.countDown();
    assertThat(ended(first)).containsExactly(DONE);
    assertThat(second.answer()).isEqualTo(DONE);
  }

  @Test
  void a_place_that_is_not_free_in_time_is_not_waited_for_any_longer() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(1, Duration.ofMillis(20));
    background(stage, policy, 1);
    assertThat(answer(stage, policy)).isInstanceOf(Unavailable.class);
  }

  @Test
  void nobody_waits_longer_than_its_answer_is_wanted() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(1, LONG);
    background(stage, policy, 1);
    var soon =
        request("shop", "charge", json("{}"), "order-1", NOW.plusMillis(20)).withPolicy(policy);
    assertThat(((Answered) stage.execute(soon, () -> true)).answer())
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void where_time_stands_still_nobody_waits() throws Exception {
    var stage = new GuardedStage(spec(policy(), _ -> held()), clock, Duration.ZERO);
    background(stage, bulkhead(1, LONG), 1);
    assertThat(answer(stage, bulkhead(1, LONG))).isInstanceOf(Unavailable.class);
  }

  @Test
  void only_so_many_wait_and_other_work_gets_past_them() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(1, LONG);
    background(stage, policy, 1);
    var waiting = new ArrayList<Waiting>();
    for (int i = 0; i < Policies.WAITING_MAX; i++) {
      waiting.add(new Waiting(stage, policy));
    }
    waiting.forEach(Waiting::awaitWaiting);
    assertThat(answer(stage, policy)).isInstanceOf(Unavailable.class);

    background(stage, null, 1);
    open.countDown();
    for (var each : waiting) {
      assertThat(each.answer()).isEqualTo(DONE);
    }
  }

  @Test
  void an_attempt_that_ignores_its_interrupt_keeps_its_place_of_the_bulkhead() throws Exception {
    var stage =
        new GuardedStage(
            spec(
                new StagePolicy(Duration.ofMillis(20), 8, 50, 20, LONG),
                _ -> {
                  calls.incrementAndGet();
                  while (open.getCount() > 0) {
                    try {
                      open.await();
                    } catch (InterruptedException _) {
                      // the point of the test
                    }
                  }
                  return DONE;
                }),
            clock,
            LONG);
    var policy = bulkhead(1, NO_WAIT);
    assertThat(answer(stage, policy)).isInstanceOf(StageAnswer.Unknown.class);
    assertThat(answer(stage, policy)).isInstanceOf(Unavailable.class);
    assertThat(calls).hasValue(1);
    open.countDown();
    await().until(() -> answer(stage, policy).equals(DONE));
  }

  @Test
  void a_place_is_given_back_by_what_never_ran() throws Exception {
    var stage = stage(_ -> counted(DONE));
    var policy = bulkhead(1, NO_WAIT);
    var request = request("shop", "charge", json("{}")).withPolicy(policy);
    for (int i = 0; i < 3; i++) {
      assertThat(stage.execute(request, () -> false)).isEqualTo(new Withdrawn());
    }
    var late = request("shop", "charge", json("{}"), "order-1", NOW).withPolicy(policy);
    assertThat(stage.execute(late, () -> true)).isEqualTo(new GuardedStage.Outcome.Expired());
    run(stage, policy, "chrage", "{}");
    assertThat(answer(stage, policy)).isEqualTo(DONE);
  }

  @Test
  void what_is_sent_away_and_not_wanted_any_more_is_withdrawn() throws Exception {
    var stage = stage(_ -> held());
    var policy = bulkhead(1, NO_WAIT);
    background(stage, policy, 1);
    var request = request("shop", "charge", json("{}")).withPolicy(policy);
    assertThat(stage.execute(request, () -> false)).isEqualTo(new Withdrawn());
  }

  @Test
  void those_sent_away_are_told_turns_one_after_the_other() {
    var places = new Places(new Bulkhead(2, NO_WAIT), clock);
    places.learn(Duration.ofSeconds(10));
    assertThat(List.of(places.turn(), places.turn(), places.turn()))
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(6), Duration.ofSeconds(11));
    clock.pass(LONG);
    assertThat(places.turn()).isEqualTo(Duration.ofSeconds(1));
  }

  // Rate limit.

  @Test
  void no_more_begin_in_any_span_of_time_than_are_permitted() throws Exception {
    var stage = stage(_ -> counted(DONE));
    var policy = rate(3, Duration.ofSeconds(10), NO_WAIT);
    var begun = new ArrayList<Instant>();
    for (int i = 0; i < 400; i++) {
      if (answer(stage, policy).equals(DONE)) {
        begun.add(clock.instant());
      }
      clock.pass(Duration.ofMillis(170 + 13 * (i % 7)));
    }
    assertThat(begun).hasSizeGreaterThan(20);
    for (int i = 3; i < begun.size(); i++) {
      assertThat(Duration.between(begun.get(i - 3), begun.get(i)))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }
  }

  @Test
  void one_beyond_the_rate_is_told_when_its_turn_would_be() throws Exception {
    var stage = stage(_ -> counted(DONE));
    var policy = rate(2, Duration.ofSeconds(10), NO_WAIT);
    answers(stage, policy, 2);
    clock.pass(Duration.ofSeconds(4));
    var away = unavailable(answer(stage, policy));
    assertThat(away.error())
        .isEqualTo(Kind.COMMUNICATION.error(429, "the policy 'p' has no start left"));
    assertThat(away.retryAfter()).isEqualTo(Duration.ofSeconds(6));
    assertThat(unavailable(answer(stage, policy)).retryAfter()).isEqualTo(Duration.ofSeconds(11));
    assertThat(calls).hasValue(2);
    clock.pass(Duration.ofSeconds(6));
    assertThat(answer(stage, policy)).isEqualTo(DONE);
  }

  @Test
  void all_dependencies_of_a_policy_share_its_rate_and_policies_do_not() throws Exception {
    var stage = stage(ofHost(_ -> DONE));
    var policy = rate(2, LONG, NO_WAIT);
    run(stage, policy, "{'host': 'a'}");
    run(stage, policy, "{'host': 'b'}");
    assertThat(run(stage, policy, "{'host': 'c'}")).isInstanceOf(Unavailable.class);
    var another = new CallPolicy("w", "q", null, null, policy.rateLimit());
    assertThat(run(stage, another, "{'host': 'c'}")).isEqualTo(DONE);
    var elsewhere = new CallPolicy("v", "p", null, null, policy.rateLimit());
    assertThat(run(stage, elsewhere, "{'host': 'c'}")).isEqualTo(DONE);
    var changed = rate(5, LONG, NO_WAIT);
    assertThat(run(stage, changed, "{'host': 'c'}")).isEqualTo(DONE);
  }

  @Test
  void a_turn_is_waited_for_without_a_place_of_the_stage() throws Exception {
    var stage =
        new GuardedStage(
            spec(new StagePolicy(LONG, 1, 50, 20, LONG), _ -> counted(DONE)), clock, LONG);
    var policy = rate(1, Duration.ofSeconds(1), LONG);
    assertThat(answer(stage, policy)).isEqualTo(DONE);
    var second = new Waiting(stage, policy);
    second.awaitWaiting();
    assertThat(answer(stage, null)).isEqualTo(DONE);
    assertThat(calls).hasValue(2);
    assertThat(second.answer()).isEqualTo(DONE);
  }

  @Test
  void turns_are_reserved_in_order_and_only_within_the_wait() {
    var rate = new Rate(new RateLimit(2, Duration.ofSeconds(10), LONG), clock);
    assertThat(rate.reserve(NO_WAIT)).isEqualTo(NOW);
    assertThat(rate.reserve(NO_WAIT)).isEqualTo(NOW);
    assertThat(rate.reserve(Duration.ofSeconds(9))).isNull();
    assertThat(rate.reserve(Duration.ofSeconds(10))).isEqualTo(NOW.plusSeconds(10));
    assertThat(rate.reserve(LONG)).isEqualTo(NOW.plusSeconds(10));
    assertThat(rate.reserve(LONG)).isEqualTo(NOW.plusSeconds(20));
    clock.pass(Duration.ofSeconds(10));
    assertThat(rate.reserve(NO_WAIT)).isNull();
  }

  @Test
  void a_clock_that_was_set_back_stops_nobody() {
    var rate = new Rate(new RateLimit(1, Duration.ofSeconds(10), NO_WAIT), clock);
    assertThat(rate.reserve(NO_WAIT)).isEqualTo(NOW);
    clock.pass(Duration.ofHours(-1));
    assertThat(rate.reserve(NO_WAIT)).isEqualTo(NOW.minus(Duration.ofHours(1)));
    assertThat(rate.reserve(NO_WAIT)).isNull();
  }

  @Test
  void a_turn_that_comes_late_because_the_stage_is_full_is_counted_when_it_comes()
      throws Exception {
    var stage =
        new GuardedStage(spec(new StagePolicy(LONG, 1, 50, 20, LONG), _ -> held()), clock, LONG);
    var policy = rate(1, Duration.ofSeconds(10), NO_WAIT);
    background(stage, null, 1);
    var first = new Waiting(stage, policy);
    first.awaitWaiting();
    clock.pass(Duration.ofSeconds(9));
    open.countDown();
    assertThat(unavailable(first.answer()).error().status()).isEqualTo(429);
    clock.pass(Duration.ofSeconds(1));
    assertThat(answer(stage, policy)).isEqualTo(DONE);
  }

  @Test
  void nobody_is_told_to_wait_for_ever() {
    var line = new Line(clock);
    line.join(Duration.ZERO, Duration.ofDays(1));
    assertThat(line.join(Duration.ZERO, Duration.ofDays(1))).isEqualTo(Line.PAUSE_MAX);
  }

  @Test
  void what_is_forgotten_begins_anew() {
    var recent = new Recent<Integer, Object>(2);
    var first = recent.of(1, _ -> new Object());
    recent.of(2, _ -> new Object());
    assertThat(recent.of(1, _ -> new Object())).isSameAs(first);
    recent.of(3, _ -> new Object());
    assertThat(recent.of(1, _ -> new Object())).isSameAs(first);
    recent.of(4, _ -> new Object());
    recent.of(5, _ -> new Object());
    assertThat(recent.of(1, _ -> new Object())).isNotSameAs(first);
  }

  /** A caller of its own that has to wait. */
  private static final class Waiting {
    private final CompletableFuture<StageAnswer> answer = new CompletableFuture<>();
    private final Thread thread;

    Waiting(GuardedStage stage, CallPolicy policy) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  answer.complete(PolicyTest.answer(stage, policy));
                } catch (InterruptedException e) {
                  answer.completeExceptionally(e);
                }
              });
    }

    void awaitWaiting() {
      await()
          .until(() ->
              thread.getState() == Thread.State.TIMED_WAITING
                  || thread.getState() == Thread.State.WAITING);
    }

    StageAnswer answer() throws Exception {
      return answer.get();
    }
  }

  /** So many calls that are under way when this returns. */
  private List<Future<StageAnswer>> background(
      GuardedStage stage, @Nullable CallPolicy policy, int count) {
    var before = calls.get();
    var answers = new ArrayList<Future<StageAnswer>>();
    for (int i = 0; i < count; i++) {
      Callable<StageAnswer> call = () -> answer(stage, policy);
      answers.add(callers.submit(call));
    }
    await().until(() -> calls.get() == before + count);
    return answers;
  }

  private static List<StageAnswer> ended(List<Future<StageAnswer>> answers) throws Exception {
    var ended = new ArrayList<StageAnswer>();
    for (var each : answers) {
      ended.add(each.get());
    }
    return ended;
  }

  private StageAnswer held() throws InterruptedException {
    calls.incrementAndGet();
    open.await();
    return DONE;
  }

  private StageAnswer counted(StageAnswer answer) {
    calls.incrementAndGet();
    return answer;
  }

  private GuardedStage stage(StageFunction function) {
    return new GuardedStage(spec(policy(), function), clock, LONG);
  }

  private static StagePolicy policy() {
    return new StagePolicy(LONG, 200, 50, 50, Duration.ofSeconds(10));
  }

  private static StageSpec spec(StagePolicy policy, StageFunction function) {
    return new StageSpec(new StageName("shop"), policy, Map.of("charge", function));
  }

  private static StageFunction ofHost(StageFunction function) {
    return new StageFunction() {
      @Override
      public StageAnswer execute(StageRequest request) throws Exception {
        return function.execute(request);
      }

      @Override
      public String dependency(StageRequest request) {
        return host(request);
      }
    };
  }

  private static String host(StageRequest request) {
    return request.arguments().path("host").asText();
  }

  private static CallPolicy breaker(int window, Duration openFor) {
    return new CallPolicy("w", "p", new CircuitBreaker(50, window, openFor), null, null);
  }

  private static CallPolicy breaker(String name, int window) {
    return new CallPolicy("w", name, new CircuitBreaker(50, window, LONG), null, null);
  }

  private static CallPolicy bulkhead(int max, Duration maxWait) {
    return new CallPolicy("w", "p", null, new Bulkhead(max, maxWait), null);
  }

  private static CallPolicy rate(int permits, Duration per, Duration maxWait) {
    return new CallPolicy("w", "p", null, null, new RateLimit(permits, per, maxWait));
  }

  private static void answers(GuardedStage stage, CallPolicy policy, int count)
      throws InterruptedException {
    for (int i = 0; i < count; i++) {
      answer(stage, policy);
    }
  }

  private static StageAnswer answer(GuardedStage stage, @Nullable CallPolicy policy)
      throws InterruptedException {
    var request = request("shop", "charge", json("{}"));
    var within = policy == null ? request : request.withPolicy(policy);
    return ((Answered) stage.execute(within, () -> true)).answer();
  }

  private static StageAnswer run(GuardedStage stage, CallPolicy policy, String arguments)
      throws InterruptedException {
    return run(stage, policy, "charge", arguments);
  }

  private static StageAnswer run(
      GuardedStage stage, CallPolicy policy, String function, String arguments)
      throws InterruptedException {
    var request = request("shop", function, json(arguments)).withPolicy(policy);
    return ((Answered) stage.execute(request, () -> true)).answer();
  }

  private static Unavailable unavailable(StageAnswer answer) {
    return (Unavailable) answer;
  }
}
