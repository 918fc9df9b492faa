package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real client over HTTP to a server that speaks the four calls we need, the way the API
 * reference of Kubernetes has them. It is no cluster: it schedules nothing and runs no image.
 */
final class ContainerStageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JOBS = "/apis/batch/v1/namespaces/builds/jobs";
  private static final String PODS = "/api/v1/namespaces/builds/pods";
  private static final String ARGUMENTS =
      "{'image': 'alpine:3', 'command': 'echo hi', 'computed': false, 'return': 'all'}";

  @TempDir private Path folder;
  private final Map<String, JsonNode> jobs = new ConcurrentHashMap<>();
  private final List<String> created = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private String condition = "{'type': 'Complete', 'status': 'True'}";
  private int exitCode;
  private String log = "hi\n";
  private int createStatus = 201;
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
    var query = String.valueOf(exchange.getRequestURI().getQuery());
    if (path.equals(JOBS) && exchange.getRequestMethod().equals("POST")) {
      create(exchange);
    } else if (path.equals(JOBS) && query.contains("watch=true")) {
      watch(exchange, query.replaceFirst(".*metadata.name=([a-z0-9-]+).*", "$1"));
    } else if (path.equals(PODS)) {
      send(exchange, 200, pods(query.replaceFirst(".*job-name=([a-z0-9-]+).*", "$1")));
    } else if (path.endsWith("/log")) {
      send(exchange, 200, log);
    } else {
      send(exchange, 404, "{'kind': 'Status', 'message': 'no such thing'}");
    }
  }

  private void create(HttpExchange exchange) throws IOException {
    var job = JSON.readTree(exchange.getRequestBody());
    var name = job.at("/metadata/name").asText();
    if (createStatus != 201) {
      send(exchange, createStatus, "{'kind': 'Status', 'message': 'quota exceeded'}");
    } else if (jobs.putIfAbsent(name, job) != null) {
      send(exchange, 409, "{'kind': 'Status', 'reason': 'AlreadyExists'}");
    } else {
      created.add(name);
      send(exchange, 201, job.toString());
    }
  }

  /** First the job as it runs, then, unless there is no end, the job as it ended. */
  private void watch(HttpExchange exchange, String name) throws IOException {
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (var body = exchange.getResponseBody()) {
      body.write(event("ADDED", name, ""));
      body.flush();
      if (condition.isEmpty()) {
        over.await();
      }
      body.write(event("MODIFIED", name, condition));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] event(String type, String name, String conditions) {
    var job = ((ObjectNode) jobs.getOrDefault(name, JSON.createObjectNode())).deepCopy();
    job.set("status", json("{'conditions': [" + conditions + "]}"));
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

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = (body.startsWith("{'") ? body.replace('\'', '"') : body).getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }

  private StageAnswer answer(StageRequest request, Map<String, String> more) throws Exception {
    return answer(request, more, port());
  }

  private StageAnswer answer(StageRequest request, Map<String, String> more, int port)
      throws Exception {
    var config =
        Files.writeString(
            folder.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: 'http://localhost:%d'}}]
            users: [{name: test, user: {token: t0ken}}]
            contexts: [{name: test, context: {cluster: test, user: test, namespace: builds}}]
            """
                .formatted(port));
    var settings = new java.util.HashMap<>(Map.of(Kubernetes.CONFIG, config.toString()));
    settings.putAll(more);
    var guarded = new GuardedStage(RunStages.spec(new StageSettings(folder, settings)));
    return ((Answered) guarded.execute(request, () -> true)).answer();
  }

  private StageAnswer answer(String arguments) throws Exception {
    return answer(request("run", ContainerStage.NAME, json(arguments)), Map.of());
  }

  private JsonNode onlyJob() {
    assertThat(jobs).hasSize(1);
    return jobs.values().iterator().next();
  }

  @Test
  void a_container_is_a_job_and_its_log_the_output() throws Exception {
    assertThat(answer(ARGUMENTS))
        .isInstanceOfSatisfying(
            Completed.class,
            done ->
                assertThat(done.output().toString())
                    .isEqualTo(json("{'code': 0, 'stdout': 'hi\\n', 'stderr': ''}").toString()));
    var pod = onlyJob().at("/spec/template/spec");
    assertThat(pod.at("/containers/0/image").asText()).isEqualTo("alpine:3");
    assertThat(pod.at("/containers/0/command")).isEqualTo(json("['echo', 'hi']"));
    assertThat(pod.path("restartPolicy").asText()).isEqualTo("Never");
    assertThat(onlyJob().at("/spec/backoffLimit").asInt(-1)).isZero();
  }

  @Test
  void the_job_has_what_the_definition_gives_it() throws Exception {
    answer(
        "{'image': 'a', 'command': 'run \\\"$1\\\" | tee log', 'computed': false, 'arguments':"
            + " ['x y'], 'environment': {'A': 1}, 'volumes': {'claim': '/data'}, 'pullPolicy':"
            + " 'Always', 'name': 'step one', 'lifetime': {'cleanup': 'eventually', 'afterSeconds':"
            + " 60}}");
    var container = onlyJob().at("/spec/template/spec/containers/0");
    assertThat(container.path("command"))
        .isEqualTo(json("['/bin/sh', '-c', 'run \\\"$1\\\" | tee log', 'sh', 'x y']"));
    assertThat(container.path("env").findValuesAsText("name"))
        .contains("A", "MILLRACE_IDEMPOTENCY_KEY", "MILLRACE_ATTEMPT");
    assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/data");
    assertThat(container.path("imagePullPolicy").asText()).isEqualTo("Always");
    assertThat(onlyJob().at("/spec/ttlSecondsAfterFinished").asInt()).isEqualTo(60);
    assertThat(onlyJob().at("/metadata/annotations").toString())
        .contains("order-1", "/do/0/work", "step one");
  }

  @Test
  void the_next_attempt_waits_for_the_same_job() throws Exception {
    answer(ARGUMENTS);
    assertThat(answer(ARGUMENTS)).isInstanceOf(Completed.class);
    assertThat(created).hasSize(1);
    answer(request("run", ContainerStage.NAME, json(ARGUMENTS), "order-2", null), Map.of());
    assertThat(created).hasSize(2);
  }

  @Test
  void another_exit_code_than_zero_is_an_error_unless_it_is_asked_for() throws Exception {
    condition = "{'type': 'Failed', 'status': 'True', 'reason': 'BackoffLimitExceeded'}";
    exitCode = 7;
    log = "no space left\n";
    var refused = (Refused) answer("{'image': 'a', 'return': 'stdout'}");
    assertThat(refused.error().type()).isEqualTo(Kind.RUNTIME.type());
    assertThat(refused.error().detail())
        .isEqualTo("the container ended with exit code 7: no space left");
    assertThat(answer("{'image': 'a', 'return': 'code'}")).isEqualTo(new Completed(json("7")));
  }

  @Test
  void a_long_log_keeps_its_beginning_and_its_end() throws Exception {
    log = "first\n" + "x".repeat(100_000) + "\nlast\n";
    var request = request("run", ContainerStage.NAME, json("{'image': 'a'}"));
    var done = (Completed) answer(request, Map.of(RunSettings.OUTPUT_BYTES_MAX, "2000"));
    assertThat(done.output().asText())
        .startsWith("first\n")
        .endsWith("last\n")
        .contains("bytes left out")
        .hasSizeLessThan(2_100);
  }

  @Test
  void out_of_time_nobody_knows_and_the_job_is_left_alone() throws Exception {
    condition = "";
    var request = request("run", ContainerStage.NAME, json(ARGUMENTS));
    assertThat(answer(request, Map.of(RunSettings.TIMEOUT_SECONDS, "1")))
        .isInstanceOf(Unknown.class);
    assertThat(created).hasSize(1);
  }

  @Test
  void the_tasks_deadline_is_the_jobs() throws Exception {
    var deadline = Instant.now().plusSeconds(120);
    answer(request("run", ContainerStage.NAME, json(ARGUMENTS), "order-1", deadline), Map.of());
    assertThat(onlyJob().at("/spec/activeDeadlineSeconds").asInt()).isBetween(60, 120);
    condition = "{'type': 'Failed', 'status': 'True', 'reason': 'DeadlineExceeded'}";
    assertThat(answer(ARGUMENTS)).isInstanceOf(Unknown.class);
  }

  @Test
  void what_kubernetes_answers_is_told_apart() throws Exception {
    createStatus = 403;
    assertThat(((Refused) answer(ARGUMENTS)).error().detail())
        .startsWith("Kubernetes answered 403")
        .contains("quota exceeded");
    createStatus = 503;
    assertThat(answer(ARGUMENTS)).isInstanceOf(Unavailable.class);
  }

  @Test
  void where_nobody_listens_it_is_not_available() throws Exception {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var request = request("run", ContainerStage.NAME, json(ARGUMENTS));
    assertThat(answer(request, Map.of(), port)).isInstanceOf(Unavailable.class);
  }

  @Test
  void without_kubernetes_the_catalog_says_why() {
    var spec = RunStages.spec(new StageSettings(folder, Map.of()));
    assertThat(spec.unavailable().get("run.container"))
        .contains("no Kubernetes", "--kubernetes FILE");
    var catalog = dev.millrace.stages.Stages.catalog(List.of(spec));
    assertThat(catalog.whyUnavailable("run.container")).isPresent();
    assertThat(catalog.whyUnavailable("run.shell")).isEmpty();
  }
}
