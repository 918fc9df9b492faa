package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static dev.millrace.stages.StageRequests.withSecrets;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A container's secrets are not in its job, but in a secret of the cluster that goes with it. */
final class ContainerSecretsTest extends ContainerRuns {
  private StageAnswer given(String arguments, String... pointers) throws Exception {
    return answer(withSecrets("run", ContainerStage.NAME, json(arguments), pointers), Map.of());
  }

  private JsonNode variable(String name) {
    for (var each : onlyJob().at("/spec/template/spec/containers/0/env")) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no variable " + name);
  }

  private JsonNode onlySecret() {
    assertThat(secrets).hasSize(1);
    return secrets.values().iterator().next();
  }

  @Test
  void a_secret_variable_stands_in_a_secret_that_goes_with_the_job() throws Exception {
    given(
        "{'image': 'a', 'environment': {'T': '$secrets.token', 'MODE': 'fast'}}", "/environment/T");
    var name = onlyJob().at("/metadata/name").asText();
    assertThat(onlyJob().toString()).doesNotContain(TOKEN);
    assertThat(variable("T").at("/valueFrom/secretKeyRef").toString())
        .isEqualTo("{\"key\":\"T\",\"name\":\"" + name + "\"}");
    assertThat(variable("MODE").path("value").asText()).isEqualTo("fast");
    assertThat(onlySecret().path("stringData").toString()).isEqualTo("{\"T\":\"" + TOKEN + "\"}");
    assertThat(onlySecret().path("immutable").asBoolean()).isTrue();
    assertThat(onlySecret().at("/metadata/name").asText()).isEqualTo(name);
    var owner = onlySecret().at("/metadata/ownerReferences/0");
    assertThat(owner.path("kind").asText()).isEqualTo("Job");
    assertThat(owner.path("uid").asText()).isEqualTo("uid-of-" + name);
  }

  @Test
  void a_secret_standard_input_too() throws Exception {
    given(
        "{'image': 'a', 'command': 'login', 'computed': false, 'stdin': '$secrets.token'}",
        "/stdin");
    assertThat(onlyJob().toString()).doesNotContain(TOKEN);
    assertThat(onlySecret().at("/stringData/MILLRACE_STDIN").asText()).isEqualTo(TOKEN);
  }

  @Test
  void of_an_environment_that_is_computed_as_a_whole_all_is_secret() throws Exception {
    given(
        "{'image': 'a', 'environment': '{T: ($secrets.token | @base64 | ascii_downcase), N: 1}'}",
        "/environment");
    assertThat(onlySecret().path("stringData").size()).isEqualTo(2);
    assertThat(variable("N").has("valueFrom")).isTrue();
  }

  @Test
  void without_secrets_there_is_none() throws Exception {
    given("{'image': 'a', 'environment': {'A': 'b'}}");
    assertThat(secrets).isEmpty();
    assertThat(used).doesNotContain("create secrets");
  }

  @Test
  void what_the_container_says_loses_it() throws Exception {
    log = "token is " + TOKEN + "\n";
    assertThat(given("{'image': 'a', 'environment': {'T': '$secrets.token'}}", "/environment/T"))
        .isEqualTo(new Completed(json("'token is ***\\n'")));
  }

  @Test
  void whoever_may_make_no_secret_makes_no_job() throws Exception {
    createSecretStatus = 403;
    var answer = given("{'image': 'a', 'environment': {'T': '$secrets.token'}}", "/environment/T");
    assertThat(((Refused) answer).error().status()).isEqualTo(403);
    assertThat(jobs).isEmpty();
  }

  @Test
  void an_image_that_is_not_allowed_asks_for_no_secret() throws Exception {
    given("{'image': 'other', 'environment': {'T': '$secrets.token'}}", "/environment/T");
    assertThat(used).isEmpty();
  }

  /** The worker died between making the job and making its secret. */
  @Test
  void the_next_attempt_makes_the_secret_that_the_first_did_not() throws Exception {
    var arguments = "{'image': 'a', 'environment': {'T': '$secrets.token'}}";
    given(arguments, "/environment/T");
    secrets.clear();
    assertThat(given(arguments, "/environment/T")).isInstanceOf(Completed.class);
    assertThat(created).hasSize(1);
    assertThat(onlySecret().at("/stringData/T").asText()).isEqualTo(TOKEN);
    assertThat(given(arguments, "/environment/T")).isInstanceOf(Completed.class);
  }

  /** Kubernetes would put the variable there. */
  @Test
  void data_cannot_ask_for_a_variable() throws Exception {
    answer(
        request(
            "run",
            ContainerStage.NAME,
            json("{'image': 'a', 'arguments': ['$(T)'], 'environment': {'A': 'x$(T)$'}}")),
        Map.of());
    var container = onlyJob().at("/spec/template/spec/containers/0");
    assertThat(container.at("/args/0").asText()).isEqualTo("$$(T)");
    assertThat(variable("A").path("value").asText()).isEqualTo("x$$(T)$$");
  }
}
