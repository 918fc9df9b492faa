package dev.millrace.core.plan;

import dev.millrace.core.definition.Problem;
import java.util.List;
import java.util.Map;

/**
 * A definition that can be used.
 *
 * @param warnings what is allowed and probably not meant
 * @param resources what it refers to outside itself, by URI; deployed with it
 */
public record Compilation(Plan plan, List<Problem> warnings, Map<String, String> resources) {
  public Compilation {
    warnings = List.copyOf(warnings);
    resources = Map.copyOf(resources);
  }
}
