package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.wire.DeadLetter;
import java.util.List;

/**
 * What a scenario's engine has committed.
 *
 * @param journal entries of every instance, each instance's in order
 * @param requests to stages, in the order they were made
 * @param events CloudEvents that were published, by whomever
 * @param lifecycle CloudEvents that tell how instances and tasks went
 * @param commits transactions so far; each is a point at which the engine may be ended
 */
public record Observation(
    List<InstanceOutcome> outcomes,
    List<JournalEntry> journal,
    List<StageRequest> requests,
    List<JsonNode> events,
    List<JsonNode> lifecycle,
    List<DeadLetter> deadLetters,
    int commits) {
  /** Before anything was done. */
  public static final Observation NOTHING =
      new Observation(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), 0);

  public Observation {
    outcomes = List.copyOf(outcomes);
    journal = List.copyOf(journal);
    requests = List.copyOf(requests);
    events = List.copyOf(events);
    lifecycle = List.copyOf(lifecycle);
    deadLetters = List.copyOf(deadLetters);
  }

  /** Distinct effects outside: a request made again under its key is the same effect. */
  public List<String> sideEffects() {
    return requests.stream()
        .map(request -> request.instanceId() + " " + request.idempotencyKey())
        .distinct()
        .sorted()
        .toList();
  }
}
