package dev.millrace.stages.grpc;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.stages.CalledByDefinition;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.resource.ExternalResources;
import io.grpc.Metadata;
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
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real gRPC server; its service is described by files on disk. */
@Timeout(60)
final class GrpcStageTest {
  private static final String GREETER =
      """
      syntax = "proto3";
      package demo;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/struct.proto";
      import "shared/mood.proto";

      service Greeter {
        rpc Say (Greeting) returns (Answer);
        rpc Fail (Greeting) returns (Answer);
        rpc Hang (Greeting) returns (Answer);
        rpc Many (Greeting) returns (stream Answer);
        rpc Collect (stream Greeting) returns (Answer);
      }
      message Greeting {
        string name = 1;
        int32 times = 2;
        int64 big = 3;
        repeated string tags = 4;
        map<string, Place> places = 5;
        oneof who { string nick = 6; Place home = 7; }
        optional int32 maybe = 8;
        shared.Mood mood = 9;
        google.protobuf.Timestamp at = 10;
        google.protobuf.Struct free = 11;
        bytes raw = 12;
        string custom_name = 13 [json_name = "customized"];
        message Place { string city = 1; }
      }
      message Answer { string text = 1; Greeting echo = 2; int32 count = 3; }
      """;
  private static final String MOOD =
      """
      syntax = "proto3";
      package shared;
      enum Mood { UNKNOWN = 0; GOOD = 1; }
      """;

  @TempDir private Path folder;
  private final AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch called = new CountDownLatch(1);
  private Server server;
  private GrpcStage stage;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("greeter.proto"), GREETER);
    Files.createDirectory(folder.resolve("shared"));
    Files.writeString(folder.resolve("shared/mood.proto"), MOOD);
    var settings =
        new StageSettings(
            Path.of("target"),
            Map.of(
                ExternalResources.FOLDERS,
                folder.toString(),
                GrpcStage.RESPONSE_BYTES_MAX_SETTING,
                "20000"));
    var client = AuthorizedClient.of(settings);
    var resources = new ExternalResources(settings, client);
    stage = new GrpcStage(settings, resources, client);
    server =
        serve(
            new ProtoFiles(resources).read(new Endpoint(folder.resolve("greeter.proto").toUri())));
  }

  @AfterEach
  void stop() {
    hanging.countDown();
    stage.close();
    server.shutdownNow();
  }

  @Test
  void a_method_is_called_and_its_response_is_the_output() throws Exception {
    var answer = ask("Say", "{'name': 'Ada'}");
    assertThat(output(answer).path("text").asText()).isEqualTo("Hello Ada");
    assertThat(output(answer).path("count").isIntegralNumber()).isTrue();
  }

  @Test
  void messages_follow_the_json_mapping_of_protocol_buffers() throws Exception {
    var sent =
        "{'name': 'Ada', 'times': 2, 'big': '9007199254740993', 'tags': ['a', 'b'], 'places': {'x':"
            + " {'city': 'Paris'}}, 'home': {'city': 'Rome'}, 'maybe': 0, 'mood': 'GOOD', 'at':"
            + " '2026-01-01T00:00:00Z', 'free': {'q': [1.5, null, 'z']}, 'raw': 'AAE=',"
            + " 'customized': 'c'}";
    assertThat(output(ask("Say", sent)).path("echo")).isEqualTo(json(sent));
  }

  @Test
  void fields_of_a_response_are_there_also_with_their_default_values() throws Exception {
    var echo = output(ask("Say", "{}")).path("echo");
    assertThat(echo.path("name").asText("missing")).isEmpty();
    assertThat(echo.path("times").asInt(-1)).isZero();
    assertThat(echo.path("tags").isArray()).isTrue();
    assertThat(echo.has("maybe")).isFalse();
  }

  @Test
  void a_definition_calls_a_method() throws Exception {
    var request =
        CalledByDefinition.request(
            """
            call: grpc
            with:
              proto: {endpoint: 'file://%s/greeter.proto'}
              service: {name: demo.Greeter, host: localhost, port: '${ .port }'}
              method: Say
              arguments: {name: '${ .name }', times: 2}
            """
                .formatted(folder),
            "{'name': 'Ada', 'port': %d}".formatted(server.getPort()));
    assertThat(output(stage.execute(request)).at("/echo/times").asInt()).isEqualTo(2);
  }

  @Test
  void the_idempotency_key_is_metadata() throws Exception {
    ask("Say", "{}");
    assertThat(
            Objects.requireNonNull(headers.get())
                .get(Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo(request("grpc", "grpc", json("{}")).idempotencyKey());
  }

  @Test
  void a_stream_of_responses_is_a_list() throws Exception {
    assertThat(output(ask("Many", "{'name': 'Ada', 'times': 3}")).findValuesAsText("count"))
        .containsExactly("0", "1", "2");
    assertThat(output(ask("Many", "{'times': 0}"))).isEqualTo(json("[]"));
  }

  @Test
  void a_stream_beyond_its_bound_is_refused() throws Exception {
    var error = refusal(ask("Many", "{'name': '%s', 'times': 30}".formatted("x".repeat(1_000))));
    assertThat(error.detail()).contains("more than", "grpc.response-bytes-max");
  }

  @Test
  void a_response_beyond_its_bound_is_refused() throws Exception {
    var error = refusal(ask("Say", "{'name': '%s'}".formatted("x".repeat(21_000))));
    assertThat(error.status()).isEqualTo(429);
  }

  @Test
  void a_stream_of_requests_is_refused() throws Exception {
    assertThat(refusal(ask("Collect", "{}")).detail()).contains("wants a stream of requests");
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, Refused, 400",
    "FAILED_PRECONDITION, Refused, 400",
    "OUT_OF_RANGE, Refused, 400",
    "UNAUTHENTICATED, Refused, 401",
    "PERMISSION_DENIED, Refused, 403",
    "NOT_FOUND, Refused, 404",
    "ALREADY_EXISTS, Refused, 409",
    "UNIMPLEMENTED, Refused, 501",
    "UNAVAILABLE, Unavailable, 503",
    "RESOURCE_EXHAUSTED, Unavailable, 429",
    "ABORTED, Unknown, 409",
    "DEADLINE_EXCEEDED, Unknown, 408",
    "CANCELLED, Unknown, 500",
    "UNKNOWN, Unknown, 500",
    "INTERNAL, Unknown, 500",
    "DATA_LOSS, Unknown, 500"
  })
  void what_the_server_says_is_one_of_the_four_answers(String code, String kind, int status)
      throws Exception {
    var answer = ask("Fail", "{'name': '%s'}".formatted(code));
    assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(error(answer).status()).isEqualTo(status);
    assertThat(error(answer).type()).isEqualTo(Kind.COMMUNICATION.type());
    assertThat(error(answer).detail()).contains("demo.Greeter/Fail", code, "because");
  }

  @Test
  void nobody_listening_is_unavailable() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var arguments = arguments("Say", "{}");
    ((ObjectNode) arguments.get("service")).put("port", port);
    assertThat(stage.execute(request("grpc", "grpc", arguments))).isInstanceOf(Unavailable.class);
  }

  @Test
  void a_connection_lost_during_a_call_is_unknown_although_grpc_says_unavailable()
      throws Exception {
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return ask("Hang", "{}");
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    called.await();
    server.shutdownNow();
    assertThat(answer.get()).isInstanceOf(Unknown.class);
  }

  @Test
  void a_call_ends_with_its_deadline_and_is_unknown() throws Exception {
    var request =
        request("grpc", "grpc", arguments("Hang", "{}"), "order-1", Instant.now().plusMillis(700));
    var answer = stage.execute(request);
    assertThat(answer).isInstanceOf(Unknown.class);
    assertThat(error(answer).status()).isEqualTo(408);
  }

  @Test
  void arguments_that_are_no_request_are_refused() throws Exception {
    assertThat(refusal(ask("Say", "{'nam': 'x'}")).detail()).contains("demo.Greeting", "nam");
    assertThat(refusal(ask("Say", "{'times': 'many'}")).detail()).contains("demo.Greeting");
  }

  @Test
  void a_service_or_method_that_is_not_described_is_refused() throws Exception {
    assertThat(refusal(ask("Sing", "{}")).detail()).contains("no method 'Sing'", "Say");
    var arguments = arguments("Say", "{}");
    ((ObjectNode) arguments.get("service")).put("name", "Singer");
    assertThat(refusal(stage.execute(request("grpc", "grpc", arguments))).detail())
        .contains("no service 'Singer'");
  }

  @Test
  void a_service_may_be_named_without_its_package() throws Exception {
    var arguments = arguments("Say", "{'name': 'x'}");
    ((ObjectNode) arguments.get("service")).put("name", "Greeter");
    assertThat(stage.execute(request("grpc", "grpc", arguments))).isInstanceOf(Completed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "this is no proto file                                          | is no .proto file",
        "syntax = \"proto3\"; message A { Missing m = 1; }              | do not fit together",
        "syntax = \"proto3\"; import \"gone.proto\";                    | there is no",
        "syntax = \"proto3\"; import \"../../etc/passwd\";              | is no import"
      })
  void a_description_that_is_none_is_refused(String text, String message) throws Exception {
    Files.writeString(folder.resolve("bad.proto"), text);
    var arguments = arguments("Say", "{}");
    arguments.put("proto", folder.resolve("bad.proto").toUri().toString());
    assertThat(refusal(stage.execute(request("grpc", "grpc", arguments))).detail())
        .contains(message);
  }

  private Server serve(FileDescriptor file) throws Exception {
    var service = file.findServiceByName("Greeter");
    var definition = ServerServiceDefinition.builder(service.getFullName());
    for (var method : service.getMethods()) {
      if (!method.isClientStreaming()) {
        definition.addMethod(
            descriptor(method), ServerCalls.asyncServerStreamingCall(work(method)::accept));
      }
    }
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(definition.build())
        .intercept(new KeepHeaders())
        .build()
        .start();
  }

  private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> descriptor(
      MethodDescriptor method) {
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY)
        .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
        .setRequestMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
        .setResponseMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
        .build();
  }

  private BiConsumer<DynamicMessage, StreamObserver<DynamicMessage>> work(MethodDescriptor method) {
    return switch (method.getName()) {
      case "Say" ->
          (greeting, to) -> {
            to.onNext(answer(method, greeting, 0));
            to.onCompleted();
          };
      case "Many" ->
          (greeting, to) -> {
            int times = (int) value(greeting, "times");
            for (int count = 0; count < times; count++) {
              to.onNext(answer(method, greeting, count));
            }
            to.onCompleted();
          };
      case "Fail" ->
          (greeting, to) ->
              to.onError(
                  Status.fromCode(Status.Code.valueOf((String) value(greeting, "name")))
                      .withDescription("because")
                      .asRuntimeException());
      default ->
          (_, to) -> {
            called.countDown();
            try {
              hanging.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
            to.onCompleted();
          };
    };
  }

  private static DynamicMessage answer(
      MethodDescriptor method, DynamicMessage greeting, int count) {
    var type = method.getOutputType();
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByName("text"), "Hello " + value(greeting, "name"))
        .setField(type.findFieldByName("echo"), greeting)
        .setField(type.findFieldByName("count"), count)
        .build();
  }

  private static Object value(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private final class KeepHeaders implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      headers.set(metadata);
      return next.startCall(call, metadata);
    }
  }

  private StageAnswer ask(String method, String arguments) throws InterruptedException {
    return stage.execute(request("grpc", "grpc", arguments(method, arguments)));
  }

  private ObjectNode arguments(String method, String message) {
    var arguments = (ObjectNode) json("{'service': {'name': 'demo.Greeter', 'host': '127.0.0.1'}}");
    ((ObjectNode) arguments.get("service")).put("port", server.getPort());
    arguments.put("proto", folder.resolve("greeter.proto").toUri().toString());
    arguments.put("method", method);
    arguments.set("arguments", json(message));
    return arguments;
  }

  private static JsonNode output(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Completed.class);
    return ((Completed) answer).output();
  }

  private static WorkflowError refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error();
  }

  private static WorkflowError error(StageAnswer answer) {
    return switch (answer) {
      case Completed(var output) -> throw new AssertionError("completed with " + output);
      case Refused(var error) -> error;
      case Unavailable(var error, _) -> error;
      case Unknown(var error) -> error;
    };
  }
}
