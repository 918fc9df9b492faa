package dev.millrace.llm.chat;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How LangChain4j's models reach their endpoint: one exchange, no retry, a bounded reply, and
 * {@code Retry-After} kept. The engine's retry policy is the only one.
 */
final class ModelConnection implements HttpClient {
  static final int REPLY_BYTES_MAX = 4 * 1024 * 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final java.net.http.HttpClient client;
  private final Duration readTimeout;

  private ModelConnection(Duration connectTimeout, Duration readTimeout) {
    this.client = java.net.http.HttpClient.newBuilder().connectTimeout(connectTimeout).build();
    this.readTimeout = readTimeout;
  }

  static HttpClientBuilder builder() {
    return new Builder();
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    var response = exchange(toJava(request));
    if (response.statusCode() / 100 != 2) {
      throw new ModelReply(response.statusCode(), text(response), retryAfter(response));
    }
    return SuccessfulHttpResponse.builder()
        .statusCode(response.statusCode())
        .headers(response.headers().map())
        .body(text(response))
        .build();
  }

  /** The JDK's own timeout ends with the headers; this one covers the body, too. */
  private HttpResponse<byte[]> exchange(java.net.http.HttpRequest request) {
    var reply =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), REPLY_BYTES_MAX));
    try {
      return reply.get(readTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new UncheckedIOException(new HttpTimeoutException("no reply within " + readTimeout));
    } catch (ExecutionException e) {
      throw new UncheckedIOException(
          e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting"));
    } finally {
      reply.cancel(true);
    }
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private java.net.http.HttpRequest toJava(HttpRequest request) {
    var builder = java.net.http.HttpRequest.newBuilder(URI.create(request.url()));
    request.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    var body =
        request.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(request.body());
    return builder.method(request.method().name(), body).build();
  }

  /** Seconds or a date, as RFC 9110 section 10.2.3 allows; zero when absent or unreadable. */
  private static Duration retryAfter(HttpResponse<?> response) {
    var value = response.headers().firstValue("retry-after").orElse("0").strip();
    if (value.matches("\\d{1,6}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      var date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      var pause = Duration.between(Instant.now(), date);
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (DateTimeParseException _) {
      return Duration.ZERO;
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("a stage answers once: replies are not streamed");
  }

  private static final class Builder implements HttpClientBuilder {
    private Duration connectTimeout = CONNECT_TIMEOUT;
    private Duration readTimeout = ChatModels.REPLY_TIMEOUT;

    @Override
    public Duration connectTimeout() {
      return connectTimeout;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
      connectTimeout = timeout;
      return this;
    }

    @Override
    public Duration readTimeout() {
      return readTimeout;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
      readTimeout = timeout;
      return this;
    }

    @Override
    public HttpClient build() {
      return new ModelConnection(connectTimeout, readTimeout);
    }
  }
}
