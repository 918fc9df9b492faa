package dev.millrace.stages.run;

import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.run.ProcessArguments.Command;
import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobSpec;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1OwnerReference;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1SeccompProfile;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The job of one container. Its name is made of the idempotency key, so that every attempt at a
 * task means the same job, and the cluster itself sees to it that there is one only. What failed
 * for an earlier attempt of a {@code try} around the task is run again, as the next job.
 *
 * <p>What was made of secrets does not stand in the job but in a secret of the cluster, which has
 * the job's name and goes when the job goes.
 */
record ContainerSpec(
    StageRequest request, ContainerSettings settings, ContainerEnvironment environment) {
  static final String CONTAINER = "main";

  /**
   * A job that shall always be cleaned up stays this long after its end: a worker that died before
   * its answer was written finds it again, instead of running it once more.
   */
  static final Duration CLEANUP_AFTER = Duration.ofMinutes(10);

  /** Runs its arguments and hands them the variable as standard input; their code is the code. */
  private static final String FED =
      "printf %s \"$MILLRACE_STDIN\" | (unset MILLRACE_STDIN; exec \"$@\")";

  private static final int NAME_HASH_LENGTH = 40;

  /** Annotation: which attempt of the {@code try}s around the task made the job. */
  private static final String TRY = "millrace.dev/try";

  /**
   * @throws NotRunException if the arguments make no environment
   */
  static ContainerSpec of(StageRequest request, ContainerSettings settings) throws NotRunException {
    return new ContainerSpec(request, settings, ContainerEnvironment.of(request));
  }

  /** Whether a secret of the cluster goes with the job. */
  boolean hasSecret() {
    return !environment.secret().isEmpty();
  }

  /**
   * What the job's environment takes from a secret.
   *
   * @param jobUid of the job whose it is; null for nobody's, to ask whether it could be
   */
  V1Secret secret(int number, @Nullable String jobUid) {
    var metadata = new V1ObjectMeta().name(name(number)).labels(labels());
    if (jobUid != null) {
      metadata.addOwnerReferencesItem(
          new V1OwnerReference().apiVersion("batch/v1").kind("Job").name(name(number)).uid(jobUid));
    }
    return new V1Secret()
        .apiVersion("v1")
        .kind("Secret")
        .metadata(metadata)
        .immutable(true)
        .stringData(environment.secret());
  }

  /**
   * @param number counted from 1; the next one is for who tries again what had failed
   */
  String name(int number) {
    return number == 1 ? name() : name() + "-" + number;
  }

  /**
   * Whether the job was made for an earlier attempt of a {@code try} around the task, which has
   * been told that it failed. Retries by the engine are not told apart.
   */
  boolean isSpent(V1Job job) {
    var metadata = job.getMetadata();
    var annotations = metadata == null ? null : metadata.getAnnotations();
    return annotations != null
        && annotations.containsKey(TRY)
        && !request.position().iteration().equals(annotations.get(TRY))
        && ContainerJobs.end(job).filter(ContainerJobs.End.Failed.class::isInstance).isPresent();
  }

  private String name() {
    try {
      var key = request.idempotencyKey().getBytes(StandardCharsets.UTF_8);
      var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
      return "millrace-" + hash.substring(0, NAME_HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * @throws NotRunException if the arguments make no container, or none that is allowed
   */
  V1Job job(int number, Instant now) throws NotRunException {
    var pod =
        new V1PodSpec()
            .restartPolicy("Never")
            .automountServiceAccountToken(false)
            .enableServiceLinks(false)
            .securityContext(podSecurity())
            .addContainersItem(container(number));
    volumes().forEach(volume -> pod.addVolumesItem(volume.volume()));
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
        .metadata(new V1ObjectMeta().name(name(number)).labels(labels()).annotations(annotations()))
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
    annotations.put(TRY, request.position().iteration());
    var name = request.arguments().path("name");
    if (name.isTextual()) {
      annotations.put("millrace.dev/name", name.textValue());
    }
    return annotations;
  }

  private V1Container container(int number) throws NotRunException {
    var container =
        new V1Container()
            .name(CONTAINER)
            .image(image())
            .securityContext(security())
            .resources(
                new V1ResourceRequirements()
                    .putLimitsItem("cpu", settings.cpu())
                    .putLimitsItem("memory", settings.memory()));
    putCommand(container);
    environment.variables(name(number)).forEach(container::addEnvItem);
    volumes().forEach(volume -> container.addVolumeMountsItem(volume.mount()));
    var pull = request.arguments().path("pullPolicy");
    return pull.isTextual() ? container.imagePullPolicy(pull.textValue()) : container;
  }

  private String image() throws NotRunException {
    var image = request.arguments().path("image");
    if (!image.isTextual() || image.textValue().isBlank()) {
      throw ProcessArguments.invalid("'image' is the name of an image");
    }
    settings.images().require(image.textValue());
    return image.textValue();
  }

  /** What a pod of a namespace with the strictest of Kubernetes' standards has to say. */
  private V1PodSecurityContext podSecurity() {
    var security =
        new V1PodSecurityContext().seccompProfile(new V1SeccompProfile().type("RuntimeDefault"));
    var user = settings.user();
    return user == null
        ? security
        : security.runAsNonRoot(true).runAsUser(user).runAsGroup(user).fsGroup(user);
  }

  private static V1SecurityContext security() {
    return new V1SecurityContext()
        .allowPrivilegeEscalation(false)
        .privileged(false)
        .capabilities(new V1Capabilities().addDropItem("ALL"));
  }

  private void putCommand(V1Container container) throws NotRunException {
    var arguments = new ProcessArguments(request.arguments());
    if (!request.arguments().has("command")) {
      container.args(literal(arguments.words()));
      return;
    }
    var words =
        switch (arguments.command()) {
          case Command.Program(var program) -> program;
          case Command.Line(var text, var positional) -> shell(text, positional);
        };
    container.command(literal(arguments.stdin() == null ? words : shell(FED, words)));
  }

  private static List<String> literal(List<String> words) {
    return words.stream().map(ContainerEnvironment::literal).toList();
  }

  private static List<String> shell(String line, List<String> positional) {
    var all = new ArrayList<>(List.of("/bin/sh", "-c", line, "sh"));
    all.addAll(positional);
    return all;
  }

  private List<ContainerVolume> volumes() throws NotRunException {
    var volumes = new ArrayList<ContainerVolume>();
    for (var each : request.arguments().path("volumes").properties()) {
      var volume =
          new ContainerVolume(
              volumes.size(), each.getKey(), ProcessArguments.text(each.getValue()));
      if (!volume.isOwn()) {
        settings.requireVolume(volume.source());
      }
      volumes.add(volume);
    }
    return volumes;
  }
}
