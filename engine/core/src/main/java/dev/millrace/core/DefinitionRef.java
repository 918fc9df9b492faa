package dev.millrace.core;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a submission names the definition it wants: {@code namespace/name} for the highest deployed
 * version, {@code namespace/name:version} for that one.
 */
public record DefinitionRef(String namespace, String name, @Nullable String version) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?<namespace>[a-z0-9-]{1,63})/(?<name>[a-z0-9-]{1,63})(:(?<version>[^:/\\s]{1,64}))?");

  /**
   * @throws IllegalArgumentException if {@code text} is not {@code namespace/name[:version]}
   */
  public static DefinitionRef parse(String text) {
    var match = TEXT.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "expected a workflow as namespace/name or namespace/name:version, got '" + text + "'");
    }
    return new DefinitionRef(match.group("namespace"), match.group("name"), match.group("version"));
  }

  public boolean matches(DefinitionId id) {
    return id.namespace().equals(namespace)
        && id.name().equals(name)
        && (version == null || version.equals(id.version()));
  }

  @Override
  public String toString() {
    return namespace + "/" + name + (version == null ? "" : ":" + version);
  }
}
