package dev.millrace.stages.asyncapi;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.asyncapi.AsyncApiCall.Publish;
import dev.millrace.stages.asyncapi.AsyncApiCall.Subscribe;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Destinations;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.http.NoTokenException;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.resource.ResourceException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function {@code asyncapi}: {@code call: asyncapi} of the definition language, on Kafka.
 *
 * <p>Arguments: {@code document}, {@code channel} or {@code operation}, {@code server}, {@code
 * message} or {@code subscription}. The output of a message is the message as it was published,
 * with its topic, partition and offset; of a subscription the list of messages. Publishing is at
 * least once; see {@link KafkaPublisher}. Which messages a subscription sees is written in {@link
 * KafkaSubscription}.
 *
 * <p>Reading changes nothing, so a subscription that fails is Unavailable. A message that was sent
 * and not acknowledged is Unknown.
 */
public final class AsyncApiStage implements StageFunction, AutoCloseable {
  public static final String NAME = "asyncapi";

  /** Longest time for one call. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** Longest time a subscription waits for messages. */
  public static final Duration PATIENCE_MAX = TIMEOUT.minusSeconds(30);

  /** Most messages of a subscription. */
  public static final int MESSAGES_MAX = 10_000;

  /** Most bytes of the messages of a subscription together. */
  public static final long BYTES_MAX = 8L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AsyncApiStage.class);

  private final ExternalResources resources;
  private final Destinations destinations;
  private final AuthorizedClient credentials;
  private final KafkaPublisher publisher;

  public AsyncApiStage(
      StageSettings settings, ExternalResources resources, AuthorizedClient credentials) {
    this.credentials = credentials;
    this.publisher = new KafkaPublisher(credentials);
    this.resources = resources;
    this.destinations = Destinations.of(settings);
  }

  @Override
  public String dependency(StageRequest request) {
    return Endpoint.text(request.arguments().path("document"));
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      var call = AsyncApiCall.read(request.arguments());
      var channel = AsyncApiDocument.read(resources.read(call.document())).channel(call);
      checkDestinations(channel);
      credentials.authorization(call.authentication()); // kept, and known to be one to hide
      return switch (call.action()) {
        case Publish publish -> publish(channel, publish, request.idempotencyKey());
        case Subscribe subscribe -> subscribe(channel, subscribe);
      };
    } catch (ResourceException e) {
      return e.answer();
    } catch (NoTokenException e) {
      return e.answer();
    } catch (UnknownHostException e) {
      return unavailable("no address for the host " + e.getMessage());
    } catch (IOException _) {
      return unavailable("no token for the call");
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    } catch (InterruptException _) {
      Thread.interrupted();
      throw new InterruptedException();
    }
  }

  private void checkDestinations(KafkaChannel channel) throws UnknownHostException {
    for (var server : channel.cluster().bootstrapServers().split(",")) {
      destinations.check(server.strip().replaceFirst(":\\d+$", ""));
    }
  }

  private StageAnswer publish(KafkaChannel channel, Publish publish, String idempotencyKey)
      throws InterruptedException {
    try {
      return new Completed(publisher.publish(channel, publish, idempotencyKey));
    } catch (KafkaPublisher.NotSentException e) {
      return unavailable(String.valueOf(e.getMessage()));
    } catch (TimeoutException _) {
      return unknown(channel);
    } catch (ExecutionException e) {
      LOG.info("{}: {}", channel.shown(), String.valueOf(e.getCause()));
      return refusal(e.getCause(), channel, () -> unknown(channel));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.info("{}: {}", channel.shown(), e.toString());
      return refusal(e, channel, () -> unavailable("cannot reach " + channel.shown()));
    }
  }

  private StageAnswer subscribe(KafkaChannel channel, Subscribe subscribe) {
    try {
      return new Completed(
          new KafkaSubscription(subscribe, credentials).read(channel, PATIENCE_MAX));
    } catch (KafkaSubscription.TooMuchException _) {
      return new Refused(
          Kind.RUNTIME.error(
              "%s has more than %,d messages or %,d bytes for this subscription"
                  .formatted(channel.shown(), MESSAGES_MAX, BYTES_MAX)));
    } catch (KafkaSubscription.TooFewException _) {
      return new Refused(
          Kind.TIMEOUT.error(
              "%s had too few messages within %s; say how long to wait in 'consume.for'"
                  .formatted(channel.shown(), PATIENCE_MAX)));
    } catch (ExpressionException e) {
      return new Refused(Kind.EXPRESSION.error(String.valueOf(e.getMessage())));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.info("{}: {}", channel.shown(), e.toString());
      return refusal(e, channel, () -> unavailable("cannot read " + channel.shown()));
    }
  }

  private StageAnswer refusal(
      @Nullable Throwable failure, KafkaChannel channel, Supplier<StageAnswer> otherwise) {
    return switch (failure) {
      case null -> otherwise.get();
      case RecordTooLargeException _ -> refused(413, "the message is too large for", channel);
      case InvalidTopicException _ -> refused(400, "no name of a topic:", channel);
      case UnknownTopicOrPartitionException _ -> refused(404, "there is no", channel);
      case AuthorizationException _ -> refused(403, "not allowed:", channel);
      case AuthenticationException _ -> notAuthenticated(channel);
      default -> otherwise.get();
    };
  }

  /** A token that is not accepted any more is replaced, and the next attempt comes with it. */
  private StageAnswer notAuthenticated(KafkaChannel channel) {
    var login = channel.cluster().login();
    return login != null && credentials.isRenewed(login.authentication())
        ? unavailable("the token is not accepted at " + channel.shown())
        : refused(401, "not authenticated:", channel);
  }

  private static Refused refused(int status, String what, KafkaChannel channel) {
    return new Refused(Kind.COMMUNICATION.error(status, what + " " + channel.shown()));
  }

  private static Unknown unknown(KafkaChannel channel) {
    return new Unknown(
        Kind.COMMUNICATION.error(500, "not acknowledged in time: " + channel.shown()));
  }

  private static Unavailable unavailable(String detail) {
    return new Unavailable(Kind.COMMUNICATION.error(503, detail), Duration.ZERO);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    publisher.close();
  }
}
