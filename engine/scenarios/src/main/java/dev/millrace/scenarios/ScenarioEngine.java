package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.definition.InvalidDefinitionException;
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
   * @throws InvalidDefinitionException if the definition is refused
   */
  DefinitionId deploy(String definition) throws InvalidDefinitionException;

  /**
   * Says that the definition has been deployed, and keeps it from the engine until {@link #deploy}.
   *
   * @throws InvalidDefinitionException if the definition is refused
   * @throws UnsupportedOperationException if this engine's topics are not ours to delay
   */
  void announce(String definition) throws InvalidDefinitionException;

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

  @Override
  void close();
}
