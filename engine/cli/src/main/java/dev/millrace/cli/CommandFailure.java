package dev.millrace.cli;

/** An end that is not a defect: said to the user in one message, without a stack trace. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ExitCode exit;

  public CommandFailure(ExitCode exit, String message) {
    super(message);
    this.exit = exit;
  }

  public CommandFailure(ExitCode exit, String message, Throwable cause) {
    super(message, cause);
    this.exit = exit;
  }

  public ExitCode exit() {
    return exit;
  }
}
