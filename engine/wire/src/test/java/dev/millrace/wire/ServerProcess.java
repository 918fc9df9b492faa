package dev.millrace.wire;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real server in a Java process of its own, unpacked by the build into {@code target/servers}.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final int STOP_SECONDS_MAX = 10;
  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static ServerProcess start(
      String name, int port, List<String> arguments, Map<String, String> environment)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(Path.of("target", "servers", name + ".log").toFile());
    builder.environment().putAll(environment);
    return new ServerProcess(builder.start(), port);
  }

  public static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  /** Waits until the server gives any answer below 500 at the path. */
  public ServerProcess awaitReady(String path) {
    try (var http = HttpClient.newHttpClient()) {
      await().atMost(START_MAX).until(() -> isReady(http, path));
    }
    return this;
  }

  private boolean isReady(HttpClient http, String path) throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the server has ended, see target/servers/*.log");
    }
    try {
      var request = HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(2)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() < 500;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
