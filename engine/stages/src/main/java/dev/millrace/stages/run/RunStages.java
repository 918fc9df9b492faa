package dev.millrace.stages.run;

import dev.millrace.core.StageName;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.HttpStage;
import dev.millrace.stages.resource.ExternalResources;
import java.util.HashMap;
import java.util.Map;

/**
 * The stage {@code run}, which starts no process that {@value RunSettings#ALLOW} does not name, no
 * container of an image that {@value ContainerSettings#ALLOW} does not name, and none at all where
 * there is no Kubernetes.
 */
public final class RunStages {
  private static final StageName NAME = new StageName("run");

  private RunStages() {}

  /**
   * @throws IllegalArgumentException if a setting is none
   */
  static StageSpec spec(StageSettings settings) {
    return spec(settings, AuthorizedClient.of(settings));
  }

  /**
   * @param client which reads the scripts that definitions name
   */
  public static StageSpec spec(StageSettings settings, AuthorizedClient client) {
    var run = RunSettings.of(settings);
    var processes = new Processes(run);
    var functions = new HashMap<String, StageFunction>();
    functions.put(ShellStage.NAME, new ShellStage(processes));
    functions.put(
        ScriptStage.NAME,
        new ScriptStage(
            processes, new HttpStage(settings, client), new ExternalResources(settings, client)));
    var kubernetes = Kubernetes.of(settings);
    var containers = ContainerSettings.of(settings, run.outputBytesMax());
    kubernetes.ifPresent(
        it -> functions.put(ContainerStage.NAME, new ContainerStage(it, containers)));
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
