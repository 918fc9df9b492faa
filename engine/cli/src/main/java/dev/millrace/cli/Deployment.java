package dev.millrace.cli;

import dev.millrace.core.plan.Plan;
import dev.millrace.wire.DeployedDefinition;
import java.time.Instant;

/** Puts definitions where the engine finds them. */
final class Deployment {
  private final WorkflowClient client;

  Deployment(WorkflowClient client) {
    this.client = client;
  }

  /**
   * Deploys, unless the same content is deployed already.
   *
   * @return whether it is new
   * @throws CommandFailure if the version is deployed with other content: running instances are
   *     pinned to that
   */
  boolean deploy(Plan plan, String source) {
    var present = client.deployed(plan.id());
    if (present.isEmpty()) {
      client.deploy(new DeployedDefinition(plan.id(), source, plan.hash(), Instant.now()));
      return true;
    }
    if (!present.get().hash().equals(plan.hash())) {
      throw new CommandFailure(
          ExitCode.INVALID_DEFINITION,
          plan.id()
              + " is deployed already, with other content: give the changed one a higher version");
    }
    return false;
  }
}
