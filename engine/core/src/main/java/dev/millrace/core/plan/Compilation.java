package dev.millrace.core.plan;

import dev.millrace.core.definition.Problem;
import java.util.List;

/**
 * A definition that can be used.
 *
 * @param warnings what is allowed and probably not meant
 */
public record Compilation(Plan plan, List<Problem> warnings) {
  public Compilation {
    warnings = List.copyOf(warnings);
  }
}
