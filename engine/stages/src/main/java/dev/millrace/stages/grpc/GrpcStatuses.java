package dev.millrace.stages.grpc;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.rpc.JsonRpcFailure;
import io.grpc.Status;
import java.time.Duration;

/**
 * Which of the four answers the status of a call is. The one authoritative table:
 *
 * <table>
 * <caption>gRPC status to answer</caption>
 * <tr><th>status</th><th>answer</th><th>because</th></tr>
 * <tr><td>{@code INVALID_ARGUMENT}, {@code NOT_FOUND}, {@code ALREADY_EXISTS}, {@code
 *     PERMISSION_DENIED}, {@code FAILED_PRECONDITION}, {@code OUT_OF_RANGE}, {@code UNIMPLEMENTED},
 *     {@code UNAUTHENTICATED}</td><td>Refused, with the HTTP status that says the same</td>
 *     <td>the same request would be refused again</td></tr>
 * <tr><td>any, and the request has not left</td><td>Unavailable</td><td>nothing was sent</td></tr>
 * <tr><td>{@code UNAVAILABLE}, {@code RESOURCE_EXHAUSTED} said by the server</td>
 *     <td>Unavailable</td><td>the server says that it has not done it</td></tr>
 * <tr><td>{@code RESOURCE_EXHAUSTED} said by this side</td><td>Refused</td>
 *     <td>a message is beyond its bound, and would be again</td></tr>
 * <tr><td>{@code UNAVAILABLE} without the server's word, {@code DEADLINE_EXCEEDED}, {@code ABORTED},
 *     {@code CANCELLED}, {@code UNKNOWN}, {@code INTERNAL}, {@code DATA_LOSS}</td><td>Unknown</td>
 *     <td>the request was sent: it may have happened</td></tr>
 * </table>
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">gRPC status codes</a>
 */
final class GrpcStatuses {
  /** The HTTP status of a call whose credentials are not accepted. */
  static final int UNAUTHENTICATED = 401;

  private GrpcStatuses() {}

  static StageAnswer answer(Status status, Delivery delivery, GrpcCall call) {
    var description = status.getDescription();
    var detail =
        "%s answered %s%s"
            .formatted(
                call.shown(),
                status.getCode(),
                description == null ? "" : ": " + JsonRpcFailure.shown(description));
    var error = Kind.COMMUNICATION.error(http(status.getCode()), detail);
    var unavailable = new Unavailable(error, Duration.ZERO);
    return switch (status.getCode()) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          new Refused(error);
      case RESOURCE_EXHAUSTED -> delivery.isAnswered() ? unavailable : new Refused(error);
      case UNAVAILABLE ->
          delivery.isAnswered() || !delivery.mayBeSent() ? unavailable : new Unknown(error);
      case OK, DEADLINE_EXCEEDED, ABORTED, CANCELLED, UNKNOWN, INTERNAL, DATA_LOSS ->
          delivery.mayBeSent() ? new Unknown(error) : unavailable;
    };
  }

  /**
   * @see <a href="https://cloud.google.com/apis/design/errors#handling_errors">the usual
   *     mapping</a>
   */
  private static int http(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> UNAUTHENTICATED;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case DEADLINE_EXCEEDED -> 408;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case OK, CANCELLED, UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }
}
