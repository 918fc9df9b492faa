package dev.millrace.wire;

import dev.millrace.core.DefinitionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A definition as it was deployed.
 *
 * @param source the YAML or JSON text, as written
 * @param hash of its canonical form; a version never changes its hash
 * @param retiredAt since when new starts are refused; null while they are taken
 */
public record DeployedDefinition(
    DefinitionId id, String source, String hash, Instant deployedAt, @Nullable Instant retiredAt) {

  /** One that takes new starts. */
  public DeployedDefinition(DefinitionId id, String source, String hash, Instant deployedAt) {
    this(id, source, hash, deployedAt, null);
  }

  public boolean isRetired() {
    return retiredAt != null;
  }

  public DeployedDefinition retired(Instant at) {
    return new DeployedDefinition(id, source, hash, deployedAt, at);
  }

  /** The same, taking new starts again. */
  public DeployedDefinition reinstated() {
    return new DeployedDefinition(id, source, hash, deployedAt, null);
  }
}
