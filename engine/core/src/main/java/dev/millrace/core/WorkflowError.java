package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * An error as the definition language knows it.
 *
 * @param type URI that classifies the error
 * @param status HTTP-like status code
 * @param title short, the same for every error of its type
 * @param detail what happened this time
 * @param instance JSON pointer of the task that raised it
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7807">RFC 7807</a>
 */
public record WorkflowError(
    String type, int status, String title, @Nullable String detail, @Nullable String instance) {

  public WorkflowError at(String pointer) {
    return instance != null ? this : new WorkflowError(type, status, title, detail, pointer);
  }

  /** The errors the specification names, with its URIs and default status codes. */
  public enum Kind {
    CONFIGURATION(400, "Configuration error"),
    VALIDATION(400, "Validation error"),
    EXPRESSION(400, "Expression error"),
    AUTHENTICATION(401, "Authentication error"),
    AUTHORIZATION(403, "Authorization error"),
    TIMEOUT(408, "Timeout"),
    COMMUNICATION(500, "Communication error"),
    RUNTIME(500, "Runtime error");

    private static final String PREFIX = "https://serverlessworkflow.io/spec/1.0.0/errors/";
    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    public String type() {
      return PREFIX + name().toLowerCase(java.util.Locale.ROOT);
    }

    public WorkflowError error(String detail) {
      return error(status, detail);
    }

    public WorkflowError error(int status, String detail) {
      return new WorkflowError(type(), status, title, detail, null);
    }
  }
}
