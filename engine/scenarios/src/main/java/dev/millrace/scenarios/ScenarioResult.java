package dev.millrace.scenarios;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one scenario.
 *
 * @param line of the scenario, or of the row of examples, in its feature
 * @param wrongStep the step that failed or is unknown; null when there is none
 * @param failure null when it passed
 * @param instance the one the scenario is about; null when the scenario ended before there was any
 */
public record ScenarioResult(
    URI feature,
    int line,
    String name,
    @Nullable String wrongStep,
    @Nullable Throwable failure,
    Observation observation,
    @Nullable InstanceId instance,
    Duration took) {

  public boolean hasPassed() {
    return failure == null;
  }

  /** How its instance ended, if it did. */
  public Optional<InstanceOutcome> outcome() {
    return observation.outcomes().stream()
        .filter(outcome -> outcome.instanceId().equals(instance))
        .reduce((_, later) -> later);
  }

  /** {@link #journal()}, one line for each event. */
  public List<String> journalLines() {
    return instance == null ? List.of() : Story.of(observation, instance).lines();
  }

  /** The journal of its instance. */
  public List<JournalEntry> journal() {
    return observation.journal().stream()
        .filter(entry -> entry.instanceId().equals(instance))
        .toList();
  }
}
