package dev.millrace.stages.resource;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.http.NoTokenException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A document that a call needs cannot be had. Nothing was called yet. */
public final class ResourceException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int UNAVAILABLE = 503;

  private final boolean lasting;
  private final int status;

  private ResourceException(
      String message, boolean lasting, int status, @Nullable Throwable cause) {
    super(message, cause);
    this.lasting = lasting;
    this.status = status;
  }

  /**
   * Another attempt would fail in the same way.
   *
   * @param status the HTTP status that says the same
   */
  public static ResourceException lasting(String message, int status) {
    return new ResourceException(message, true, status, null);
  }

  /** Another attempt may find it. */
  public static ResourceException passing(String message, @Nullable Throwable cause) {
    return new ResourceException(message, false, UNAVAILABLE, cause);
  }

  public boolean isLasting() {
    return lasting;
  }

  /** There is no token to ask for it with. */
  static ResourceException withoutToken(NoTokenException cause) {
    return new ResourceException(
        String.valueOf(cause.getMessage()),
        !(cause.answer() instanceof Unavailable),
        UNAVAILABLE,
        cause);
  }

  /** What the call answers. */
  public StageAnswer answer() {
    if (getCause() instanceof NoTokenException noToken) {
      return noToken.answer();
    }
    var detail = String.valueOf(getMessage());
    return lasting
        ? new Refused(Kind.CONFIGURATION.error(status, detail))
        : new Unavailable(Kind.COMMUNICATION.error(status, detail), Duration.ZERO);
  }
}
