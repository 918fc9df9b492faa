package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.stages.http.HttpStage;
import dev.millrace.stages.run.RunStages;
import java.util.List;
import java.util.Map;

/** The stages every Millrace has: {@code http}, and {@code run}, which runs nothing unless told. */
public final class BuiltInStages implements StageProvider {

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    return List.of(
        new StageSpec(
            new StageName(HttpStage.NAME),
            StagePolicy.DEFAULT,
            Map.of(HttpStage.NAME, new HttpStage(settings))),
        RunStages.spec(settings));
  }
}
