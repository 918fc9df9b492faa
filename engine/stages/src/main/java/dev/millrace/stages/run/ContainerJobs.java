package dev.millrace.stages.run;

import com.google.gson.reflect.TypeToken;
import dev.millrace.core.WorkflowError.Kind;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.BatchV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobCondition;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.util.Watch;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs of one namespace of a cluster. */
final class ContainerJobs {

  /** How long one watch lasts; then another begins, until somebody interrupts. */
  static final Duration WATCH = Duration.ofSeconds(60);

  /** Pause after a watch that ended at once, so that a broken server is not asked all the time. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Of a pod's log that is read at all; what is kept of it is bounded by itself. */
  private static final int LOG_BYTES_MAX = 64 * 1024 * 1024;

  /** Jobs of one task that failed, and were tried again. */
  static final int NUMBER_MAX = 1_000;

  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final Logger LOG = LoggerFactory.getLogger(ContainerJobs.class);
  private static final Type JOB_EVENT = new TypeToken<Watch.Response<V1Job>>() {}.getType();

  private final ApiClient client;
  private final BatchV1Api batch;
  private final CoreV1Api core;
  private final String namespace;

  /** A container may be silent for as long as it likes. */
  private final OkHttpClient patient;

  ContainerJobs(ApiClient client, String namespace) {
    this.client = client;
    this.batch = new BatchV1Api(client);
    this.core = new CoreV1Api(client);
    this.namespace = namespace;
    this.patient = client.getHttpClient().newBuilder().readTimeout(Duration.ZERO).build();
  }

  /** How a job ended. */
  sealed interface End {
    record Completed() implements End {}

    /**
     * @param reason as Kubernetes gives it, e.g. {@code DeadlineExceeded}
     */
    record Failed(String reason, String message) implements End {}

    record Deleted() implements End {}
  }

  /**
   * Creates the container's job, unless an attempt before has done so.
   *
   * @return its name
   * @throws NotRunException if the arguments make no container, or none that is allowed
   */
  String ensure(ContainerSpec spec, Instant now) throws ApiException, NotRunException {
    for (int number = 1; number < NUMBER_MAX; number++) {
      var name = spec.name(number);
      var wanted = spec.job(number, now);
      if (number == 1) {
        requireSecrets(spec);
      }
      var created = created(wanted);
      var job = created.isPresent() ? created.get() : read(name);
      if (created.isPresent() || !spec.isSpent(job)) {
        LOG.info("job {}/{} {}", namespace, name, created.isPresent() ? "created" : "is there");
        putSecret(spec, number, job);
        return name;
      }
    }
    throw new NotRunException(
        Kind.RUNTIME.error(
            "there are %d failed jobs of this task already, the last is %s"
                .formatted(NUMBER_MAX, spec.name(NUMBER_MAX))));
  }

  /** A job that has just been removed is made by the next attempt. */
  private V1Job read(String name) throws ApiException {
    try {
      return batch.readNamespacedJob(name, namespace).execute();
    } catch (ApiException e) {
      throw e.getCode() == NOT_FOUND ? new ApiException(CONFLICT, name + " was removed") : e;
    }
  }

  /** Empty if there is such a job already. */
  private Optional<V1Job> created(V1Job job) throws ApiException {
    try {
      return Optional.of(batch.createNamespacedJob(namespace, job).execute());
    } catch (ApiException e) {
      requireConflict(e);
      return Optional.empty();
    }
  }

  /** Asks first, so that no job waits for a secret that nobody may give it. */
  private void requireSecrets(ContainerSpec spec) throws ApiException {
    if (spec.hasSecret()) {
      create(core.createNamespacedSecret(namespace, spec.secret(1, null)).dryRun("All"));
    }
  }

  /** The pod waits for it. An attempt that died may not have come to it, so every attempt does. */
  private void putSecret(ContainerSpec spec, int number, V1Job job) throws ApiException {
    if (spec.hasSecret()) {
      var metadata = job.getMetadata();
      var uid = metadata == null ? null : metadata.getUid();
      create(core.createNamespacedSecret(namespace, spec.secret(number, uid)));
    }
  }

  private static void create(CoreV1Api.APIcreateNamespacedSecretRequest secret)
      throws ApiException {
    try {
      secret.execute();
    } catch (ApiException e) {
      requireConflict(e);
    }
  }

  private static void requireConflict(ApiException e) throws ApiException {
    if (e.getCode() != CONFLICT) {
      throw e;
    }
  }

  /**
   * Waits as long as it takes.
   *
   * @throws InterruptedException if that is too long for the caller; the job goes on
   */
  End awaitEnd(String name) throws ApiException, InterruptedException {
    while (true) {
      var end = watch(name);
      if (end.isPresent()) {
        return end.get();
      }
      Thread.sleep(PAUSE);
    }
  }

  private Optional<End> watch(String name) throws ApiException, InterruptedException {
    var call =
        batch
            .listNamespacedJob(namespace)
            .fieldSelector("metadata.name=" + name)
            .timeoutSeconds((int) WATCH.toSeconds())
            .watch(true)
            .buildCall(null);
    try (var watch = Watch.<V1Job>createWatch(client, call, JOB_EVENT)) {
      for (var event : watch) {
        var end = end(event);
        if (end.isPresent()) {
          return end;
        }
      }
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while waiting for job " + name);
      }
      LOG.debug("the watch of {} broke; another begins", name, e);
    }
    return Optional.empty();
  }

  private static Optional<End> end(Watch.Response<V1Job> event) {
    if ("DELETED".equals(event.type)) {
      return Optional.of(new End.Deleted());
    }
    return event.object == null ? Optional.empty() : end(event.object);
  }

  /** How the job has ended; empty if it has not. */
  static Optional<End> end(V1Job job) {
    var status = job.getStatus();
    var conditions = status == null ? null : status.getConditions();
    return Optional.ofNullable(conditions).orElse(List.of()).stream()
        .filter(condition -> "True".equals(condition.getStatus()))
        .flatMap(condition -> end(condition).stream())
        .findFirst();
  }

  private static Optional<End> end(V1JobCondition condition) {
    return switch (condition.getType()) {
      case "Complete" -> Optional.of(new End.Completed());
      case "Failed" ->
          Optional.of(
              new End.Failed(
                  String.valueOf(condition.getReason()), String.valueOf(condition.getMessage())));
      default -> Optional.empty();
    };
  }

  /** The job's pod: the newest, should there be several. */
  Optional<V1Pod> pod(String job) throws ApiException {
    var pods =
        core.listNamespacedPod(namespace).labelSelector("job-name=" + job).execute().getItems();
    return pods.stream().max(Comparator.comparing(ContainerJobs::age));
  }

  private static String age(V1Pod pod) {
    var metadata = pod.getMetadata();
    return metadata == null ? "" : String.valueOf(metadata.getCreationTimestamp());
  }

  /**
   * A pod's log from its beginning; its end is the container's.
   *
   * @param follows whether to wait for what is still to come; else the log as it is
   */
  Call log(V1Pod pod, boolean follows) throws ApiException {
    var metadata = pod.getMetadata();
    var name = metadata == null ? "" : String.valueOf(metadata.getName());
    var call =
        core.readNamespacedPodLog(name, namespace)
            .container(ContainerSpec.CONTAINER)
            .limitBytes(LOG_BYTES_MAX)
            .follow(follows)
            .buildCall(null);
    return follows ? patient.newCall(call.request()) : call;
  }
}
