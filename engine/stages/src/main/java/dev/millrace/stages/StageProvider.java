package dev.millrace.stages;

import java.util.List;

/** Found by {@link java.util.ServiceLoader}: a jar that brings stages. */
public interface StageProvider {

  /** The stages of this jar. Cheap: whatever is slow to open is opened at the first request. */
  List<StageSpec> stages(StageSettings settings);
}
