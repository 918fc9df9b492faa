package dev.millrace.stages.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * How far a request came. The status of a call does not tell: a connection that was refused and one
 * that broke after the request was sent are both {@code UNAVAILABLE}.
 */
final class Delivery extends ClientStreamTracer.Factory {
  private volatile boolean sent;
  private volatile boolean answered;

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void outboundMessage(int sequence) {
        sent = true;
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        answered = true;
      }
    };
  }

  /** Whether the request may have left this process. */
  boolean mayBeSent() {
    return sent;
  }

  /** Whether the status is the server's own, and not a guess of this side. */
  boolean isAnswered() {
    return answered;
  }
}
