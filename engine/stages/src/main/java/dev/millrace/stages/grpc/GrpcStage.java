package dev.millrace.stages.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.DynamicMessage;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Destinations;
import dev.millrace.stages.http.NoTokenException;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.resource.ResourceException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code grpc}: {@code call: grpc} of the definition language.
 *
 * <p>Arguments: {@code proto}, {@code service} with {@code name}, {@code host}, {@code port} and
 * {@code authentication}, which becomes metadata {@code authorization}, {@code method}, {@code
 * arguments}. The output is the response, or the list of responses of a method that streams them;
 * methods that want a stream of requests are refused. Every call carries the idempotency key as
 * metadata {@value #IDEMPOTENCY_KEY}, and its deadline.
 *
 * <p>The language does not say whether a service speaks TLS: it does on port 443, which is also the
 * default, and on the ports that the setting {@value #TLS_PORTS} names.
 */
public final class GrpcStage implements StageFunction, AutoCloseable {
  public static final String NAME = "grpc";

  /** Ports where TLS is spoken, besides 443, separated by commas. */
  public static final String TLS_PORTS = "grpc.tls-ports";

  /**
   * Largest response, of a stream all together, in bytes; {@link #RESPONSE_BYTES_MAX} if not set.
   */
  public static final String RESPONSE_BYTES_MAX_SETTING = "grpc.response-bytes-max";

  public static final int RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

  /** Most responses of a stream. */
  public static final int RESPONSES_MAX = 10_000;

  public static final String IDEMPOTENCY_KEY = "idempotency-key";

  private static final int TLS_PORT = 443;

  private final ProtoFiles protos;
  private final GrpcChannels channels;
  private final Destinations destinations;
  private final AuthorizedClient credentials;
  private final int responseBytesMax;
  private final InstantSource clock = InstantSource.system();

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public GrpcStage(
      StageSettings settings, ExternalResources resources, AuthorizedClient credentials) {
    this.credentials = credentials;
    this.protos = new ProtoFiles(resources);
    this.destinations = Destinations.of(settings);
    this.responseBytesMax =
        settings
            .value(RESPONSE_BYTES_MAX_SETTING)
            .map(Integer::parseInt)
            .orElse(RESPONSE_BYTES_MAX);
    this.channels = new GrpcChannels(tlsPorts(settings), responseBytesMax);
  }

  private static Set<Integer> tlsPorts(StageSettings settings) {
    var ports =
        settings.value(TLS_PORTS).stream()
            .flatMap(list -> Arrays.stream(list.split(",")))
            .map(port -> Integer.parseInt(port.strip()))
            .collect(Collectors.toSet());
    ports.add(TLS_PORT);
    return ports;
  }

  @Override
  public String dependency(StageRequest request) {
    return GrpcCall.address(request.arguments()).toString();
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      var call = GrpcCall.read(request.arguments());
      var method = GrpcMethod.of(protos.read(call.proto()), call);
      destinations.check(call.address().host());
      return exchange(call, method, request);
    } catch (ResourceException e) {
      return e.answer();
    } catch (NoTokenException e) {
      return e.answer();
    } catch (UnknownHostException e) {
      return new Unavailable(
          Kind.COMMUNICATION.error(503, "no address for the host " + e.getMessage()),
          Duration.ZERO);
    } catch (IOException e) {
      return new Unavailable(Kind.COMMUNICATION.error(503, "no token"), Duration.ZERO);
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }

  /** Once more with a new token, if the one that was used is not accepted any more. */
  private StageAnswer exchange(GrpcCall call, GrpcMethod method, StageRequest request)
      throws IOException, InterruptedException, NoTokenException {
    var authorization = credentials.authorization(call.authentication());
    var answer = exchange(call, method, request, authorization);
    var again =
        answer instanceof Refused(var error)
            && error.status() == GrpcStatuses.UNAUTHENTICATED
            && credentials.isRenewed(call.authentication(), authorization);
    return again
        ? exchange(call, method, request, credentials.authorization(call.authentication()))
        : answer;
  }

  private StageAnswer exchange(
      GrpcCall call, GrpcMethod method, StageRequest request, @Nullable String authorization)
      throws InterruptedException {
    var delivery = new Delivery();
    var options =
        CallOptions.DEFAULT
            .withDeadlineAfter(timeLeft(request).toMillis(), TimeUnit.MILLISECONDS)
            .withStreamTracerFactory(delivery);
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of(IDEMPOTENCY_KEY, Metadata.ASCII_STRING_MARSHALLER),
        ascii(request.idempotencyKey()));
    if (authorization != null) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    }
    var channel =
        ClientInterceptors.intercept(
            channels.to(call.address()), MetadataUtils.newAttachHeadersInterceptor(headers));
    // Closed, it cancels what is left of the call.
    try (var scope = Context.current().withCancellation()) {
      var previous = scope.attach();
      try {
        return method.isStream()
            ? stream(method, channel, options)
            : new Completed(
                method.json(
                    ClientCalls.blockingUnaryCall(
                        channel, method.descriptor(), options, method.request())));
      } finally {
        scope.detach(previous);
      }
    } catch (StatusRuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return GrpcStatuses.answer(e.getStatus(), delivery, call);
    }
  }

  private StageAnswer stream(GrpcMethod method, Channel channel, CallOptions options) {
    var responses =
        ClientCalls.blockingServerStreamingCall(
            channel, method.descriptor(), options, method.request());
    var output = JsonNodeFactory.instance.arrayNode();
    long bytes = 0;
    while (responses.hasNext()) {
      DynamicMessage response = responses.next();
      bytes += response.getSerializedSize();
      if (output.size() == RESPONSES_MAX || bytes > responseBytesMax) {
        return new Refused(
            Kind.RUNTIME.error(
                "%s answered with more than %,d responses or %s = %,d bytes"
                    .formatted(
                        method.descriptor().getFullMethodName(),
                        RESPONSES_MAX,
                        RESPONSE_BYTES_MAX_SETTING,
                        responseBytesMax)));
      }
      output.add(method.json(response));
    }
    return new Completed(output);
  }

  /** At most what the stage has for an attempt. */
  private Duration timeLeft(StageRequest request) {
    var timeout = StagePolicy.DEFAULT.timeout();
    if (request.deadline() == null) {
      return timeout;
    }
    var left = Duration.between(clock.instant(), request.deadline());
    return left.compareTo(timeout) < 0 ? left : timeout;
  }

  /** Metadata holds printable ASCII; anything else is percent-encoded. */
  private static String ascii(String key) {
    return key.chars().allMatch(it -> it > ' ' && it < 0x7f) ? key : URLEncoder.encode(key, UTF_8);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    channels.close();
  }
}
