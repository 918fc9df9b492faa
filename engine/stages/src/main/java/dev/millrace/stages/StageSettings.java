package dev.millrace.stages;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a stage may read of the process's configuration.
 *
 * @param dataFolder where a stage may keep what it can rebuild, e.g. an index
 * @param values settings by name, e.g. {@code llm.base-url}; keys of services come from the
 *     environment
 */
public record StageSettings(Path dataFolder, Map<String, String> values) {
  public StageSettings {
    values = Map.copyOf(values);
  }

  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
