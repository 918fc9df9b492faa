package dev.millrace.stages.run;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.BatchV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobCondition;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.util.Watch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(ContainerJobs.class);
  private static final Type JOB_EVENT = new TypeToken<Watch.Response<V1Job>>() {}.getType();

  private final ApiClient client;
  private final BatchV1Api batch;
  private final CoreV1Api core;
  private final String namespace;

  ContainerJobs(ApiClient client, String namespace) {
    this.client = client;
    this.batch = new BatchV1Api(client);
    this.core = new CoreV1Api(client);
    this.namespace = namespace;
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

  /** Creates the job, unless an attempt before has done so. */
  void ensure(V1Job job, String name) throws ApiException {
    try {
      batch.createNamespacedJob(namespace, job).execute();
      LOG.info("job {}/{} created", namespace, name);
    } catch (ApiException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      LOG.info("job {}/{} is there already; waiting for it", namespace, name);
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
    if (event.object == null || event.object.getStatus() == null) {
      return Optional.empty();
    }
    var conditions = event.object.getStatus().getConditions();
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

  /** Reads the log of a pod from its beginning. */
  void log(V1Pod of, BoundedOutput output) throws ApiException, IOException {
    var metadata = of.getMetadata();
    var pod = metadata == null ? "" : String.valueOf(metadata.getName());
    var call =
        core.readNamespacedPodLog(pod, namespace)
            .container(ContainerSpec.CONTAINER)
            .limitBytes(LOG_BYTES_MAX)
            .buildCall(null);
    try (var response = call.execute()) {
      if (!response.isSuccessful()) {
        throw new ApiException(response.code(), "no log of " + pod);
      }
      output.read(response.body().byteStream());
    } catch (InterruptedIOException e) {
      throw new IOException("interrupted while reading the log of " + pod, e);
    }
  }
}
