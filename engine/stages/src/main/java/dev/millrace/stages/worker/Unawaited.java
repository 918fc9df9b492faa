package dev.millrace.stages.worker;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Admission;
import dev.millrace.stages.guard.GuardedStage.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work no task waits for. Nobody asks again when it was not done, so the worker does: up to {@link
 * #ATTEMPTS_MAX} times, all with the same key, while the request's record stays in hand. A worker
 * that dies leaves it to the next one.
 */
final class Unawaited {
  /** As often as the patience of some minutes allows. */
  static final int ATTEMPTS_MAX = 8;

  static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  static final Duration PAUSE_MAX = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Unawaited.class);

  private final GuardedStage guarded;
  private final Duration pauseMin;

  Unawaited(GuardedStage guarded) {
    this(guarded, PAUSE_MIN);
  }

  /**
   * @param pauseMin before the second attempt; doubles from there
   */
  Unawaited(GuardedStage guarded, Duration pauseMin) {
    this.guarded = guarded;
    this.pauseMin = pauseMin;
  }

  /**
   * The outcome of the last attempt.
   *
   * @param admission asked before every attempt
   * @throws InterruptedException if the worker ends; it may have happened
   */
  Outcome execute(StageRequest request, Admission admission) throws InterruptedException {
    var pause = pauseMin;
    for (int attempt = 1; ; attempt++) {
      var outcome = guarded.execute(request.withAttempt(attempt), admission);
      var rest = restAfter(outcome);
      if (rest == null || attempt == ATTEMPTS_MAX) {
        return outcome;
      }
      LOG.warn(
          "{} {}, which nobody waits for: attempt {} of {}: {}",
          request.instanceId(),
          request.position(),
          attempt,
          ATTEMPTS_MAX,
          outcome);
      Thread.sleep(longer(pause, rest));
      pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
    }
  }

  /** Null when another attempt is not needed or not wanted. */
  private static @Nullable Duration restAfter(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Expired _, Outcome.Withdrawn _ -> null;
      case Outcome.Answered(StageAnswer answer) ->
          switch (answer) {
            case Completed _, Refused _ -> null;
            case Unavailable(_, var retryAfter) -> shorter(retryAfter, PAUSE_MAX);
            case Unknown _ -> Duration.ZERO;
          };
    };
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
