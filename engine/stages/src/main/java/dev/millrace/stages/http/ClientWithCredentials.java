package dev.millrace.stages.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's client as somebody: for libraries that send by it, so that they too authenticate as
 * {@link AuthorizedClient} does. An exchange that ends without a token fails with an {@link
 * IOException} that a {@link NoTokenException} caused.
 */
final class ClientWithCredentials extends HttpClient {
  private final HttpClient client;
  private final AuthorizedClient sender;
  private final Authentication authentication;

  ClientWithCredentials(HttpClient client, AuthorizedClient sender, Authentication authentication) {
    this.client = client;
    this.sender = sender;
    this.authentication = authentication;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return sender.send(request, authentication, handler);
    } catch (NoTokenException e) {
      throw new IOException(e);
    }
  }

  /** On a thread of its own, which ends with whoever waits for it. */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    var answer = new CompletableFuture<HttpResponse<T>>();
    var thread = Thread.ofVirtual().unstarted(() -> complete(answer, request, handler));
    var _ =
        answer.whenComplete((_, failure) -> {
          if (failure != null) {
            thread.interrupt();
          }
        });
    thread.start();
    return answer;
  }

  private <T> void complete(
      CompletableFuture<HttpResponse<T>> answer, HttpRequest request, BodyHandler<T> handler) {
    try {
      answer.complete(send(request, handler));
    } catch (IOException | RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } catch (InterruptedException e) {
      answer.completeExceptionally(e);
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
