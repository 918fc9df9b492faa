package dev.millrace.stages.run;

import dev.millrace.core.StageName;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.http.HttpStage;
import java.util.HashMap;
import java.util.Map;

/**
 * The stage {@code run}, which starts no process that {@value RunSettings#ALLOW} does not name, and
 * no container where there is no Kubernetes.
 */
public final class RunStages {
  private static final StageName NAME = new StageName("run");

  private RunStages() {}

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public static StageSpec spec(StageSettings settings) {
    var run = RunSettings.of(settings);
    var processes = new Processes(run);
    var functions = new HashMap<String, StageFunction>();
    functions.put(ShellStage.NAME, new ShellStage(processes));
    functions.put(ScriptStage.NAME, new ScriptStage(processes, new HttpStage(settings)));
    var kubernetes = Kubernetes.of(settings);
    kubernetes.ifPresent(
        it -> functions.put(ContainerStage.NAME, new ContainerStage(it, run.outputBytesMax())));
    return new StageSpec(NAME, policy(run), functions)
        .without(
            kubernetes.isPresent() ? Map.of() : Map.of(ContainerStage.NAME, Kubernetes.NOT_HERE));
  }

  private static StagePolicy policy(RunSettings settings) {
    var usual = StagePolicy.DEFAULT;
    return new StagePolicy(
        settings.timeout(),
        settings.concurrencyMax(),
        usual.circuitFailureRatePct(),
        usual.circuitWindow(),
        usual.circuitOpenFor());
  }
}
