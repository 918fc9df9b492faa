package dev.millrace.stages.run;

import dev.millrace.stages.StageSettings;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that runs containers: the one of a kubeconfig, or the one this process runs in.
 * Opened at the first request.
 */
final class Kubernetes {

  /** Setting: a kubeconfig. */
  static final String CONFIG = "run.kubernetes";

  /** Setting: the namespace of the jobs; by default that of the kubeconfig or of this process. */
  static final String NAMESPACE = "run.kubernetes-namespace";

  static final String NOT_HERE =
      "there is no Kubernetes: this process runs in no cluster and was given no kubeconfig; give one"
          + " with --kubernetes FILE, or MILLRACE_KUBERNETES, to engine and workers";

  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /** Longer than a watch is silent, so that it ends by itself. */
  private static final Duration READ_TIMEOUT = ContainerJobs.WATCH.plusSeconds(30);

  private final @Nullable Path config;
  private final Optional<String> namespace;
  private @Nullable ContainerJobs jobs;

  private Kubernetes(@Nullable Path config, Optional<String> namespace) {
    this.config = config;
    this.namespace = namespace;
  }

  /** Empty when there is none. */
  static Optional<Kubernetes> of(StageSettings settings) {
    var config = settings.value(CONFIG).map(Path::of).orElse(null);
    var isInCluster =
        System.getenv("KUBERNETES_SERVICE_HOST") != null && Files.exists(ACCOUNT.resolve("token"));
    return config == null && !isInCluster
        ? Optional.empty()
        : Optional.of(new Kubernetes(config, settings.value(NAMESPACE)));
  }

  /**
   * @throws IOException if the kubeconfig cannot be used
   */
  synchronized ContainerJobs jobs() throws IOException {
    if (jobs == null) {
      jobs = config == null ? inCluster() : of(config);
    }
    return jobs;
  }

  private ContainerJobs of(Path file) throws IOException {
    try (var reader = Files.newBufferedReader(file)) {
      var kubeConfig = KubeConfig.loadKubeConfig(reader);
      kubeConfig.setFile(file.toFile());
      var client = ClientBuilder.kubeconfig(kubeConfig).build();
      var own = Optional.ofNullable(kubeConfig.getNamespace());
      return new ContainerJobs(timed(client), namespace.or(() -> own).orElse("default"));
    } catch (RuntimeException e) {
      throw new IOException("the kubeconfig " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private ContainerJobs inCluster() throws IOException {
    var own = Files.readString(ACCOUNT.resolve("namespace")).strip();
    return new ContainerJobs(timed(ClientBuilder.cluster().build()), namespace.orElse(own));
  }

  private static ApiClient timed(ApiClient client) {
    return client.setReadTimeout(Math.toIntExact(READ_TIMEOUT.toMillis()));
  }
}
