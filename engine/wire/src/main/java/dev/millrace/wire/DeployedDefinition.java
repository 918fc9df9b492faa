package dev.millrace.wire;

import dev.millrace.core.DefinitionId;
import java.time.Instant;

/**
 * A definition as it was deployed.
 *
 * @param source the YAML or JSON text, as written
 * @param hash of its canonical form; a version never changes its hash
 */
public record DeployedDefinition(DefinitionId id, String source, String hash, Instant deployedAt) {}
