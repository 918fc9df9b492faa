package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
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
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.util.Yaml;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The real client, over HTTP to a server that speaks the calls we need. */
final class ContainerStageTest extends JobServer {
  private static final String ARGUMENTS =
      "{'image': 'alpine:3', 'command': 'echo hi', 'computed': false, 'return': 'all'}";

  @TempDir private Path folder;

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
    var settings =
        new java.util.HashMap<>(
            Map.of(
                Kubernetes.CONFIG, config.toString(),
                ContainerSettings.ALLOW, "alpine, a",
                ContainerSettings.VOLUMES, "claim, configMap:rules"));
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

  /** The same task at another attempt of a {@code try} around it: another place, the same key. */
  private static StageRequest inTry(String attempt) {
    var first = request("run", ContainerStage.NAME, json(ARGUMENTS.replace("all", "stdout")));
    return new StageRequest(
        first.instanceId(),
        new TaskPosition(first.position().pointer(), attempt),
        first.stage(),
        first.function(),
        first.arguments(),
        1,
        first.idempotencyKey(),
        null);
  }

  @Test
  void what_failed_for_an_earlier_attempt_of_a_try_is_run_again() throws Exception {
    condition = "{'type': 'Failed', 'status': 'True', 'reason': 'BackoffLimitExceeded'}";
    exitCode = 7;
    assertThat(answer(inTry("t1"), Map.of())).isInstanceOf(Refused.class);
    assertThat(answer(inTry("t1"), Map.of())).isInstanceOf(Refused.class);
    assertThat(created).hasSize(1);
    assertThat(answer(inTry("t2"), Map.of())).isInstanceOf(Refused.class);
    assertThat(created).hasSize(2);
    assertThat(created.getLast()).isEqualTo(created.getFirst() + "-2");
    assertThat(answer(inTry("t2"), Map.of())).isInstanceOf(Refused.class);
    assertThat(created).hasSize(2);
  }

  @Test
  void what_is_done_is_not_done_again_by_the_next_attempt_of_a_try() throws Exception {
    answer(inTry("t1"), Map.of());
    assertThat(answer(inTry("t2"), Map.of())).isInstanceOf(Completed.class);
    assertThat(created).hasSize(1);
  }

  @Test
  void the_role_that_ships_lets_a_worker_do_this_and_no_more() throws Exception {
    answer(ARGUMENTS);
    answer(ARGUMENTS);
    var role = Files.readString(Path.of("../../deploy/kubernetes/worker-role.yaml"));
    var granted = new TreeSet<String>();
    for (var document : Yaml.loadAll(role)) {
      if (document instanceof V1Role it) {
        Objects.requireNonNull(it.getRules())
            .forEach(rule ->
                rule.getVerbs()
                    .forEach(verb ->
                        Objects.requireNonNull(rule.getResources())
                            .forEach(resource -> granted.add(verb + " " + resource))));
      }
    }
    assertThat(used).containsExactlyElementsOf(granted);
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
  void an_image_that_is_not_allowed_is_no_job() throws Exception {
    var refused = (Refused) answer("{'image': 'ghcr.io/acme/build:1', 'return': 'all'}");
    assertThat(refused.error().type()).isEqualTo(Kind.AUTHORIZATION.type());
    assertThat(refused.error().status()).isEqualTo(403);
    assertThat(refused.error().detail())
        .isEqualTo(
            "this worker may not run image 'ghcr.io/acme/build:1'; its owner allows it with"
                + " --run-images 'ghcr.io/acme/build' (setting run.container-allow)");
    assertThat(jobs).isEmpty();
  }

  @Test
  void a_volume_that_is_not_allowed_is_no_job() throws Exception {
    var refused = (Refused) answer("{'image': 'a', 'volumes': {'other': '/data'}}");
    assertThat(refused.error().status()).isEqualTo(403);
    assertThat(refused.error().detail()).contains("may not mount 'other'");
    assertThat(jobs).isEmpty();
  }

  @Test
  void volumes_are_claims_config_maps_and_empty_folders() throws Exception {
    answer(
        "{'image': 'a', 'volumes': {'claim': '/a', 'configMap:rules': '/b', 'emptyDir:x': '/c'}}");
    var pod = onlyJob().at("/spec/template/spec");
    assertThat(pod.at("/volumes/0/persistentVolumeClaim/claimName").asText()).isEqualTo("claim");
    assertThat(pod.at("/volumes/1/configMap/name").asText()).isEqualTo("rules");
    assertThat(pod.at("/containers/0/volumeMounts/1/readOnly").asBoolean()).isTrue();
    assertThat(pod.at("/volumes/2/emptyDir").isObject()).isTrue();
  }

  @Test
  void a_container_is_bounded_and_may_do_little() throws Exception {
    answer(ARGUMENTS);
    var pod = onlyJob().at("/spec/template/spec");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
    var security = pod.path("securityContext");
    assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
    for (var id : List.of("runAsUser", "runAsGroup", "fsGroup")) {
      assertThat(security.path(id).asInt()).isEqualTo(65532);
    }
    assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    var own = pod.at("/containers/0/securityContext");
    assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(own.path("privileged").asBoolean(true)).isFalse();
    assertThat(own.at("/capabilities/drop")).isEqualTo(json("['ALL']"));
    assertThat(pod.at("/containers/0/resources/limits"))
        .isEqualTo(json("{'cpu': '1', 'memory': '1Gi'}"));
  }

  @Test
  void its_bounds_and_its_user_are_the_workers_to_say() throws Exception {
    var request = request("run", ContainerStage.NAME, json(ARGUMENTS));
    answer(
        request,
        Map.of(
            ContainerSettings.USER, "image",
            ContainerSettings.CPU, "500m",
            ContainerSettings.MEMORY, "64Mi"));
    var pod = onlyJob().at("/spec/template/spec");
    assertThat(pod.at("/securityContext/runAsNonRoot").isMissingNode()).isTrue();
    assertThat(pod.at("/containers/0/resources/limits"))
        .isEqualTo(json("{'cpu': '500m', 'memory': '64Mi'}"));
  }

  @ParameterizedTest
  @CsvSource({
    "run.container-user, 0",
    "run.container-user, root",
    "run.container-cpu, many",
    "run.container-memory, 0",
    "run.container-allow, ghcr.io/acme*"
  })
  void a_setting_that_is_none_is_told(String name, String value) {
    var settings = new StageSettings(folder, Map.of(name, value));
    assertThatThrownBy(() -> RunStages.spec(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(name, value);
  }

  /** The command of the job, run here as the container would run it. */
  @Test
  void standard_input_is_handed_to_the_command() throws Exception {
    answer(
        "{'image': 'a', 'command': 'cat; echo \\\"[$1${MILLRACE_STDIN}]\\\"; exit 3', 'computed':"
            + " false, 'arguments': ['x y'], 'stdin': 'one\\n$(two)'}");
    var container = onlyJob().at("/spec/template/spec/containers/0");
    var words = new java.util.ArrayList<String>();
    container.path("command").forEach(word -> words.add(word.asText()));
    var builder = new ProcessBuilder(words);
    container
        .path("env")
        .forEach(
            it -> builder.environment().put(it.path("name").asText(), it.path("value").asText()));
    var process = builder.start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("one\n$(two)[x y]\n");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  // The log.

  private static ListAppender<ILoggingEvent> listening() {
    var log = new ListAppender<ILoggingEvent>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    ((Logger) LoggerFactory.getLogger(Processes.class)).addAppender(log);
    return log;
  }

  private static List<String> linesOf(ListAppender<ILoggingEvent> log) {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(" log: "))
        .toList();
  }

  @Test
  void the_log_is_told_line_by_line_while_the_container_runs() throws Exception {
    log = "one\ntwo s3cr3t\n";
    goOn = new CountDownLatch(1);
    var told = listening();
    var arguments = "{'image': 'a', 'environment': {'API_TOKEN': 's3cr3t'}, 'return': 'stdout'}";
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return answer(arguments);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    await().atMost(Duration.ofSeconds(10)).until(() -> !linesOf(told).isEmpty());
    assertThat(answer).isNotDone();
    assertThat(linesOf(told)).containsExactly("order-1 /do/0/work log: one");
    goOn.countDown();
    assertThat(answer.get()).isEqualTo(new Completed(json("'one\\ntwo ***\\n'")));
    assertThat(linesOf(told))
        .containsExactly("order-1 /do/0/work log: one", "order-1 /do/0/work log: two ***");
  }

  @Test
  void a_stream_that_breaks_is_taken_up_again_and_no_line_told_twice() throws Exception {
    log = "one\ntwo\nthree\n";
    breaks.set(2);
    goOn = new CountDownLatch(1);
    goOn.countDown();
    var told = listening();
    assertThat(answer("{'image': 'a', 'return': 'stdout'}"))
        .isEqualTo(new Completed(json("'one\\ntwo\\nthree\\n'")));
    assertThat(linesOf(told))
        .extracting(line -> line.replaceFirst(".* log: ", ""))
        .containsExactly("one", "two", "three");
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
