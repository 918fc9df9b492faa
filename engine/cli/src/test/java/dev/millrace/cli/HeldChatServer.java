package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A chat model that speaks OpenAI's protocol and can be made to wait. It makes a claim nobody
 * supports first, and corrects itself when it is criticised, so that every run takes two rounds.
 */
final class HeldChatServer implements AutoCloseable {
  static final String TRUTH = "The kiln cools for eighteen hours before anybody opens it.";

  private static final String INVENTION = "The kiln belongs to the harbour master of Bergen. [1]";
  private static final String CRITICISED = "<critique-of-your-last-answer>";
  private static final Pattern PASSAGE =
      Pattern.compile("<passage n=\"(\\d+)\".*?>(.*?)</passage>", Pattern.DOTALL);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Watch watch = new Watch(0);

  HeldChatServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the chat model", e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::reply);
    server.start();
  }

  String baseUrl() {
    var address = server.getAddress();
    return "http://%s:%d/v1".formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Counts from now on, and holds none. */
  Watch counting() {
    return holding(0);
  }

  /** Counts from now on, and holds the n-th request, counted from 1, until it is let go. */
  Watch holding(int number) {
    watch.letGo();
    watch = new Watch(number);
    return watch;
  }

  /** The requests of one run. */
  static final class Watch {
    private final int heldNumber;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private int requests;

    private Watch(int heldNumber) {
      this.heldNumber = heldNumber;
    }

    /** Waits until the request to be held is here. */
    void awaitHeld(Duration atMost) throws InterruptedException {
      if (!arrived.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("request " + heldNumber + " did not come within " + atMost);
      }
    }

    void letGo() {
      released.countDown();
    }

    synchronized int requests() {
      return requests;
    }

    private void pass() throws InterruptedException {
      if (count() == heldNumber) {
        arrived.countDown();
        released.await();
      }
    }

    private synchronized int count() {
      return ++requests;
    }
  }

  private void reply(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = MAPPER.readTree(exchange.getRequestBody());
      watch.pass();
      var body = MAPPER.writeValueAsBytes(completion(request));
      exchange.getResponseHeaders().add("content-type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonNode completion(JsonNode request) {
    var prompt = request.path("messages").path(1).path("content").asText();
    var completion =
        MAPPER
            .createObjectNode()
            .put("id", "chatcmpl-1")
            .put("object", "chat.completion")
            .put("created", 1)
            .put("model", request.path("model").asText());
    var choice = completion.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", answer(prompt));
    completion
        .putObject("usage")
        .put("prompt_tokens", 1)
        .put("completion_tokens", 1)
        .put("total_tokens", 2);
    return completion;
  }

  private static String answer(String prompt) {
    if (!prompt.contains(CRITICISED)) {
      return INVENTION;
    }
    return PASSAGE
        .matcher(prompt)
        .results()
        .filter(passage -> passage.group(2).replaceAll("\\s+", " ").contains(TRUTH))
        .map(passage -> TRUTH + " [" + passage.group(1) + "]")
        .findFirst()
        .orElse("NO SUPPORT");
  }

  @Override
  public void close() {
    watch.letGo();
    server.stop(0);
    threads.shutdownNow();
  }
}
