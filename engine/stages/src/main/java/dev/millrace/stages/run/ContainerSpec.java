package dev.millrace.stages.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.run.ProcessArguments.Command;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The job of one container. Its name is made of the idempotency key, so that every attempt at a
 * task means the same job, and the cluster itself sees to it that there is one only.
 */
record ContainerSpec(StageRequest request) {
  static final String CONTAINER = "main";

  /**
   * A job that shall always be cleaned up stays this long after its end: a worker that died before
   * its answer was written finds it again, instead of running it once more.
   */
  static final Duration CLEANUP_AFTER = Duration.ofMinutes(10);

  private static final int NAME_HASH_LENGTH = 40;

  String name() {
    try {
      var key = request.idempotencyKey().getBytes(StandardCharsets.UTF_8);
      var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
      return "millrace-" + hash.substring(0, NAME_HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * @throws NotRunException if the arguments make no container
   */
  V1Job job(Instant now) throws NotRunException {
    var pod =
        new V1PodSpec()
            .restartPolicy("Never")
            .automountServiceAccountToken(false)
            .addContainersItem(container());
    volumes().forEach((claim, _) -> pod.addVolumesItem(volume(claim)));
    var spec =
        new V1JobSpec()
            .backoffLimit(0)
            .template(
                new V1PodTemplateSpec()
                    .metadata(new V1ObjectMeta().labels(labels()).annotations(annotations()))
                    .spec(pod));
    putLifetime(spec, now);
    return new V1Job()
        .apiVersion("batch/v1")
        .kind("Job")
        .metadata(new V1ObjectMeta().name(name()).labels(labels()).annotations(annotations()))
        .spec(spec);
  }

  private void putLifetime(V1JobSpec spec, Instant now) {
    var lifetime = request.arguments().path("lifetime");
    switch (lifetime.path("cleanup").asText("never")) {
      case "always" -> spec.ttlSecondsAfterFinished((int) CLEANUP_AFTER.toSeconds());
      case "eventually" ->
          spec.ttlSecondsAfterFinished(
              (int) Math.min(Integer.MAX_VALUE, lifetime.path("afterSeconds").asLong()));
      default -> {} // it stays until somebody removes it, as the language says
    }
    var deadline = request.deadline();
    if (deadline != null) {
      spec.activeDeadlineSeconds(Math.max(1, Duration.between(now, deadline).toSeconds()));
    }
  }

  private static Map<String, String> labels() {
    return Map.of("app.kubernetes.io/managed-by", "millrace");
  }

  private Map<String, String> annotations() {
    var annotations = new java.util.TreeMap<String, String>();
    annotations.put("millrace.dev/instance", request.instanceId().toString());
    annotations.put("millrace.dev/task", request.position().toString());
    var name = request.arguments().path("name");
    if (name.isTextual()) {
      annotations.put("millrace.dev/name", name.textValue());
    }
    return annotations;
  }

  private V1Container container() throws NotRunException {
    var container = new V1Container().name(CONTAINER).image(image());
    putCommand(container);
    for (var variable : environment().entrySet()) {
      container.addEnvItem(new V1EnvVar().name(variable.getKey()).value(variable.getValue()));
    }
    volumes()
        .forEach((claim, path) ->
            container.addVolumeMountsItem(new V1VolumeMount().name(claim).mountPath(path)));
    var pull = request.arguments().path("pullPolicy");
    return pull.isTextual() ? container.imagePullPolicy(pull.textValue()) : container;
  }

  private String image() throws NotRunException {
    var image = request.arguments().path("image");
    if (!image.isTextual() || image.textValue().isBlank()) {
      throw ProcessArguments.invalid("'image' is the name of an image");
    }
    return image.textValue();
  }

  private void putCommand(V1Container container) throws NotRunException {
    var arguments = new ProcessArguments(request.arguments());
    if (!request.arguments().has("command")) {
      container.args(arguments.words());
      return;
    }
    container.command(
        switch (arguments.command()) {
          case Command.Program(var words) -> words;
          case Command.Line(var text, var positional) -> {
            var all = new ArrayList<>(List.of("/bin/sh", "-c", text, "sh"));
            all.addAll(positional);
            yield all;
          }
        });
  }

  private Map<String, String> environment() throws NotRunException {
    var environment = new ProcessArguments(request.arguments()).environment();
    environment.put(Processes.IDEMPOTENCY_KEY, request.idempotencyKey());
    environment.put(Processes.ATTEMPT, request.attempt() + "-" + UUID.randomUUID());
    return environment;
  }

  private Map<String, String> volumes() {
    var volumes = new java.util.LinkedHashMap<String, String>();
    for (var volume : request.arguments().path("volumes").properties()) {
      volumes.put(volume.getKey(), text(volume.getValue()));
    }
    return volumes;
  }

  private static V1Volume volume(String claim) {
    return new V1Volume()
        .name(claim)
        .persistentVolumeClaim(new V1PersistentVolumeClaimVolumeSource().claimName(claim));
  }

  private static String text(JsonNode value) {
    return ProcessArguments.text(value);
  }
}
