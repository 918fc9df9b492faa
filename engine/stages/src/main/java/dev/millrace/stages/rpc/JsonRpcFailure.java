package dev.millrace.stages.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import java.time.Duration;

/**
 * A JSON-RPC error as an answer. The server understood the request and declined it, so the answer
 * is Refused, unless the error itself asks for another attempt: its {@code data} has {@code
 * retryAfter}, seconds, or {@code retryable: true}.
 *
 * <p>The error is a {@code communication} error with the HTTP status that says the same as the
 * code: 400 for {@code -32700}, {@code -32600} and {@code -32602}, 404 for {@code -32601} and
 * {@code -32001} and {@code -32002} (MCP: no such resource, A2A: no such task), otherwise 500.
 *
 * @param data null node if there is none
 * @see <a href="https://www.jsonrpc.org/specification#error_object">JSON-RPC 2.0, error object</a>
 */
public record JsonRpcFailure(int code, String message, JsonNode data) {

  /** Most characters of the server's message that an error repeats. */
  public static final int SHOWN_LENGTH_MAX = 200;

  /** Longest pause that is believed. */
  public static final Duration PAUSE_MAX = Duration.ofHours(1);

  private static final int UNAVAILABLE = 503;

  /**
   * @param peer who answered, as an error may show it
   */
  public StageAnswer answer(String method, String peer) {
    var detail = "%s of %s failed with %d: %s".formatted(method, peer, code, shown(message));
    if (data.path("retryAfter").isNumber() || data.path("retryable").asBoolean(false)) {
      return new Unavailable(error(UNAVAILABLE, detail), pause());
    }
    return new Refused(error(status(), detail));
  }

  private int status() {
    return switch (code) {
      case -32700, -32600, -32602 -> 400;
      case -32601, -32001, -32002 -> 404;
      default -> 500;
    };
  }

  private Duration pause() {
    double seconds = data.path("retryAfter").asDouble(0);
    return Duration.ofMillis(
        (long) (1_000 * Math.clamp(seconds, 0, (double) PAUSE_MAX.toSeconds())));
  }

  private static WorkflowError error(int status, String detail) {
    return Kind.COMMUNICATION.error(status, detail);
  }

  /** Text of a stranger as an error may show it: one line, and not long. */
  public static String shown(String text) {
    var beginning = text.substring(0, Math.min(4 * SHOWN_LENGTH_MAX, text.length()));
    var line = beginning.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.substring(0, Math.min(SHOWN_LENGTH_MAX, line.length()));
  }
}
