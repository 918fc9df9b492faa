package dev.millrace.wire;

import dev.millrace.core.StageName;
import java.util.regex.Pattern;

/**
 * Names of everything a namespace owns on the broker. All share the prefix {@code <namespace>.}, so
 * that one prefixed ACL covers a tenant.
 *
 * @param namespace 1 to 63 lower-case letters, digits and dashes
 */
public record Topics(String namespace) {
  private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * @throws IllegalArgumentException if {@code namespace} is not of that form
   */
  public Topics {
    if (!ALLOWED.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "a namespace is 1 to 63 lower-case letters, digits and dashes: '" + namespace + "'");
    }
  }

  /** Where anybody asks for a run, in JSON or Avro. */
  public String submissions() {
    return namespace + ".submissions";
  }

  /** What instances are told, keyed by instance id. */
  public String commands() {
    return namespace + ".commands";
  }

  /** What is said to things that instances share, keyed by {@code CoordinationCommand.key}. */
  public String coordination() {
    return namespace + ".coordination";
  }

  /** CloudEvents, from instances and to them. */
  public String events() {
    return namespace + ".events";
  }

  /** CloudEvents that tell how instances and tasks go, for whoever wants to know. */
  public String lifecycle() {
    return namespace + ".lifecycle";
  }

  /** The outbox of one stage. */
  public String stage(StageName stage) {
    return namespace + ".stage." + stage;
  }

  public String outcomes() {
    return namespace + ".outcomes";
  }

  public String deadLetters() {
    return namespace + ".dead-letters";
  }

  /** Compacted; keyed by {@code namespace/name:version} of the definition. */
  public String definitions() {
    return namespace + ".definitions";
  }

  /** The application id of the engine's topology; prefix of its changelogs. */
  public String engine() {
    return namespace + ".engine";
  }

  /** The consumer group of a stage's workers. */
  public String workers(StageName stage) {
    return namespace + ".workers." + stage;
  }

  /** The event log: changelog of the journal store. */
  public String journal() {
    return engine() + "-journal-changelog";
  }

  /** Changelog of the snapshot store. */
  public String snapshots() {
    return engine() + "-snapshots-changelog";
  }

  /** Changelog of the store of what instances share. */
  public String coordinationRows() {
    return engine() + "-coordination-changelog";
  }
}
