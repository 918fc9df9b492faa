package dev.millrace.stages;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;

/**
 * The work itself, written by a user or built in. Runs on a virtual thread and may block; it is
 * interrupted when its time is over.
 */
@FunctionalInterface
public interface StageFunction {

  /**
   * Does the work once, or recognises by {@link StageRequest#idempotencyKey()} that it is done.
   *
   * <p>An exception that escapes counts as {@link StageAnswer.Unknown}: it may have happened.
   */
  StageAnswer execute(StageRequest request) throws Exception;

  /**
   * What this request depends on. Requests that depend on the same thing share a circuit breaker,
   * so that a host that is down does not stop the calls to every other host.
   *
   * @return the function's name, unless a function knows better
   */
  default String dependency(StageRequest request) {
    return request.function();
  }
}
