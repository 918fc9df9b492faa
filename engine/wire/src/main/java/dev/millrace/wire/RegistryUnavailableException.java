package dev.millrace.wire;

/**
 * The schema registry is needed and does not answer, or answers with a failure of its own. Says
 * nothing about the record: try again, or stop; do not set the record aside.
 */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message) {
    super(message);
  }

  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
