package dev.millrace.stages.worker;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.guard.GuardedStage.Outcome.Withdrawn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Work no task waits for: the worker asks again, as the engine would for a task that waits. */
class UnawaitedTest {
  private static final StageAnswer DONE = new Completed(json("{}"));
  private static final StageAnswer BUSY =
      new Unavailable(Kind.COMMUNICATION.error(503, "busy"), Duration.ZERO);
  private static final StageAnswer PERHAPS = new Unknown(Kind.TIMEOUT.error("no answer"));
  private static final StageRequest REQUEST = request("shop", "work", json("{}"));

  private final List<StageRequest> seen = new ArrayList<>();

  private Outcome outcome(StageFunction function, GuardedStage.Admission admission)
      throws InterruptedException {
    var policy = new StagePolicy(Duration.ofSeconds(5), 1, 100, 100, Duration.ofSeconds(1));
    var spec =
        new StageSpec(
            new StageName("shop"),
            policy,
            Map.of(
                "work",
                request -> {
                  seen.add(request);
                  return function.execute(request);
                }));
    return new Unawaited(new GuardedStage(spec), Duration.ofMillis(1)).execute(REQUEST, admission);
  }

  private StageAnswer answer(StageFunction function) throws InterruptedException {
    return ((Answered) outcome(function, () -> true)).answer();
  }

  @Test
  void what_is_done_is_done_once() throws Exception {
    assertThat(answer(_ -> DONE)).isEqualTo(DONE);
    assertThat(seen).hasSize(1);
  }

  @Test
  void what_is_refused_is_not_asked_again() throws Exception {
    assertThat(answer(_ -> new Refused(Kind.RUNTIME.error("no")))).isInstanceOf(Refused.class);
    assertThat(seen).hasSize(1);
  }

  @Test
  void what_was_not_done_or_perhaps_not_is_asked_again_under_the_same_key() throws Exception {
    assertThat(answer(request -> List.of(BUSY, PERHAPS, DONE).get(request.attempt() - 1)))
        .isEqualTo(DONE);
    assertThat(seen).extracting(StageRequest::attempt).containsExactly(1, 2, 3);
    assertThat(seen)
        .extracting(StageRequest::idempotencyKey)
        .containsOnly(REQUEST.idempotencyKey());
  }

  @Test
  void after_the_last_attempt_it_is_given_up() throws Exception {
    assertThat(answer(_ -> BUSY)).isEqualTo(BUSY);
    assertThat(seen).hasSize(Unawaited.ATTEMPTS_MAX);
  }

  @Test
  void it_ends_when_the_partition_is_somebody_elses() throws Exception {
    var isOurs = new AtomicBoolean(true);
    var outcome =
        outcome(
            _ -> {
              isOurs.set(false);
              return BUSY;
            },
            isOurs::get);
    assertThat(outcome).isInstanceOf(Withdrawn.class);
    assertThat(seen).hasSize(1);
  }
}
