package dev.millrace.stages.http;

import dev.millrace.stages.StageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of all calls with their credentials, to where calls may go. A 401 is answered
 * once: with what a digest challenge asks for, or with a new token. Protocols that are not HTTP get
 * the same credentials by {@link #authorization} and {@link #isRenewed}.
 *
 * <p>One of these is one store of tokens: the stages of a worker share it. Thread-safe.
 */
public final class AuthorizedClient {
  static final String AUTHORIZATION = "Authorization";
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String CHALLENGE = "www-authenticate";
  private static final int UNAUTHORIZED = 401;

  private final Destinations destinations;
  private final HttpClient client;
  private final Tokens tokens;

  AuthorizedClient(Destinations destinations, InstantSource clock) {
    this.destinations = destinations;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(HttpStage.CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.tokens = new Tokens(new TokenEndpoint(client, destinations, clock), clock);
  }

  public static AuthorizedClient of(StageSettings settings) {
    return new AuthorizedClient(Destinations.of(settings), InstantSource.system());
  }

  /**
   * @return whose body the caller closes
   * @throws NoTokenException if there is no token to be had
   * @throws IllegalArgumentException if the call may not go there, or a header cannot be set
   */
  HttpResponse<InputStream> send(HttpCall call, String idempotencyKey)
      throws IOException, InterruptedException, NoTokenException {
    return send(request(call, idempotencyKey), call.authentication(), BodyHandlers.ofInputStream());
  }

  /**
   * Sends a request. The handler sees one response: a 401 that is answered is not shown to it.
   *
   * @throws NoTokenException if there is no token to be had
   * @throws IllegalArgumentException if the request may not go there
   */
  public <T> HttpResponse<T> send(
      HttpRequest request, Authentication authentication, BodyHandler<T> handler)
      throws IOException, InterruptedException, NoTokenException {
    destinations.check(request.uri());
    var first = authorization(authentication);
    var response =
        client.send(
            authorized(request, first),
            info ->
                info.statusCode() == UNAUTHORIZED && isAnswerable(authentication, info)
                    ? BodySubscribers.replacing(null)
                    : handler.apply(info));
    return response.statusCode() == UNAUTHORIZED && isAnswerable(authentication, response)
        ? client.send(authorized(request, again(authentication, first, response)), handler)
        : response;
  }

  /** The same as a client of the JDK, for libraries that want one. It is not to be closed. */
  public HttpClient as(Authentication authentication) {
    return new ClientWithCredentials(client, this, authentication);
  }

  /**
   * The value of the header {@code Authorization}, or of what a protocol has in its place.
   *
   * @return null for none, and for a digest, which answers a challenge
   * @throws NoTokenException if there is no token to be had
   * @throws IllegalArgumentException if the authority is no place to ask for one
   */
  public @Nullable String authorization(Authentication authentication)
      throws IOException, InterruptedException, NoTokenException {
    return switch (authentication) {
      case Authentication.None _, Authentication.Digest _ -> null;
      case Authentication.Basic basic -> basic.value();
      case Authentication.Bearer(var token) -> bearer(token);
      case Authentication.Token(var grant) -> bearer(tokens.token(grant));
    };
  }

  /**
   * Whether it is worth to try once more after this authorization was refused, because another has
   * taken its place.
   */
  public boolean isRenewed(Authentication authentication, @Nullable String refused) {
    if (authentication instanceof Authentication.Token(var grant) && refused != null) {
      tokens.forget(grant, refused.substring(bearer("").length()));
      return true;
    }
    return false;
  }

  /** The same, where it is not known which authorization was refused: the one that is kept. */
  public boolean isRenewed(Authentication authentication) {
    if (authentication instanceof Authentication.Token(var grant)) {
      tokens.forget(grant);
      return true;
    }
    return false;
  }

  /** Takes the token in use out of what this attempt says, whoever has fetched it. */
  public void hide(Authentication authentication) {
    if (authentication instanceof Authentication.Token(var grant)) {
      tokens.hide(grant);
    }
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private static boolean isAnswerable(
      Authentication authentication, HttpResponse.ResponseInfo response) {
    return isAnswerable(authentication, response.headers());
  }

  private static boolean isAnswerable(Authentication authentication, HttpResponse<?> response) {
    return isAnswerable(authentication, response.headers());
  }

  private static boolean isAnswerable(
      Authentication authentication, java.net.http.HttpHeaders headers) {
    return switch (authentication) {
      case Authentication.None _, Authentication.Basic _, Authentication.Bearer _ -> false;
      case Authentication.Token _ -> true;
      case Authentication.Digest _ -> DigestAnswer.isPossible(headers.allValues(CHALLENGE));
    };
  }

  private @Nullable String again(
      Authentication authentication, @Nullable String refused, HttpResponse<?> response)
      throws IOException, InterruptedException, NoTokenException {
    if (authentication instanceof Authentication.Digest digest) {
      Optional<String> answer =
          DigestAnswer.of(digest, response.request(), response.headers().allValues(CHALLENGE));
      return answer.orElse(null);
    }
    isRenewed(authentication, refused);
    return authorization(authentication);
  }

  private static HttpRequest authorized(HttpRequest request, @Nullable String authorization) {
    var copy = HttpRequest.newBuilder(request, (_, _) -> true);
    if (request.version().isEmpty()) {
      copy.version(version(request));
    }
    if (authorization != null) {
      set(copy, AUTHORIZATION, authorization);
    }
    return copy.build();
  }

  private static HttpRequest request(HttpCall call, String idempotencyKey) {
    var request =
        HttpRequest.newBuilder(call.uri())
            .method(
                call.method(),
                call.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body()));
    call.headers().forEach((name, value) -> set(request, name, value));
    if (!call.headers().containsKey(IDEMPOTENCY_KEY)) {
      set(request, IDEMPOTENCY_KEY, idempotencyKey);
    }
    return request.build();
  }

  /** Without TLS no upgrade is tried: some servers answer it with an error. */
  private static HttpClient.Version version(HttpRequest request) {
    return request.uri().getScheme().equalsIgnoreCase("https")
        ? HttpClient.Version.HTTP_2
        : HttpClient.Version.HTTP_1_1;
  }

  private static void set(HttpRequest.Builder request, String name, String value) {
    try {
      request.setHeader(name, value);
    } catch (IllegalArgumentException _) { // its message would repeat the value
      throw new IllegalArgumentException(
          "header '" + name + "' cannot be set, or not to its value");
    }
  }
}
