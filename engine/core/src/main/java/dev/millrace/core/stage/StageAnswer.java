package dev.millrace.core.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;
import java.time.Duration;

/** The only four things a stage can say about an attempt. */
public sealed interface StageAnswer {

  /** It is done. */
  record Completed(JsonNode output) implements StageAnswer {}

  /** It will never be done: another attempt would fail in the same way. */
  record Refused(WorkflowError error) implements StageAnswer {}

  /**
   * It was not done, and another attempt may succeed.
   *
   * @param retryAfter the pause the dependency asked for; zero when it did not. More than a day is
   *     a day
   */
  record Unavailable(WorkflowError error, Duration retryAfter) implements StageAnswer {}

  /**
   * It may have happened: a timeout or a crash on the way. The next attempt carries the same key.
   */
  record Unknown(WorkflowError error) implements StageAnswer {}
}
