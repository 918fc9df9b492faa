package dev.millrace.stages.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.stages.mcp.McpPeer.Stdio;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * MCP over standard input and output of a process of its own.
 *
 * <p>Not the SDK's: that one hands the worker's whole environment, secrets included, to the
 * process, does not say when the process has ended, and leaves one that ignores SIGTERM, or its
 * children, running. This one gives the process what the definition names and a {@linkplain
 * #INHERITED few variables}, completes {@link #lost()}, and ends the whole tree.
 */
final class StdioTransport implements McpClientTransport {

  /**
   * Variables of the worker that a process gets: what it takes to start, nothing that is secret.
   */
  static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "SHELL");

  /** Time to end after the input has been closed, and again after SIGTERM. */
  private static final long GRACE_MS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(StdioTransport.class);

  private final Stdio stdio;
  private final McpJsonMapper json;
  private final int lineCharsMax;
  private final List<String> versions;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private volatile @Nullable Process process;
  private volatile @Nullable UncheckedIOException notStarted;

  /**
   * @param versions of the protocol that may be spoken; empty for those the SDK knows
   */
  StdioTransport(Stdio stdio, McpJsonMapper json, int lineCharsMax, List<String> versions) {
    this.stdio = stdio;
    this.json = json;
    this.lineCharsMax = lineCharsMax;
    this.versions =
        versions.isEmpty()
            ? List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25)
            : versions;
  }

  /** Completes when the process has ended or cannot be understood any more. */
  CompletableFuture<Void> lost() {
    return lost;
  }

  @Override
  public List<String> protocolVersions() {
    return versions;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(() -> start(handler));
  }

  private void start(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    var line = Stream.concat(Stream.of(stdio.command()), stdio.arguments().stream()).toList();
    var builder = new ProcessBuilder(line);
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(stdio.environment());
    try {
      var started = builder.start();
      process = started;
      Thread.ofVirtual().name("mcp-out").start(() -> read(started, handler));
      Thread.ofVirtual().name("mcp-err").start(() -> log(started));
    } catch (IOException e) {
      // The SDK does not look at what this method throws; the first message will tell.
      notStarted = new UncheckedIOException("cannot start " + stdio.shown(), e);
    }
  }

  private void read(Process started, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    try (var reader = started.inputReader(UTF_8)) {
      for (var line = line(reader); line != null; line = line(reader)) {
        receive(line, handler);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", stdio.shown(), e.toString());
    } finally {
      lost.complete(null);
      end(started);
    }
  }

  /** A server must write nothing but messages; what some write nevertheless does no harm. */
  private void receive(String line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    try {
      var message = McpSchema.deserializeJsonRpcMessage(json, line);
      handler.apply(Mono.just(message)).subscribe();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} wrote a line that is no message: {}", stdio.shown(), e.getClass().getName());
    }
  }

  /** The next line; null at the end. */
  private @Nullable String line(Reader reader) throws IOException {
    var line = new StringBuilder();
    for (int next = reader.read(); next != '\n'; next = reader.read()) {
      if (next < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (line.length() == lineCharsMax) {
        throw new IOException("a message of more than %,d characters".formatted(lineCharsMax));
      }
      line.append((char) next);
    }
    return line.toString();
  }

  /** What a server writes to standard error is for people who look for a fault. */
  private void log(Process started) {
    try (BufferedReader reader = started.errorReader(UTF_8)) {
      for (var line = line(reader); line != null; line = line(reader)) {
        LOG.debug("{}: {}", stdio.shown(), line);
      }
    } catch (IOException e) {
      LOG.debug("{}: {}", stdio.shown(), e.toString());
    }
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> write(message));
  }

  private synchronized void write(JSONRPCMessage message) {
    var running = process;
    var failure = notStarted;
    if (failure != null) {
      throw failure;
    }
    if (running == null || lost.isDone()) {
      throw new IllegalStateException(stdio.shown() + " does not run");
    }
    try {
      var out = running.getOutputStream();
      out.write((json.writeValueAsString(message) + "\n").getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      lost.complete(null);
      throw new IllegalStateException(stdio.shown() + " has closed its input", e);
    }
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return json.convertValue(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  @Override
  public void close() {
    lost.complete(null);
    var running = process;
    if (running != null) {
      end(running);
    }
  }

  /** Closes its input, then asks, then kills; it and its children. */
  private static void end(Process running) {
    var children = running.descendants().toList();
    try {
      running.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("input of {}: {}", running.pid(), e.toString());
    }
    if (!hasEnded(running)) {
      running.destroy();
      if (!hasEnded(running)) {
        running.destroyForcibly();
      }
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean hasEnded(Process running) {
    try {
      return running.waitFor(GRACE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
