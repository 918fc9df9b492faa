package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A server that speaks the calls of Kubernetes that a worker makes, the way its API reference has
 * them, for the tests of one class. It is no cluster: it schedules nothing and runs no image.
 */
abstract class JobServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JOBS = "/apis/batch/v1/namespaces/builds/jobs";
  private static final String SECRETS = "/api/v1/namespaces/builds/secrets";
  private static final String PODS = "/api/v1/namespaces/builds/pods";

  final Map<String, JsonNode> jobs = new ConcurrentHashMap<>();
  final Map<String, JsonNode> secrets = new ConcurrentHashMap<>();
  final Set<String> used = new ConcurrentSkipListSet<>();
  final List<String> created = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  String condition = "{'type': 'Complete', 'status': 'True'}";
  int exitCode;
  String log = "hi\n";

  /** Opened when the container may go on after the first line of its log. */
  CountDownLatch goOn = new CountDownLatch(0);

  /** So many streams of the log break off after the first line. */
  final AtomicInteger breaks = new AtomicInteger();

  int createStatus = 201;
  int createSecretStatus = 201;
  private @Nullable HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
    this.server = server;
  }

  @AfterEach
  void stop() {
    over.countDown();
    if (server != null) {
      server.stop(0);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    used.add(verb(exchange));
    var query = String.valueOf(exchange.getRequestURI().getQuery());
    if (path.equals(JOBS) && exchange.getRequestMethod().equals("POST")) {
      create(exchange, jobs, createStatus, created::add);
    } else if (path.equals(SECRETS) && exchange.getRequestMethod().equals("POST")) {
      var isTrial = query.contains("dryRun=All");
      create(exchange, isTrial ? new HashMap<>(secrets) : secrets, createSecretStatus, _ -> {});
    } else if (path.equals(JOBS) && query.contains("watch=true")) {
      watch(exchange, query.replaceFirst(".*metadata.name=([a-z0-9-]+).*", "$1"));
    } else if (path.startsWith(JOBS + "/")) {
      send(exchange, 200, ended(path.substring(JOBS.length() + 1)).toString());
    } else if (path.equals(PODS)) {
      send(exchange, 200, pods(query.replaceFirst(".*job-name=([a-z0-9-]+).*", "$1")));
    } else if (path.endsWith("/log")) {
      sendLog(exchange);
    } else {
      send(exchange, 404, "{'kind': 'Status', 'message': 'no such thing'}");
    }
  }

  private static void create(
      HttpExchange exchange, Map<String, JsonNode> there, int status, Consumer<String> created)
      throws IOException {
    var thing = (ObjectNode) JSON.readTree(exchange.getRequestBody());
    var name = thing.at("/metadata/name").asText();
    ((ObjectNode) thing.path("metadata")).put("uid", "uid-of-" + name);
    if (status != 201) {
      send(exchange, status, "{'kind': 'Status', 'message': 'quota exceeded'}");
    } else if (there.putIfAbsent(name, thing) != null) {
      send(exchange, 409, "{'kind': 'Status', 'reason': 'AlreadyExists'}");
    } else {
      created.accept(name);
      send(exchange, 201, thing.toString());
    }
  }

  /** First the job as it runs, then, unless there is no end, the job as it ended. */
  private void watch(HttpExchange exchange, String name) throws IOException {
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (var body = exchange.getResponseBody()) {
      body.write(event("ADDED", name, ""));
      body.flush();
      goOn.await();
      if (condition.isEmpty()) {
        over.await();
      }
      body.write(event("MODIFIED", name, condition));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As an authorizer of Kubernetes sees a request. */
  private static String verb(HttpExchange exchange) {
    var uri = exchange.getRequestURI();
    var names = uri.getPath().replaceFirst(".*/namespaces/builds/", "").split("/");
    var resource = names.length == 3 ? names[0] + "/" + names[2] : names[0];
    var reads =
        String.valueOf(uri.getQuery()).contains("watch=true")
            ? "watch"
            : names.length == 1 ? "list" : "get";
    return (exchange.getRequestMethod().equals("POST") ? "create" : reads) + " " + resource;
  }

  private ObjectNode ended(String name) {
    return job(name, condition);
  }

  private ObjectNode job(String name, String conditions) {
    var job = ((ObjectNode) jobs.getOrDefault(name, JSON.createObjectNode())).deepCopy();
    job.set("status", json("{'conditions': [" + conditions + "]}"));
    return job;
  }

  private byte[] event(String type, String name, String conditions) {
    var job = job(name, conditions);
    var event = JSON.createObjectNode().put("type", type).set("object", job);
    return (event + "\n").getBytes(UTF_8);
  }

  private String pods(String job) {
    return ("{'kind': 'PodList', 'apiVersion': 'v1', 'items': [{'metadata': {'name': '%s-x',"
            + " 'creationTimestamp': '2026-01-01T00:00:00Z'}, 'status': {'containerStatuses':"
            + " [{'name': 'main', 'image': 'a', 'imageID': 'a', 'ready': false, 'restartCount': 0,"
            + " 'state': {'terminated': {'exitCode': %d}}}]}}]}")
        .formatted(job, exitCode);
  }

  private void sendLog(HttpExchange exchange) throws IOException {
    var first = log.substring(0, log.indexOf('\n') + 1);
    var isBroken = breaks.getAndDecrement() > 0;
    exchange.sendResponseHeaders(200, log.length());
    try (exchange) {
      exchange.getResponseBody().write(first.getBytes(UTF_8));
      exchange.getResponseBody().flush();
      goOn.await();
      if (!isBroken) {
        exchange.getResponseBody().write(log.substring(first.length()).getBytes(UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = (body.startsWith("{'") ? body.replace('\'', '"') : body).getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }
}
