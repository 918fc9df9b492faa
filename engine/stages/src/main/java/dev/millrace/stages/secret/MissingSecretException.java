package dev.millrace.stages.secret;

/** This worker has no such secret, or may not read it. */
public final class MissingSecretException extends Exception {
  private static final long serialVersionUID = 1L;

  MissingSecretException(String message) {
    super(message);
  }
}
