package dev.millrace.stages.mcp;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.http.NoTokenException;
import dev.millrace.stages.rpc.JsonRpcFailure;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Which of the four answers a failed exchange with an MCP server is. The one authoritative table:
 *
 * <table>
 * <caption>failure to answer</caption>
 * <tr><th>what happened</th><th>answer</th><th>because</th></tr>
 * <tr><td>a JSON-RPC error</td><td>as {@link JsonRpcFailure} says, most often Refused</td>
 *     <td>the server has declined</td></tr>
 * <tr><td>the command cannot be started</td><td>Refused, configuration</td><td></td></tr>
 * <tr><td>no token to authenticate with</td><td>as the authority's answer says</td>
 *     <td>the request was not sent</td></tr>
 * <tr><td>HTTP 401, 403 and other 4xx</td><td>Refused, that status</td>
 *     <td>the same request would be refused again</td></tr>
 * <tr><td>HTTP 408, 429; no connection; the session is not known</td><td>Unavailable</td>
 *     <td>the request was not carried out</td></tr>
 * <tr><td>the session could not be opened for any other reason</td><td>Unavailable</td>
 *     <td>the request was never sent</td></tr>
 * <tr><td>connection lost, no answer in time, HTTP 5xx; the method reads</td>
 *     <td>Unavailable</td><td>reading changes nothing, so nothing can have happened</td></tr>
 * <tr><td>the same; the method is {@code tools/call}</td><td>Unknown</td>
 *     <td>the tool may have run</td></tr>
 * </table>
 */
final class McpFailures {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern STATUS = Pattern.compile("(?i)status code: ?(\\d{3})");
  private static final int CAUSES_MAX = 16;

  private McpFailures() {}

  /** The session could not be opened, so the request was not sent. */
  static StageAnswer onOpening(Throwable failure, McpPeer peer) {
    return recognised(failure, peer, "initialize")
        .orElseGet(() -> unavailable("no session with " + peer.shown()));
  }

  /** The request failed after it may have been sent. */
  static StageAnswer onCalling(Throwable failure, McpCall call) {
    return recognised(failure, call.peer(), call.method())
        .orElseGet(() -> perhaps(call, "the connection broke after the request was sent to"));
  }

  static StageAnswer onTimeout(McpCall call, Duration timeout) {
    var error =
        Kind.TIMEOUT.error(
            "%s of %s gave no answer within %s"
                .formatted(call.method(), call.peer().shown(), timeout));
    return call.isSafe() ? new Unavailable(error, Duration.ZERO) : new Unknown(error);
  }

  /** Whether the session it happened in is of no use any more. */
  static boolean breaksSession(Throwable failure) {
    return cause(failure, McpError.class).isEmpty();
  }

  private static StageAnswer perhaps(McpCall call, String what) {
    var error = Kind.COMMUNICATION.error(500, what + " " + call.peer().shown());
    return call.isSafe() ? new Unavailable(error, Duration.ZERO) : new Unknown(error);
  }

  private static Optional<StageAnswer> recognised(Throwable failure, McpPeer peer, String method) {
    var declined = cause(failure, McpError.class).map(McpError::getJsonRpcError);
    if (declined.isPresent()) {
      var error = declined.get();
      return Optional.of(
          new JsonRpcFailure(
                  error.code(), String.valueOf(error.message()), JSON.valueToTree(error.data()))
              .answer(method, peer.shown()));
    }
    var withoutToken = cause(failure, NoTokenException.class);
    if (withoutToken.isPresent()) {
      return withoutToken.map(NoTokenException::answer);
    }
    if (cause(failure, UncheckedIOException.class).isPresent()) {
      return Optional.of(
          new Refused(Kind.CONFIGURATION.error("cannot start the command " + peer.shown())));
    }
    if (isNotSent(failure)) {
      return Optional.of(unavailable("no connection to " + peer.shown()));
    }
    return status(failure).map(status -> ofStatus(status, method, peer));
  }

  private static StageAnswer ofStatus(int status, String method, McpPeer peer) {
    var error =
        Kind.COMMUNICATION.error(
            status, "%s of %s was answered %d".formatted(method, peer.shown(), status));
    return status == 408 || status == 429
        ? new Unavailable(error, Duration.ZERO)
        : new Refused(error);
  }

  private static boolean isNotSent(Throwable failure) {
    return cause(failure, ConnectException.class).isPresent()
        || cause(failure, HttpConnectTimeoutException.class).isPresent()
        || cause(failure, UnknownHostException.class).isPresent()
        || cause(failure, SSLHandshakeException.class).isPresent()
        || cause(failure, McpTransportSessionNotFoundException.class).isPresent();
  }

  /** The 4xx that came back; the SDK has it for two of them, and in words for the others. */
  private static Optional<Integer> status(Throwable failure) {
    var denied = cause(failure, McpHttpClientTransportAuthorizationException.class);
    if (denied.isPresent()) {
      return denied.map(it -> it.getResponseInfo().statusCode());
    }
    var each = failure;
    for (int depth = 0; depth < CAUSES_MAX && each != null; depth++, each = each.getCause()) {
      var said = STATUS.matcher(String.valueOf(each.getMessage()));
      if (said.find() && said.group(1).startsWith("4")) {
        return Optional.of(Integer.parseInt(said.group(1)));
      }
    }
    return Optional.empty();
  }

  private static Unavailable unavailable(String detail) {
    return new Unavailable(Kind.COMMUNICATION.error(503, detail), Duration.ZERO);
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
    var each = failure;
    for (int depth = 0; depth < CAUSES_MAX && each != null; depth++, each = each.getCause()) {
      if (kind.isInstance(each)) {
        return Optional.of(kind.cast(each));
      }
    }
    return Optional.empty();
  }
}
