package dev.millrace.stages.run;

import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.secret.Redaction;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1EnvVarSource;
import io.kubernetes.client.openapi.models.V1SecretKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The environment of a container.
 *
 * @param open what stands in the job, by name
 * @param secret what was made of secrets, by name: it stands in a secret of the cluster
 */
record ContainerEnvironment(Map<String, String> open, Map<String, String> secret) {
  /** Nobody writes to the container of a job, so its standard input comes with its environment. */
  static final String STDIN = "MILLRACE_STDIN";

  /** Systems allow 128 KiB for one variable. */
  private static final int STDIN_BYTES_MAX = 120 * 1024;

  /**
   * @throws NotRunException if the arguments make none
   */
  static ContainerEnvironment of(StageRequest request) throws NotRunException {
    var arguments = new ProcessArguments(request.arguments());
    var environment = new ContainerEnvironment(new TreeMap<>(), new TreeMap<>());
    for (var variable : arguments.environment().entrySet()) {
      environment.put("/environment/" + variable.getKey(), variable.getKey(), variable.getValue());
    }
    var stdin = arguments.stdin();
    if (stdin != null) {
      environment.put("/stdin", STDIN, bounded(stdin));
    }
    environment.open.put(Processes.IDEMPOTENCY_KEY, request.idempotencyKey());
    environment.open.put(Processes.ATTEMPT, request.attempt() + "-" + UUID.randomUUID());
    return environment;
  }

  /**
   * @param pointer where the value stands in the arguments
   */
  private void put(String pointer, String name, String value) {
    var redaction = Redaction.current();
    var isSecret = redaction.isFilledIn(pointer) || !redaction.masked(value).equals(value);
    (isSecret ? secret : open).put(name, value);
  }

  /**
   * @param secretName of the cluster's secret that holds what is secret
   */
  List<V1EnvVar> variables(String secretName) {
    var variables = new ArrayList<V1EnvVar>();
    open.forEach((name, value) -> variables.add(new V1EnvVar().name(name).value(literal(value))));
    for (var name : secret.keySet()) {
      var key = new V1SecretKeySelector().name(secretName).key(name);
      variables.add(new V1EnvVar().name(name).valueFrom(new V1EnvVarSource().secretKeyRef(key)));
    }
    return variables;
  }

  /**
   * As Kubernetes has to be told it: in commands, arguments and values it puts the variable in for
   * {@code $(NAME)}, and makes one dollar sign of two. Data could ask for a secret that way.
   */
  static String literal(String text) {
    return text.replace("$", "$$");
  }

  private static String bounded(String stdin) throws NotRunException {
    if (stdin.getBytes(StandardCharsets.UTF_8).length > STDIN_BYTES_MAX || stdin.indexOf(0) >= 0) {
      throw ProcessArguments.invalid(
          "'stdin' of a container has at most %,d bytes, none of them zero"
              .formatted(STDIN_BYTES_MAX));
    }
    return stdin;
  }
}
