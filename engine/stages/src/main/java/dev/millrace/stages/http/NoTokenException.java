package dev.millrace.stages.http;

import dev.millrace.core.stage.StageAnswer;

/** There is no token to make the call with, so nothing was sent to where it goes. */
public final class NoTokenException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient StageAnswer answer;

  NoTokenException(StageAnswer answer) {
    super(answer.toString());
    this.answer = answer;
  }

  /** What the call answers. */
  public StageAnswer answer() {
    return answer;
  }
}
