package dev.millrace.wire;

import dev.millrace.core.DefinitionId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A definition as it was deployed.
 *
 * @param source the YAML or JSON text, as written
 * @param hash of its canonical form; a version never changes its hash
 * @param retiredAt since when new starts are refused; null while they are taken
 * @param resources text of what it refers to outside itself, by URI; none in records of before
 */
public record DeployedDefinition(
    DefinitionId id,
    String source,
    String hash,
    Instant deployedAt,
    @Nullable Instant retiredAt,
    Map<String, String> resources) {
  public DeployedDefinition {
    resources = Map.copyOf(resources);
  }

  /** One that takes new starts. */
  public DeployedDefinition(DefinitionId id, String source, String hash, Instant deployedAt) {
    this(id, source, hash, deployedAt, Map.of());
  }

  /** One that takes new starts, and refers to something outside itself. */
  public DeployedDefinition(
      DefinitionId id,
      String source,
      String hash,
      Instant deployedAt,
      Map<String, String> resources) {
    this(id, source, hash, deployedAt, null, resources);
  }

  public boolean isRetired() {
    return retiredAt != null;
  }

  public DeployedDefinition retired(Instant at) {
    return new DeployedDefinition(id, source, hash, deployedAt, at, resources);
  }

  /** The same, taking new starts again. */
  public DeployedDefinition reinstated() {
    return new DeployedDefinition(id, source, hash, deployedAt, null, resources);
  }
}
