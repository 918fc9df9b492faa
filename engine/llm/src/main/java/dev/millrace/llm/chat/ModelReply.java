package dev.millrace.llm.chat;

import dev.langchain4j.exception.HttpException;
import java.time.Duration;

/** An endpoint's refusal, with the pause it asked for, which LangChain4j's own exception drops. */
final class ModelReply extends HttpException {
  private static final long serialVersionUID = 1;
  private final Duration retryAfter;

  ModelReply(int statusCode, String body, Duration retryAfter) {
    super(statusCode, body);
    this.retryAfter = retryAfter;
  }

  /** Zero when it asked for none. */
  Duration retryAfter() {
    return retryAfter;
  }
}
