package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.core.builder.JavaFunction;
import java.util.HashMap;
import java.util.List;

/** The stage that runs typed lambdas; return it from a {@link StageProvider}. */
public final class JavaStage {
  public static final StageName NAME = new StageName("java");

  private JavaStage() {}

  /**
   * @throws IllegalArgumentException if two functions have the same name
   */
  public static StageSpec of(JavaFunction<?, ?>... functions) {
    return of(NAME, List.of(functions));
  }

  /**
   * @param name for functions that need a queue of their own
   * @throws IllegalArgumentException if two functions have the same name
   */
  public static StageSpec of(StageName name, List<JavaFunction<?, ?>> functions) {
    var byName = new HashMap<String, StageFunction>();
    for (var function : functions) {
      StageFunction stage = request -> function.answer(request.arguments());
      if (byName.put(function.name(), stage) != null) {
        throw new IllegalArgumentException("two functions are named '" + function.name() + "'");
      }
    }
    return new StageSpec(name, StagePolicy.DEFAULT, byName);
  }
}
