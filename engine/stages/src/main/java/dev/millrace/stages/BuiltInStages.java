package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.stages.http.HttpStage;
import dev.millrace.stages.http.OpenApiStage;
import java.util.List;
import java.util.Map;

/** The stages every Millrace has: {@code http}, for {@code call: http} and {@code openapi}. */
public final class BuiltInStages implements StageProvider {

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    return List.of(
        new StageSpec(
            new StageName(HttpStage.NAME),
            StagePolicy.DEFAULT,
            Map.of(
                HttpStage.NAME, new HttpStage(settings),
                OpenApiStage.NAME, new OpenApiStage(settings))));
  }
}
