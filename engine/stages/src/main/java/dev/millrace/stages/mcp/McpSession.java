package dev.millrace.stages.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.mcp.McpPeer.Http;
import dev.millrace.stages.mcp.McpPeer.Stdio;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An initialised session with one server. Thread-safe: requests share it. */
final class McpSession {

  /** How long a server may take to begin: a process may have to be installed first. */
  static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(McpSession.class);
  private static final Scheduler VIRTUAL =
      Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor(), "mcp");
  private static final JsonMapper JSON = new JsonMapper();

  private final McpAsyncClient client;
  private final CompletableFuture<Void> lost;

  private McpSession(McpAsyncClient client, CompletableFuture<Void> lost) {
    this.client = client;
    this.lost = lost;
  }

  /** The connection ended while a request was under way. */
  static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param messageCharsMax longest message that is read
   * @throws ExecutionException if the server does not let it; the cause says why
   * @throws TimeoutException if the server does not answer
   */
  static McpSession open(
      McpPeer peer, AuthorizedClient sender, int messageCharsMax, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    var versions =
        peer.protocolVersion() == null ? List.<String>of() : List.of(peer.protocolVersion());
    var lost = new CompletableFuture<Void>();
    McpClientTransport transport =
        switch (peer.transport()) {
          case Http http -> http(http, sender, messageCharsMax, versions);
          case Stdio stdio -> {
            var own =
                new StdioTransport(
                    stdio, new JacksonMcpJsonMapper(JSON), messageCharsMax, versions);
            lost = own.lost();
            yield own;
          }
        };
    var client =
        McpClient.async(transport)
            .clientInfo(Implementation.builder(peer.clientName(), peer.clientVersion()).build())
            .initializationTimeout(OPEN_TIMEOUT)
            .requestTimeout(McpStage.TIMEOUT)
            .build();
    var session = new McpSession(client, lost);
    boolean opened = false;
    try {
      session.await(client.initialize(), timeout);
      opened = true;
      return session;
    } catch (LostException e) {
      throw new ExecutionException(e);
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  private static McpClientTransport http(
      Http http, AuthorizedClient sender, int messageCharsMax, List<String> versions) {
    var endpoint = http.endpoint();
    var path = endpoint.getRawPath().isEmpty() ? "/" : endpoint.getRawPath();
    var query = endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
    var transport =
        HttpClientStreamableHttpTransport.builder(
                endpoint.getScheme() + "://" + endpoint.getRawAuthority())
            .endpoint(path + query)
            .jsonMapper(new JacksonMcpJsonMapper(JSON))
            .clientBuilder(new GivenClient(sender.as(http.authentication())))
            .maxResponseSize(messageCharsMax)
            .httpRequestCustomizer((request, method, uri, body, context) ->
                http.headers().forEach(request::setHeader));
    return new HttpTransport(
        (versions.isEmpty() ? transport : transport.supportedProtocolVersions(versions)).build());
  }

  boolean isLost() {
    return lost.isDone();
  }

  /**
   * @return the result as it stands in the server's answer
   * @throws ExecutionException if the server or the way to it failed; the cause says how
   * @throws LostException if the connection ended first
   */
  JsonNode call(Function<McpAsyncClient, Mono<?>> request, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException, LostException {
    return JSON.valueToTree(await(request.apply(client), timeout));
  }

  private Object await(Mono<?> request, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException, LostException {
    CompletableFuture<?> answer = request.subscribeOn(VIRTUAL).toFuture();
    try {
      var first = CompletableFuture.anyOf(answer, lost);
      first.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!answer.isDone()) {
        throw new LostException();
      }
      return answer.get();
    } finally {
      answer.cancel(true);
    }
  }

  /** Ends the connection, and the process if there is one. Waits a bounded time. */
  void close() {
    try {
      client
          .closeGracefully()
          .subscribeOn(VIRTUAL)
          .toFuture()
          .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("an MCP session could not be closed in order", e);
      client.close();
    } catch (InterruptedException _) {
      client.close();
      Thread.currentThread().interrupt();
    }
  }
}
