package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Runs containers by the real client, over HTTP to a server that speaks the calls we need. */
abstract class ContainerRuns extends JobServer {
  static final String ARGUMENTS =
      "{'image': 'alpine:3', 'command': 'echo hi', 'computed': false, 'return': 'all'}";

  static final String TOKEN = "s3cr3t-f00d";

  private static final SecretStore SECRETS =
      new SecretStore(null, Map.of("MILLRACE_SECRET_TOKEN", TOKEN));

  @TempDir Path folder;

  StageAnswer answer(StageRequest request, Map<String, String> more) throws Exception {
    return answer(request, more, port());
  }

  StageAnswer answer(StageRequest request, Map<String, String> more, int port) throws Exception {
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
    var spec =
        SecretFunction.all(
            RunStages.spec(new StageSettings(folder, settings)), SECRETS, SecretRules.everything());
    var guarded = new GuardedStage(spec);
    return ((Answered) guarded.execute(request, () -> true)).answer();
  }

  StageAnswer answer(String arguments) throws Exception {
    return answer(request("run", ContainerStage.NAME, json(arguments)), Map.of());
  }

  JsonNode onlyJob() {
    assertThat(jobs).hasSize(1);
    return jobs.values().iterator().next();
  }
}
