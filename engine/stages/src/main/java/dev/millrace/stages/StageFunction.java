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
}
