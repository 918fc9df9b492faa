package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.wire.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the steps of one scenario work on. */
public final class Bench {
  private final ScenarioSettings settings;
  private final ScenarioStages stages;
  private final List<String> others = new ArrayList<>();
  private String definition = "";
  private JsonNode input = JsonNodeFactory.instance.objectNode();
  private @Nullable ScenarioEngine engine;

  Bench(ScenarioSettings settings) {
    this.settings = settings;
    this.stages = new ScenarioStages(settings.stages());
  }

  ScenarioStages stages() {
    return stages;
  }

  void define(String text) {
    definition = settings.definitions().apply(text);
  }

  /** A definition beside the one the scenario is about, e.g. of a child. */
  void defineAnother(String text) {
    others.add(settings.definitions().apply(text));
  }

  void input(JsonNode value) {
    input = value;
  }

  /** Deploys what was defined. */
  DefinitionId deploy() throws InvalidDefinitionException {
    deployOthers();
    return engine().deploy(definition);
  }

  void deployOthers() throws InvalidDefinitionException {
    for (var other : others) {
      engine().deploy(other);
    }
    others.clear();
  }

  /** Says that what was defined has been deployed, although the engine does not have it yet. */
  void announce() throws InvalidDefinitionException {
    engine().announce(definition);
  }

  void start() throws InvalidDefinitionException {
    var id = deploy();
    submit(new Submission.Start(id.ref(), input));
  }

  void submit(Submission submission) {
    engine().submit(engine().instance(), submission);
  }

  ScenarioEngine engine() {
    if (engine == null) {
      engine = settings.engines().apply(stages);
    }
    return engine;
  }

  Observation observe() {
    return engine == null ? Observation.NOTHING : engine.observe();
  }

  Story story() {
    return Story.of(observe(), engine().instance());
  }

  /** How the instance ended; the last word, if a person had to have one. */
  Optional<InstanceOutcome> ended() {
    var instance = engine().instance();
    return observe().outcomes().stream()
        .filter(outcome -> outcome.instanceId().equals(instance))
        .reduce((_, later) -> later);
  }

  /**
   * @throws AssertionError if the workflow has not ended
   */
  Outcome outcome() {
    return ended()
        .map(InstanceOutcome::outcome)
        .orElseThrow(
            () -> new AssertionError("the workflow has not ended, it waits in " + waiting()));
  }

  private String waiting() {
    var story = story();
    return story.hasBegun() ? story.waiting().toString() : "no task: it has not begun";
  }

  void close() {
    if (engine != null) {
      engine.close();
    }
  }
}
