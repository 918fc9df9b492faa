package dev.millrace.stages.http;

import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;

/**
 * Which of the four answers an HTTP exchange is. The one authoritative table:
 *
 * <table>
 * <caption>HTTP exchange to answer</caption>
 * <tr><th>what came back</th><th>answer</th><th>because</th></tr>
 * <tr><td>2xx; 3xx if {@code redirect}</td><td>Completed</td><td></td></tr>
 * <tr><td>3xx otherwise, 4xx, 501, 505</td><td>Refused, that status</td>
 *     <td>the same request would be refused again</td></tr>
 * <tr><td>408, 429, 503</td><td>Unavailable, Retry-After</td>
 *     <td>the server says that it has not done it</td></tr>
 * <tr><td>502, 504, other 5xx, safe method</td><td>Unavailable, Retry-After</td>
 *     <td>a safe method changes nothing, so nothing can have happened</td></tr>
 * <tr><td>502, 504, other 5xx, any other method</td><td>Unknown</td>
 *     <td>a gateway lost the answer, or the server failed on the way: it may have happened. That
 *     PUT and DELETE may be repeated does not mean that they have not happened</td></tr>
 * <tr><td>no connection, no such host, no TLS</td><td>Unavailable</td><td>nothing was sent</td></tr>
 * <tr><td>the connection broke later</td><td>Unknown</td><td>the request was sent</td></tr>
 * </table>
 *
 * <p>Errors are {@code communication} errors with the status that came back; without one, 503 if
 * nothing was sent and 500 if something was.
 */
public final class Classification {
  private Classification() {}

  public static boolean isCompleted(int status, boolean redirect) {
    return status >= 200 && status < (redirect ? 400 : 300);
  }

  /**
   * @param pause what the server asked for
   */
  public static StageAnswer ofStatus(int status, boolean safe, Duration pause, String detail) {
    var error = Kind.COMMUNICATION.error(status, detail);
    return switch (status) {
      case 408, 429, 503 -> new Unavailable(error, pause);
      case 501, 505 -> new Refused(error);
      default -> {
        if (status < 500) {
          yield new Refused(error);
        }
        yield safe ? new Unavailable(error, pause) : new Unknown(error);
      }
    };
  }

  public static StageAnswer ofFailure(IOException failure, String shownUri) {
    return switch (failure) {
      case ConnectException _, HttpConnectTimeoutException _ ->
          notSent("no connection to", shownUri);
      case UnknownHostException _ -> notSent("no address for the host of", shownUri);
      case SSLHandshakeException _ -> notSent("no TLS handshake with", shownUri);
      default ->
          new Unknown(error(500, "the connection broke after the request was sent to", shownUri));
    };
  }

  private static Unavailable notSent(String what, String shownUri) {
    return new Unavailable(error(503, what, shownUri), Duration.ZERO);
  }

  private static WorkflowError error(int status, String what, String shownUri) {
    return Kind.COMMUNICATION.error(status, what + " " + shownUri);
  }
}
