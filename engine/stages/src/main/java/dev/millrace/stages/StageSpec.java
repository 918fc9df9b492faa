package dev.millrace.stages;

import dev.millrace.core.StageName;
import java.util.Map;

/**
 * A kind of work: its queue's name, its bounds, and the functions it runs.
 *
 * @param functions by the name a definition calls them, e.g. {@code rag.retrieve}
 */
public record StageSpec(StageName name, StagePolicy policy, Map<String, StageFunction> functions) {
  public StageSpec {
    functions = Map.copyOf(functions);
  }

  /** A stage with one function of its own name and the default bounds. */
  public static StageSpec of(String name, StageFunction function) {
    return new StageSpec(new StageName(name), StagePolicy.DEFAULT, Map.of(name, function));
  }
}
