package dev.millrace.stages.mcp;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Builds the client it was given, however the SDK would have it: the SDK takes builders only. */
record GivenClient(HttpClient client) implements HttpClient.Builder {

  @Override
  public HttpClient build() {
    return client;
  }

  @Override
  public HttpClient.Builder cookieHandler(CookieHandler handler) {
    return this;
  }

  @Override
  public HttpClient.Builder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient.Builder sslContext(SSLContext context) {
    return this;
  }

  @Override
  public HttpClient.Builder sslParameters(SSLParameters parameters) {
    return this;
  }

  @Override
  public HttpClient.Builder executor(Executor executor) {
    return this;
  }

  @Override
  public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
    return this;
  }

  @Override
  public HttpClient.Builder version(HttpClient.Version version) {
    return this;
  }

  @Override
  public HttpClient.Builder priority(int priority) {
    return this;
  }

  @Override
  public HttpClient.Builder proxy(ProxySelector selector) {
    return this;
  }

  @Override
  public HttpClient.Builder authenticator(Authenticator authenticator) {
    return this;
  }
}
