package dev.millrace.core.plan;

import dev.millrace.core.StageName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The functions of the reserved {@code default} catalog, and the stage that runs each. A call to a
 * function that is not here is refused when the definition is deployed, not when it runs.
 */
public record FunctionCatalog(Map<String, StageName> stages) {
  public FunctionCatalog {
    stages = Map.copyOf(stages);
  }

  public Optional<StageName> stageOf(String function) {
    return Optional.ofNullable(stages.get(function));
  }

  public Set<String> functions() {
    return stages.keySet();
  }
}
