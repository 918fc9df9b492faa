package dev.millrace.server.conformance;

import com.google.protobuf.StringValue;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The service of {@link #PROTO}. {@code Greeter} greets everybody but Nobody; {@code Doorman} only
 * those with the basic credentials of the shop, or with a token of the authority that is not its
 * client's first.
 */
final class GrpcPeer implements AutoCloseable {
  static final String PROTO =
      """
      syntax = "proto3";
      package peers;
      service Greeter {
        rpc Greet (Name) returns (Greeting);
        rpc Spell (Name) returns (stream Greeting);
      }
      service Doorman {
        rpc Greet (Name) returns (Greeting);
      }
      message Name { string name = 1; }
      message Greeting { string text = 1; }
      """;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Tokens tokens;
  private final Server server;

  GrpcPeer(Tokens tokens) throws Exception {
    this.tokens = tokens;
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.server =
        NettyServerBuilder.forAddress(loopback)
            .addService(service("Greeter"))
            .addService(io.grpc.ServerInterceptors.intercept(service("Doorman"), new Doorman()))
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  private static ServerServiceDefinition service(String name) {
    var service =
        ServerServiceDefinition.builder("peers." + name)
            .addMethod(
                method(name, "Greet", MethodType.UNARY),
                ServerCalls.asyncUnaryCall(GrpcPeer::greet));
    return name.equals("Greeter")
        ? service
            .addMethod(
                method(name, "Spell", MethodType.SERVER_STREAMING),
                ServerCalls.asyncServerStreamingCall(GrpcPeer::spell))
            .build()
        : service.build();
  }

  /** Both messages are one text in field 1, as a StringValue is. */
  private static MethodDescriptor<StringValue, StringValue> method(
      String service, String name, MethodType type) {
    var marshaller = ProtoUtils.marshaller(StringValue.getDefaultInstance());
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setType(type)
        .setFullMethodName("peers." + service + "/" + name)
        .setRequestMarshaller(marshaller)
        .setResponseMarshaller(marshaller)
        .build();
  }

  private static void greet(StringValue name, StreamObserver<StringValue> answers) {
    if (name.getValue().equals("Nobody")) {
      answers.onError(Status.NOT_FOUND.withDescription("nobody is here").asRuntimeException());
      return;
    }
    answers.onNext(StringValue.of("Hello " + name.getValue()));
    answers.onCompleted();
  }

  private static void spell(StringValue name, StreamObserver<StringValue> answers) {
    name.getValue().chars().forEach(it -> answers.onNext(StringValue.of(Character.toString(it))));
    answers.onCompleted();
  }

  private final class Doorman implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      var said = headers.get(AUTHORIZATION);
      if (WebPeer.BASIC.equals(said) || tokens.later(said).isPresent()) {
        return next.startCall(call, headers);
      }
      call.close(Status.UNAUTHENTICATED.withDescription("who are you"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
