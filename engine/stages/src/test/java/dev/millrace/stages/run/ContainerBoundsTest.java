package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static dev.millrace.stages.StageRequests.withSecrets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StageSettings;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.util.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container may do and have, and what a worker may do for it. */
final class ContainerBoundsTest extends ContainerRuns {
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

  @Test
  void the_role_that_ships_lets_a_worker_do_this_and_no_more() throws Exception {
    answer(ARGUMENTS);
    answer(ARGUMENTS);
    var environment = json("{'image': 'a', 'environment': {'A': '$secrets.token'}}");
    answer(withSecrets("run", ContainerStage.NAME, environment, "/environment/A"), Map.of());
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
}
