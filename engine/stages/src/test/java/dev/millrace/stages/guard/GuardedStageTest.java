package dev.millrace.stages.guard;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage.Outcome;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.guard.GuardedStage.Outcome.Expired;
import dev.millrace.stages.guard.GuardedStage.Outcome.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GuardedStageTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final StageRequest REQUEST = request("shop", "charge", json("{'sum': 5}"));
  private static final StageAnswer DONE = new Completed(json("'done'"));
  private static final StageAnswer DOWN =
      new Unavailable(Kind.COMMUNICATION.error(503, "down"), Duration.ZERO);

  private final SteppedClock clock = new SteppedClock(NOW);

  @Test
  void the_functions_answer_is_the_stages_answer() throws Exception {
    assertThat(answer(stage(r -> new Completed(r.arguments()))))
        .isEqualTo(new Completed(json("{'sum': 5}")));
  }

  @Test
  void a_function_past_its_time_is_interrupted_and_unknown() throws Exception {
    var interrupted = new CountDownLatch(1);
    var stage =
        stage(_ -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
          return DONE;
        });
    assertThat(error(answer(stage)))
        .isEqualTo(Kind.TIMEOUT.error("'charge' gave no answer within PT0.2S"));
    interrupted.await();
  }

  @Test
  void a_deadline_nearer_than_the_timeout_ends_the_attempt() throws Exception {
    var stage = stage(_ -> awaitFor(new CountDownLatch(1)));
    var soon = request("shop", "charge", json("{}"), "order-1", NOW.plusMillis(20));
    assertThat(error(((Answered) stage.execute(soon, () -> true)).answer()).detail())
        .isEqualTo("'charge' gave no answer within PT0.02S");
  }

  @Test
  void a_request_past_its_deadline_is_not_executed() throws Exception {
    var calls = new AtomicInteger();
    var late = request("shop", "charge", json("{}"), "order-1", NOW);
    assertThat(stage(_ -> counted(calls)).execute(late, () -> true)).isEqualTo(new Expired());
    assertThat(calls).hasValue(0);
  }

  @Test
  void a_request_that_is_not_wanted_any_more_is_not_executed() throws Exception {
    var calls = new AtomicInteger();
    assertThat(stage(_ -> counted(calls)).execute(REQUEST, () -> false)).isEqualTo(new Withdrawn());
    assertThat(calls).hasValue(0);
  }

  @Test
  void arguments_that_break_the_contract_never_reach_the_function() throws Exception {
    var calls = new AtomicInteger();
    var contract =
        FunctionContract.parse(
            "{doc: x, input: {required: [card], properties: {sum: {minimum: 9}}}, output: {}}");
    var spec =
        new StageSpec(
                new StageName("shop"), StagePolicy.DEFAULT, Map.of("charge", _ -> counted(calls)))
            .withContracts(Map.of("charge", contract));
    var answer = ((Answered) new GuardedStage(spec).execute(REQUEST, () -> true)).answer();
    var error = ((Refused) answer).error();
    assertThat(error.type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(error.status()).isEqualTo(400);
    assertThat(error.detail()).startsWith("arguments of 'charge'").contains("/sum", "card");
    assertThat(calls).hasValue(0);
  }

  @Test
  void an_unknown_function_is_refused_with_the_names_there_are() throws Exception {
    var stage = stage(_ -> DONE);
    assertThat(
            ((Answered) stage.execute(request("shop", "chrage", json("{}")), () -> true)).answer())
        .isEqualTo(
            new Refused(
                Kind.CONFIGURATION.error(
                    "stage 'shop' has no function 'chrage', it has [charge]")));
  }

  @Test
  @SuppressWarnings("NullAway") // a function in another JVM language may do this
  void no_answer_is_refused() throws Exception {
    assertThat(answer(stage(_ -> null)))
        .isEqualTo(new Refused(Kind.RUNTIME.error("'charge' gave no answer")));
  }

  @Test
  void an_escaped_exception_is_unknown_and_shows_no_secret() throws Exception {
    var stage =
        stage(_ -> {
          throw new IllegalStateException(
              "GET https://me:hunter2@shop/ failed\n\twith password=hunter2&x=1, "
                  + "Authorization: Bearer abc.def, \"api_key\": \"k-1\"");
        });
    assertThat(error(answer(stage)).detail())
        .isEqualTo(
            "IllegalStateException: GET https://***@shop/ failed with password=***&x=1, "
                + "Authorization: Bearer ***, \"api_key\": \"***\"");
  }

  @Test
  void an_error_of_the_machine_is_unknown_too() throws Exception {
    var stage =
        stage(_ -> {
          throw new StackOverflowError();
        });
    assertThat(answer(stage)).isEqualTo(new Unknown(Kind.RUNTIME.error("StackOverflowError")));
  }

  @Test
  void a_long_message_is_cut() throws Exception {
    var stage =
        stage(_ -> {
          throw new IllegalStateException("x".repeat(10_000));
        });
    assertThat(error(answer(stage)).detail())
        .hasSize("IllegalStateException: ".length() + GuardedStage.MESSAGE_LENGTH_MAX + 1);
  }

  @Test
  void no_more_attempts_run_at_once_than_the_policy_allows() throws Exception {
    var open = new CountDownLatch(1);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var stage =
        new GuardedStage(
            spec(
                policy(Duration.ofMinutes(1), 3),
                _ -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  open.await();
                  running.decrementAndGet();
                  return DONE;
                }));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        callers.submit(() -> answer(stage));
      }
      await().untilAtomic(running, org.hamcrest.Matchers.is(3));
      open.countDown();
    }
    assertThat(most).hasValue(3);
  }

  @Test
  void an_attempt_that_ignores_its_interrupt_keeps_its_place() throws Exception {
    var end = new CountDownLatch(1);
    var calls = new AtomicInteger();
    var stage =
        new GuardedStage(
            spec(
                policy(Duration.ofMillis(20), 1),
                _ -> calls.incrementAndGet() == 1 ? awaitStubbornly(end) : DONE));
    assertThat(answer(stage)).isInstanceOf(Unknown.class);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var second = CompletableFuture.supplyAsync(() -> quietly(stage), callers);
      assertThat(calls).hasValue(1);
      end.countDown();
      assertThat(second.get()).isEqualTo(DONE);
    }
  }

  @Test
  void failures_open_the_circuit_which_says_when_to_come_back() throws Exception {
    var calls = new AtomicInteger();
    var stage =
        stage(_ -> {
          calls.incrementAndGet();
          return DOWN;
        });
    answers(stage, Circuit.ANSWERS_MIN);
    clock.pass(Duration.ofSeconds(4));

    assertThat(answer(stage))
        .isEqualTo(
            new Unavailable(
                Kind.COMMUNICATION.error(503, "the circuit of 'charge' is open"),
                Duration.ofSeconds(6)));
    assertThat(calls).hasValue(Circuit.ANSWERS_MIN);
  }

  @Test
  void refusals_do_not_open_the_circuit() throws Exception {
    StageAnswer refused = new Refused(Kind.COMMUNICATION.error(404, "no such order"));
    var stage = stage(_ -> refused);
    answers(stage, 3 * Circuit.ANSWERS_MIN);
    assertThat(answer(stage)).isEqualTo(refused);
  }

  @Test
  void the_circuit_closes_when_the_dependency_is_back() throws Exception {
    var down = new AtomicInteger(Circuit.ANSWERS_MIN);
    var stage = stage(_ -> down.getAndDecrement() > 0 ? DOWN : DONE);
    answers(stage, Circuit.ANSWERS_MIN);
    assertThat(answer(stage)).isInstanceOf(Unavailable.class);

    clock.pass(Duration.ofSeconds(11));
    for (int i = 0; i < 20; i++) {
      assertThat(answer(stage)).isEqualTo(DONE);
    }
  }

  @Test
  void a_dependency_that_is_down_does_not_stop_the_others() throws Exception {
    var stage =
        stage(
            new StageFunction() {
              @Override
              public StageAnswer execute(StageRequest request) {
                return dependency(request).equals("down.example") ? DOWN : DONE;
              }

              @Override
              public String dependency(StageRequest request) {
                return request.arguments().path("host").asText();
              }
            });
    var down = request("shop", "charge", json("{'host': 'down.example'}"));
    for (int i = 0; i < 2 * Circuit.ANSWERS_MIN; i++) {
      stage.execute(down, () -> true);
    }
    assertThat(answer(stage)).isEqualTo(DONE);
  }

  @Test
  void a_function_that_cannot_say_what_it_depends_on_runs_all_the_same() throws Exception {
    var stage =
        stage(
            new StageFunction() {
              @Override
              public StageAnswer execute(StageRequest request) {
                return DONE;
              }

              @Override
              public String dependency(StageRequest request) {
                throw new IllegalStateException("no idea");
              }
            });
    assertThat(answer(stage)).isEqualTo(DONE);
  }

  private GuardedStage stage(StageFunction function) {
    return new GuardedStage(
        spec(policy(Duration.ofMillis(200), 8), function), clock, CallPolicy.WAIT_MAX);
  }

  private static StagePolicy policy(Duration timeout, int concurrencyMax) {
    return new StagePolicy(timeout, concurrencyMax, 50, 20, Duration.ofSeconds(10));
  }

  private static StageSpec spec(StagePolicy policy, StageFunction function) {
    return new StageSpec(new StageName("shop"), policy, Map.of("charge", function));
  }

  private static void answers(GuardedStage stage, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      answer(stage);
    }
  }

  private static StageAnswer answer(GuardedStage stage) throws InterruptedException {
    Outcome outcome = stage.execute(REQUEST, () -> true);
    return ((Answered) outcome).answer();
  }

  private static StageAnswer quietly(GuardedStage stage) {
    try {
      return answer(stage);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static WorkflowError error(StageAnswer answer) {
    return ((Unknown) answer).error();
  }

  private static StageAnswer counted(AtomicInteger calls) {
    calls.incrementAndGet();
    return DONE;
  }

  private static StageAnswer awaitFor(CountDownLatch latch) throws InterruptedException {
    latch.await();
    return DONE;
  }

  private static StageAnswer awaitStubbornly(CountDownLatch latch) {
    while (true) {
      try {
        return awaitFor(latch);
      } catch (InterruptedException _) {
        // the point of the test
      }
    }
  }
}
