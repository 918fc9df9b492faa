package dev.millrace.stages.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls with their credentials, to where calls may go. A 401 is answered once: with what a
 * digest challenge asks for, or with a new token.
 */
final class AuthorizedClient {
  static final String AUTHORIZATION = "Authorization";
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
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

  /**
   * @return whose body the caller closes
   * @throws NoTokenException if there is no token to be had
   * @throws IllegalArgumentException if the call may not go there, or a header cannot be set
   */
  HttpResponse<InputStream> send(HttpCall call, String idempotencyKey)
      throws IOException, InterruptedException, NoTokenException {
    destinations.check(call.uri());
    return switch (call.authentication()) {
      case Authentication.None _ -> send(call, idempotencyKey, null);
      case Authentication.Header(var value) -> send(call, idempotencyKey, value);
      case Authentication.Digest digest -> digest(call, idempotencyKey, digest);
      case Authentication.Token(var grant) -> withToken(call, idempotencyKey, grant);
    };
  }

  private HttpResponse<InputStream> digest(
      HttpCall call, String idempotencyKey, Authentication.Digest digest)
      throws IOException, InterruptedException {
    var response = send(call, idempotencyKey, null);
    if (response.statusCode() != UNAUTHORIZED) {
      return response;
    }
    var answer = DigestAnswer.of(digest, call, response.headers().allValues("www-authenticate"));
    if (answer.isEmpty()) {
      return response;
    }
    response.body().close();
    return send(call, idempotencyKey, answer.get());
  }

  private HttpResponse<InputStream> withToken(
      HttpCall call, String idempotencyKey, TokenGrant grant)
      throws IOException, InterruptedException, NoTokenException {
    var token = tokens.token(grant);
    var response = send(call, idempotencyKey, "Bearer " + token);
    if (response.statusCode() != UNAUTHORIZED) {
      return response;
    }
    response.body().close();
    tokens.forget(grant, token);
    return send(call, idempotencyKey, "Bearer " + tokens.token(grant));
  }

  private HttpResponse<InputStream> send(
      HttpCall call, String idempotencyKey, @Nullable String authorization)
      throws IOException, InterruptedException {
    return client.send(request(call, idempotencyKey, authorization), BodyHandlers.ofInputStream());
  }

  private static HttpRequest request(
      HttpCall call, String idempotencyKey, @Nullable String authorization) {
    var request =
        HttpRequest.newBuilder(call.uri())
            .method(
                call.method(),
                call.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body()))
            .version(version(call));
    call.headers().forEach((name, value) -> set(request, name, value));
    if (!call.headers().containsKey(IDEMPOTENCY_KEY)) {
      set(request, IDEMPOTENCY_KEY, idempotencyKey);
    }
    if (authorization != null) {
      set(request, AUTHORIZATION, authorization);
    }
    return request.build();
  }

  private static HttpClient.Version version(HttpCall call) {
    return call.uri().getScheme().equalsIgnoreCase("https")
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
