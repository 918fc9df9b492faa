package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.wire.Submission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the steps of one scenario work on. */
public final class Bench {
  private final ScenarioSettings settings;
  private final ScenarioStages stages;
  private final List<Source> others = new ArrayList<>();
  private final Map<String, String> resources = new HashMap<>();
  private Source definition = new Source("", Path.of(""));
  private JsonNode input = JsonNodeFactory.instance.objectNode();
  private @Nullable ScenarioEngine engine;

  /**
   * @param folder that its relative references start from
   */
  private record Source(String text, Path folder) {}

  Bench(ScenarioSettings settings) {
    this.settings = settings;
    this.stages = new ScenarioStages(settings.stages());
  }

  ScenarioStages stages() {
    return stages;
  }

  void define(String text, Path folder) {
    definition = source(text, folder);
  }

  /** A definition beside the one the scenario is about, e.g. of a child. */
  void defineAnother(String text, Path folder) {
    others.add(source(text, folder));
  }

  private Source source(String text, Path folder) {
    return new Source(settings.definitions().apply(text), folder);
  }

  /** A document that definitions refer to. */
  void give(String uri, String text) {
    resources.put(uri, text);
  }

  void input(JsonNode value) {
    input = value;
  }

  /** Deploys what was defined. */
  DefinitionId deploy() throws InvalidDefinitionException {
    deployOthers();
    return deploy(definition);
  }

  void deployOthers() throws InvalidDefinitionException {
    for (var other : others) {
      deploy(other);
    }
    others.clear();
  }

  /** Says that what was defined has been deployed, although the engine does not have it yet. */
  void announce() throws InvalidDefinitionException {
    engine().announce(compiled(definition).plan().id());
  }

  private DefinitionId deploy(Source source) throws InvalidDefinitionException {
    var compiled = compiled(source);
    engine().deploy(compiled, source.text());
    return compiled.plan().id();
  }

  private Compilation compiled(Source source) throws InvalidDefinitionException {
    return settings
        .resources()
        .knowing(resources)
        .compile(source.text(), stages.catalog(), source.folder());
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
    stages.close();
    if (engine != null) {
      engine.close();
    }
  }
}
