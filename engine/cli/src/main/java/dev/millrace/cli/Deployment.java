package dev.millrace.cli;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.plan.Compilation;
import dev.millrace.wire.DeployedDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Puts definitions where the engine finds them, takes them out of use, and removes them. */
final class Deployment {
  /**
   * How long a version has to be retired before it can go: by then every engine knows, so that no
   * start slips in between the look at the journal and the deletion.
   */
  static final Duration RETIRED_MIN = Duration.ofMinutes(1);

  private final WorkflowClient client;

  Deployment(WorkflowClient client) {
    this.client = client;
  }

  /**
   * Deploys, unless the same content is deployed already.
   *
   * @return whether it is new
   * @throws CommandFailure if the version is deployed with other content, because running instances
   *     are pinned to that, or retired
   */
  boolean deploy(Compilation compiled, String source) {
    var plan = compiled.plan();
    var present = client.deployed(plan.id());
    if (present.isEmpty()) {
      client.deploy(
          new DeployedDefinition(
              plan.id(), source, plan.hash(), Instant.now(), compiled.resources()));
      return true;
    }
    if (!present.get().hash().equals(plan.hash())) {
      throw new CommandFailure(
          ExitCode.INVALID_DEFINITION,
          plan.id()
              + " is deployed already, with other content"
              + changed(present.get().resources(), compiled.resources())
              + ": give the changed one a higher version");
    }
    if (present.get().isRetired()) {
      throw refused(
          plan.id() + " is retired: 'millrace retire --undo " + plan.id() + "' brings it back");
    }
    return false;
  }

  /** Of what a definition refers to, which its author may not have known to change. */
  private static String changed(Map<String, String> old, Map<String, String> now) {
    var changed =
        now.entrySet().stream()
            .filter(each -> old.containsKey(each.getKey()))
            .filter(each -> !each.getValue().equals(old.get(each.getKey())))
            .map(Map.Entry::getKey)
            .sorted()
            .collect(Collectors.joining(", "));
    return changed.isEmpty() ? "" : ", for instance of " + changed;
  }

  /**
   * @return whether it was in use
   * @throws CommandFailure if it is not deployed
   */
  boolean retire(DefinitionId id, Instant now) {
    var present = require(id);
    if (present.isRetired()) {
      return false;
    }
    client.deploy(present.retired(now));
    return true;
  }

  /**
   * @return whether it was retired
   * @throws CommandFailure if it is not deployed
   */
  boolean reinstate(DefinitionId id) {
    var present = require(id);
    if (!present.isRetired()) {
      return false;
    }
    client.deploy(present.reinstated());
    return true;
  }

  /**
   * @param terminal shows how far the journal has been read
   * @throws CommandFailure if it is not deployed, not retired for {@link #RETIRED_MIN}, or
   *     instances run on it
   */
  void delete(DefinitionId id, Instant now, Terminal terminal) {
    var present = require(id);
    if (!present.isRetired()) {
      throw refused(id + " takes starts: retire it first, with 'millrace retire " + id + "'");
    }
    var deletable = Objects.requireNonNull(present.retiredAt()).plus(RETIRED_MIN);
    if (deletable.isAfter(now)) {
      throw refused(id + " was retired a moment ago, and can be deleted from " + deletable);
    }
    var running = client.running(id.ref(), terminal).getOrDefault(id, 0L);
    if (running > 0) {
      throw refused(
          id
              + " cannot be deleted: "
              + running
              + (running == 1 ? " instance runs" : " instances run")
              + " on it; it takes no new ones, so wait for the end, or cancel");
    }
    client.delete(id);
  }

  private DeployedDefinition require(DefinitionId id) {
    return client
        .deployed(id)
        .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, id + " is not deployed"));
  }

  private static CommandFailure refused(String reason) {
    return new CommandFailure(ExitCode.REFUSED, reason);
  }
}
