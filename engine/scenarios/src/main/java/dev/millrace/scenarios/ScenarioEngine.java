package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.wire.Submission;
import java.time.Duration;

/**
 * What a scenario asks of an engine. Every call returns when the engine has nothing more to do
 * without time passing or somebody else acting.
 */
public interface ScenarioEngine extends AutoCloseable {

  /** The id of the instance a scenario is about. */
  InstanceId instance();

  /**
   * @param definition the text of what was compiled
   */
  void deploy(Compilation compiled, String definition);

  /**
   * Says that the definition has been deployed, and keeps it from the engine until {@link #deploy}.
   *
   * @throws UnsupportedOperationException if this engine's topics are not ours to delay
   */
  void announce(DefinitionId definition);

  void submit(InstanceId instance, Submission submission);

  /** A CloudEvent that anybody publishes. */
  void publish(JsonNode event);

  /** A stage's answer that came later than its request. */
  void answer(StageRequest request, StageAnswer answer);

  /**
   * @throws UnsupportedOperationException if this engine's time is not ours to move
   */
  void advance(Duration duration);

  /**
   * Ends the engine without a word, and begins another on what was committed.
   *
   * @throws UnsupportedOperationException if this engine cannot be ended so
   */
  void crash();

  /** Everything seen so far. */
  Observation observe();

  /** All that this engine has written down, as far as it can be seen, in one text. */
  default String everything() {
    return observe().toString();
  }

  @Override
  void close();
}
