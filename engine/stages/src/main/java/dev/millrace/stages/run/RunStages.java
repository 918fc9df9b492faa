package dev.millrace.stages.run;

import dev.millrace.core.StageName;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.http.HttpStage;
import java.util.Map;

/** The stage {@code run}, which does nothing that {@value RunSettings#ALLOW} does not name. */
public final class RunStages {
  private static final StageName NAME = new StageName("run");

  private RunStages() {}

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public static StageSpec spec(StageSettings settings) {
    var run = RunSettings.of(settings);
    var processes = new Processes(run);
    return new StageSpec(
        NAME,
        policy(run),
        Map.of(
            ShellStage.NAME,
            new ShellStage(processes),
            ScriptStage.NAME,
            new ScriptStage(processes, new HttpStage(settings))));
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
