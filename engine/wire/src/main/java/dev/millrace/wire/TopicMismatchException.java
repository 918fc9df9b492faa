package dev.millrace.wire;

/** Topics exist that cannot be what the catalogue asks for. The message names each. */
public final class TopicMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TopicMismatchException(String message) {
    super(message);
  }
}
