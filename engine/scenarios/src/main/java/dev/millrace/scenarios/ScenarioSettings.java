package dev.millrace.scenarios;

import dev.millrace.stages.StageSpec;
import dev.millrace.stages.resource.AllowedLocations;
import dev.millrace.stages.resource.AllowedResources;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How scenarios are run.
 *
 * @param stages that do their work; those with a script answer from it
 * @param definitions changes a definition before it is deployed, e.g. the hosts it names
 * @param resources what definitions refer to outside themselves, but for what a scenario gives
 * @param engines makes the engine of one scenario
 * @param threads scenarios at once, at least 1
 */
public record ScenarioSettings(
    List<StageSpec> stages,
    UnaryOperator<String> definitions,
    AllowedResources resources,
    Function<ScenarioStages, ScenarioEngine> engines,
    int threads) {
  public ScenarioSettings {
    stages = List.copyOf(stages);
  }

  /** In virtual time, definitions as they are. */
  public static ScenarioSettings of(List<StageSpec> stages) {
    return new ScenarioSettings(
        stages,
        UnaryOperator.identity(),
        AllowedResources.from(AllowedLocations.NONE),
        inVirtualTime(CommitPoints::withoutCrash),
        threadsHere());
  }

  /** The same, but for how definitions are changed. */
  public ScenarioSettings withDefinitions(UnaryOperator<String> changed) {
    return new ScenarioSettings(stages, changed, resources, engines, threads);
  }

  /** The same, with definitions that may refer to more. */
  public ScenarioSettings withResources(AllowedResources more) {
    return new ScenarioSettings(stages, definitions, more, engines, threads);
  }

  /** The same, on other engines. */
  public ScenarioSettings withEngines(Function<ScenarioStages, ScenarioEngine> others) {
    return new ScenarioSettings(stages, definitions, resources, others, threads);
  }

  /** The same, one scenario after the other. */
  public ScenarioSettings inTurn() {
    return new ScenarioSettings(stages, definitions, resources, engines, 1);
  }

  /**
   * In virtual time, on engines that end after so many transactions and are followed by others.
   *
   * @param commits counted from 1
   */
  public ScenarioSettings crashingAfter(int commits) {
    return withEngines(inVirtualTime(() -> CommitPoints.crashingAfter(commits)));
  }

  private static Function<ScenarioStages, ScenarioEngine> inVirtualTime(
      java.util.function.Supplier<CommitPoints> points) {
    return stages -> new DriverEngine(stages, points.get());
  }

  private static int threadsHere() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }
}
