package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSettings;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The real client, over HTTP to a server that speaks the calls we need. */
final class ContainerStageTest extends ContainerRuns {
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
        .isEqualTo(json("['/bin/sh', '-c', 'run \\\"$$1\\\" | tee log', 'sh', 'x y']"));
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

  /** The command of the job, run here as the container would run it: two dollar signs are one. */
  @Test
  void standard_input_is_handed_to_the_command() throws Exception {
    answer(
        "{'image': 'a', 'command': 'cat; echo \\\"[$1${MILLRACE_STDIN}]\\\"; exit 3', 'computed':"
            + " false, 'arguments': ['x y'], 'stdin': 'one\\n$(two)'}");
    var container = onlyJob().at("/spec/template/spec/containers/0");
    var words = new java.util.ArrayList<String>();
    container.path("command").forEach(word -> words.add(word.asText().replace("$$", "$")));
    var builder = new ProcessBuilder(words);
    container
        .path("env")
        .forEach(it ->
            builder
                .environment()
                .put(it.path("name").asText(), it.path("value").asText().replace("$$", "$")));
    var process = builder.start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("one\n$(two)[x y]\n");
    assertThat(process.waitFor()).isEqualTo(3);
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
