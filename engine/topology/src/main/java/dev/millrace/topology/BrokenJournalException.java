package dev.millrace.topology;

import dev.millrace.core.InstanceId;

/** A journal that no longer amounts to a state. Costs one instance, not its partition. */
final class BrokenJournalException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokenJournalException(InstanceId instance, Throwable cause) {
    super("the journal of " + instance + " cannot be read: " + cause.getMessage(), cause);
  }
}
