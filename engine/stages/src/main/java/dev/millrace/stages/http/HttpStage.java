package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function {@code http}: {@code call: http} of the definition language.
 *
 * <p>Arguments: {@code method}, {@code endpoint} (text, or {@code {uri, authentication}}), {@code
 * headers}, {@code query}, {@code body}, {@code output} ({@code content}, {@code response} or
 * {@code raw}), {@code redirect}, {@code authentication} ({@code basic} or {@code bearer}). Every
 * request carries the idempotency key as {@code Idempotency-Key}, unless the definition sets that
 * header itself. With {@code redirect} at most {@link #REDIRECTS_MAX} redirections are followed,
 * without credentials to another origin, and never from https to http.
 *
 * <p>What an exchange means is written in {@link Classification}. The time of an exchange is the
 * stage's, which interrupts it.
 */
public final class HttpStage implements StageFunction {
  public static final String NAME = "http";

  /** How long a connection may take to be made; then nothing was sent. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  public static final int REDIRECTS_MAX = 5;

  /** Default of the setting {@value #RESPONSE_BYTES_MAX_SETTING}. */
  public static final int RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

  public static final String RESPONSE_BYTES_MAX_SETTING = "http.response-bytes-max";

  /** Most characters of a response that an error repeats. */
  static final int SHOWN_LENGTH_MAX = 200;

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
  private static final Logger LOG = LoggerFactory.getLogger(HttpStage.class);

  private final HttpClient client;
  private final Destinations destinations;
  private final int responseBytesMax;
  private final InstantSource clock;

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public HttpStage(StageSettings settings) {
    this(settings, InstantSource.system());
  }

  HttpStage(StageSettings settings, InstantSource clock) {
    this.destinations = Destinations.of(settings);
    this.responseBytesMax =
        settings
            .value(RESPONSE_BYTES_MAX_SETTING)
            .map(Integer::parseInt)
            .orElse(RESPONSE_BYTES_MAX);
    this.clock = clock;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @Override
  public String dependency(StageRequest request) {
    return HttpCall.dependency(request.arguments());
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      return exchange(HttpCall.read(request.arguments()), request.idempotencyKey(), 0);
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }

  private StageAnswer exchange(HttpCall call, String idempotencyKey, int redirects)
      throws InterruptedException {
    try {
      destinations.check(call.uri());
      var response = client.send(request(call, idempotencyKey), BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        LOG.debug("{} {}: {}", call.method(), call.shownUri(), response.statusCode());
        var target = redirection(call, response);
        return target == null
            ? answer(call, response, body)
            : follow(call, response, target, idempotencyKey, redirects);
      }
    } catch (IOException e) {
      LOG.info("{} {}: {}", call.method(), call.shownUri(), e.toString());
      return Classification.ofFailure(e, call.shownUri());
    }
  }

  private static HttpRequest request(HttpCall call, String idempotencyKey) {
    var request =
        HttpRequest.newBuilder(call.uri())
            .method(
                call.method(),
                call.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body()))
            .version(
                call.uri().getScheme().equalsIgnoreCase("https")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1);
    call.headers().forEach((name, value) -> set(request, name, value));
    if (!call.headers().containsKey(IDEMPOTENCY_KEY)) {
      request.setHeader(IDEMPOTENCY_KEY, idempotencyKey);
    }
    return request.build();
  }

  private static void set(HttpRequest.Builder request, String name, String value) {
    try {
      request.setHeader(name, value);
    } catch (IllegalArgumentException _) { // its message would repeat the value
      throw new IllegalArgumentException(
          "header '" + name + "' cannot be set, or not to its value");
    }
  }

  private static @Nullable URI redirection(HttpCall call, HttpResponse<?> response) {
    if (!call.redirect() || !REDIRECTIONS.contains(response.statusCode())) {
      return null;
    }
    var target =
        response.headers().firstValue("location").map(it -> resolved(call.uri(), it)).orElse(null);
    boolean downgrades =
        target != null
            && "https".equalsIgnoreCase(call.uri().getScheme())
            && !"https".equalsIgnoreCase(target.getScheme());
    return downgrades ? null : target;
  }

  /** Null if the server sent what is no URI: then there is nowhere to go. */
  private static @Nullable URI resolved(URI base, String location) {
    try {
      return base.resolve(location);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private StageAnswer follow(
      HttpCall call, HttpResponse<?> response, URI target, String idempotencyKey, int redirects)
      throws InterruptedException {
    int status = response.statusCode();
    if (redirects == REDIRECTS_MAX) {
      return new Refused(
          Kind.COMMUNICATION.error(
              status,
              "more than " + REDIRECTS_MAX + " redirections, the last from " + call.shownUri()));
    }
    boolean asGet =
        status == 303 || (status != 307 && status != 308 && call.method().equals("POST"));
    return exchange(
        call.redirected(HttpCall.checked(target), asGet && !call.method().equals("HEAD")),
        idempotencyKey,
        redirects + 1);
  }

  private StageAnswer answer(HttpCall call, HttpResponse<?> response, InputStream body)
      throws IOException {
    int status = response.statusCode();
    if (!Classification.isCompleted(status, call.redirect())) {
      return Classification.ofStatus(
          status,
          call.isSafe(),
          RetryAfter.pause(response.headers().firstValue("retry-after"), clock.instant()),
          detail(call, status, body));
    }
    var bytes = body.readNBytes(responseBytesMax + 1);
    return bytes.length > responseBytesMax
        ? new Refused(
            Kind.RUNTIME.error(
                "%s answered with more than %s = %,d bytes"
                    .formatted(call.shownUri(), RESPONSE_BYTES_MAX_SETTING, responseBytesMax)))
        : completed(call, response, bytes);
  }

  private static StageAnswer completed(HttpCall call, HttpResponse<?> response, byte[] bytes) {
    Optional<JsonNode> output = HttpOutput.of(call, response, bytes);
    return output.isPresent()
        ? new Completed(output.get())
        : new Refused(
            Kind.COMMUNICATION.error(
                "%s %s answered %d with a body that is not the JSON its content type says"
                    .formatted(call.method(), call.shownUri(), response.statusCode())));
  }

  private static String detail(HttpCall call, int status, InputStream body) throws IOException {
    var text = new String(body.readNBytes(4 * SHOWN_LENGTH_MAX), StandardCharsets.UTF_8);
    var shown = Secrets.removed(text, call.headers()).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    var said = shown.substring(0, Math.min(SHOWN_LENGTH_MAX, shown.length()));
    return "%s %s answered %d%s"
        .formatted(call.method(), call.shownUri(), status, said.isEmpty() ? "" : ": " + said);
  }
}
