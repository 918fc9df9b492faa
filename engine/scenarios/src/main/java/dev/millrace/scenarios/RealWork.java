package dev.millrace.scenarios;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;

/**
 * Stages that do their work, each within its own time and the task's, as in a worker. The
 * scenario's clock stands still meanwhile: what a task has left of its time is waited for in real
 * time.
 */
record RealWork(List<StageSpec> stages, ScenarioSecrets secrets) {

  /**
   * @throws IllegalStateException if no stage has the function
   */
  StageAnswer answer(StageRequest request, Instant now) {
    var spec = stageOf(request);
    var own = Objects.requireNonNull(spec.functions().get(request.function()));
    var function = secrets.given(own);
    var work = new FutureTask<>(() -> function.execute(request));
    Thread.ofVirtual().name(request.function()).start(work);
    try {
      return work.get(timeLeft(request, spec, now).toNanos(), NANOSECONDS);
    } catch (TimeoutException _) {
      return new Unknown(Kind.TIMEOUT.error("'" + request.function() + "' gave no answer in time"));
    } catch (ExecutionException e) {
      return new Unknown(
          Kind.RUNTIME.error("stage " + request.stage() + " failed: " + e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Unknown(Kind.RUNTIME.error("the scenario was interrupted"));
    } finally {
      work.cancel(true);
    }
  }

  private static Duration timeLeft(StageRequest request, StageSpec spec, Instant now) {
    var timeout = spec.policy().timeout();
    if (request.deadline() == null) {
      return timeout;
    }
    var left = Duration.between(now, request.deadline());
    return left.compareTo(timeout) < 0 ? left : timeout;
  }

  private StageSpec stageOf(StageRequest request) {
    return stages.stream()
        .filter(spec -> spec.functions().containsKey(request.function()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "function '"
                    + request.function()
                    + "' has no script: add a step such as 'Given the stage "
                    + request.function()
                    + " returns {}'"));
  }
}
