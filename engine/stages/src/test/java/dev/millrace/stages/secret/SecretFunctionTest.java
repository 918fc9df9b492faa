package dev.millrace.stages.secret;

import static dev.millrace.stages.StageRequests.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageRequests;
import dev.millrace.stages.StageSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function between the secrets it needs and the answers it gives. */
final class SecretFunctionTest {
  private static final String PASSWORD = "p@ss/word?";

  @TempDir private Path folder;

  private final AtomicReference<@Nullable JsonNode> seen = new AtomicReference<>();
  private SecretRules rules = SecretRules.everything();

  private StageFunction with(StageFunction function) {
    var store = new SecretStore(folder, Map.of("MILLRACE_SECRET_API_KEY", "from-environment"));
    var spec = SecretFunction.all(StageSpec.of("work", function), store, rules);
    return Objects.requireNonNull(spec.functions().get("work"));
  }

  private StageAnswer seenBy(StageRequest request) throws Exception {
    return with(
            it -> {
              seen.set(it.arguments());
              return new Completed(TextNode.valueOf("done"));
            })
        .execute(request);
  }

  /** What the engine makes of an expression that uses secrets. */
  private static ObjectNode captured(String expression, String data) {
    var json = (ObjectNode) json("{'$secret': {'now': '2026-11-21T10:00:00Z'}}");
    var inner = (ObjectNode) json.get("$secret");
    inner.put("expression", expression);
    inner.set("data", json(data));
    return json;
  }

  private static StageRequest request(JsonNode arguments, String... pointers) {
    var plain = StageRequests.request("work", "work", arguments);
    return new StageRequest(
        plain.instanceId(),
        plain.position(),
        plain.stage(),
        plain.function(),
        plain.arguments(),
        plain.attempt(),
        plain.idempotencyKey(),
        plain.deadline(),
        List.of(pointers));
  }

  private StageRequest login() throws Exception {
    Files.writeString(
        folder.resolve("login"), "{\"user\": \"clerk\", \"password\": \"" + PASSWORD + "\"}");
    var arguments = (ObjectNode) json("{'mode': 'fast'}");
    arguments.set("login", captured("$secrets.login.user + \":\" + $secrets.login.password", "{}"));
    return request(arguments, "/login");
  }

  // What a function sees

  @Test
  void it_sees_the_values_of_files_and_variables_where_the_plan_has_expressions() throws Exception {
    Files.writeString(folder.resolve("token"), "abc\n");
    var arguments = (ObjectNode) json("{'list': [1, null]}");
    arguments.withArray("list").set(1, captured(".prefix + $secrets.token", "{'prefix': 'x-'}"));
    arguments.set("key", captured("$secrets[\"api-key\"]", "{}"));

    seenBy(request(arguments, "/list/1", "/key"));

    assertThat(seen.get()).isEqualTo(json("{'list': [1, 'x-abc'], 'key': 'from-environment'}"));
  }

  @Test
  void a_secret_may_be_json_and_is_read_anew_after_it_was_rotated() throws Exception {
    var request = login();
    seenBy(request);
    assertThat(Objects.requireNonNull(seen.get()).get("login").textValue())
        .isEqualTo("clerk:" + PASSWORD);

    Files.writeString(folder.resolve("login"), "{\"user\": \"clerk\", \"password\": \"new-one\"}");
    seenBy(request);
    assertThat(Objects.requireNonNull(seen.get()).get("login").textValue())
        .isEqualTo("clerk:new-one");
  }

  @Test
  void data_that_look_like_an_expression_stay_data() throws Exception {
    var hostile = captured("$secrets[\"api-key\"]", "{}");
    var arguments = (ObjectNode) json("{}");
    arguments.set("comment", hostile);
    arguments.set("key", captured(".x + $secrets[\"api-key\"]", "{'x': '$secrets.login '}"));

    seenBy(request(arguments, "/key"));

    assertThat(Objects.requireNonNull(seen.get()).get("comment")).isEqualTo(hostile);
    assertThat(Objects.requireNonNull(seen.get()).get("key").textValue())
        .isEqualTo("$secrets.login from-environment");
  }

  // What cannot be had

  @Test
  void a_missing_secret_is_refused_with_what_to_do() throws Exception {
    var answer = seenBy(request(captured("$secrets[\"shop-key\"]", "{}"), ""));

    assertThat(answer)
        .isEqualTo(
            new Refused(
                Kind.AUTHORIZATION.error(
                    "this worker has no secret 'shop-key'; set MILLRACE_SECRET_SHOP_KEY, or put a"
                        + " file 'shop-key' into the folder of --secrets")));
    assertThat(seen.get()).as("the function did not run").isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "a/b", "", "..", "."})
  void a_name_reaches_no_other_file(String name) throws Exception {
    Files.writeString(folder.resolveSibling("outside"), "stolen");
    var answer = seenBy(request(captured("$secrets[\"" + name + "\"]", "{}"), ""));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.error().status()).isEqualTo(403));
  }

  @Test
  void a_folder_in_place_of_a_file_is_an_answer_too() throws Exception {
    Files.createDirectory(folder.resolve("login"));

    assertThat(seenBy(request(captured("$secrets.login", "{}"), "")))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void a_secret_larger_than_its_bound_is_refused() throws Exception {
    Files.writeString(folder.resolve("login"), "x".repeat(SecretStore.SECRET_BYTES_MAX + 1));

    assertThat(seenBy(request(captured("$secrets.login", "{}"), "")).toString())
        .contains("SECRET_BYTES_MAX");
  }

  @Test
  void an_expression_that_fails_does_not_say_why() throws Exception {
    Files.writeString(folder.resolve("login"), PASSWORD);

    var answer = seenBy(request(captured("$secrets.login | tonumber", "{}"), ""));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error().type()).isEqualTo(Kind.EXPRESSION.type());
              assertThat(refused.error().detail()).doesNotContain("word");
            });
  }

  // What is said of it

  @Test
  void an_output_that_repeats_a_secret_is_masked_in_every_form() throws Exception {
    var answer =
        with(_ ->
                new Completed(
                    json(
                        "{'plain': 'is p@ss/word?!', 'uri': '/x?a=p%40ss%2Fword%3F', 'clerk':"
                            + " ['cEBzcy93b3JkPw=='], 'both': 'clerk:p@ss/word?', 'n': 5}")))
            .execute(login());

    assertThat(answer)
        .isEqualTo(
            new Completed(
                json(
                    "{'plain': 'is ***!', 'uri': '/x?a=***', '***': ['***'], 'both': '***', 'n':"
                        + " 5}")));
  }

  @Test
  void errors_of_every_kind_are_masked() throws Exception {
    var error = Kind.COMMUNICATION.error("no user with " + PASSWORD);
    for (var said :
        List.of(new Refused(error), new Unavailable(error, Duration.ZERO), new Unknown(error))) {
      assertThat(with(_ -> said).execute(login()).toString())
          .contains("no user with ***")
          .doesNotContain("p@ss");
    }
  }

  @Test
  void an_exception_that_tells_a_secret_in_its_cause_loses_it() throws Exception {
    var function =
        with(_ -> {
          throw new IllegalStateException("login", new RuntimeException("with " + PASSWORD));
        });
    var request = login();

    assertThatThrownBy(() -> function.execute(request))
        .hasMessageContaining("IllegalStateException: login")
        .hasNoCause();
  }

  @Test
  void an_exception_that_tells_none_stays_what_it_was() throws Exception {
    var failure = new IllegalStateException("down", new RuntimeException("really"));
    var function =
        with(_ -> {
          throw failure;
        });
    var request = login();

    assertThatThrownBy(() -> function.execute(request)).isSameAs(failure);
  }

  @Test
  void a_credential_a_function_comes_by_is_masked_too() throws Exception {
    var answer =
        with(
                _ -> {
                  Redaction.hide("token-4711");
                  return new Completed(
                      TextNode.valueOf(Redaction.shown("log token-4711") + "; token-4711"));
                })
            .execute(request(json("{}")));

    assertThat(answer).isEqualTo(new Completed(TextNode.valueOf("log ***; ***")));
  }

  @Test
  void a_very_short_secret_is_masked_only_where_it_is_the_whole_text() throws Exception {
    Files.writeString(folder.resolve("pin"), "a1");

    var answer =
        with(_ -> new Completed(json("['a1', 'a12']")))
            .execute(request(captured("$secrets.pin", "{}"), ""));

    assertThat(answer).isEqualTo(new Completed(json("['***', 'a12']")));
  }

  private static StageRequest asking(StageRequest request, @Nullable DefinitionId definition) {
    return definition == null ? request : request.of(definition);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop/order: api-key",
        "shop/*: other, api-*",
        "a/b: c; */order: api-key",
        " */* : * ;"
      })
  void a_workflow_has_the_secrets_that_a_rule_gives_it(String allowed) throws Exception {
    rules = SecretRules.parse(allowed);
    var request = request(captured("$secrets[\"api-key\"]", "{}"), "");
    assertThat(seenBy(asking(request, new DefinitionId("shop", "order", "1.0.0"))))
        .isInstanceOf(Completed.class);
    assertThat(seen.get()).isEqualTo(TextNode.valueOf("from-environment"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop/orders: api-key",
        "shop/order: api",
        "sh/order: api-key",
        "shop-*/order: *"
      })
  void no_workflow_has_a_secret_without_a_rule(String allowed) throws Exception {
    rules = SecretRules.parse(allowed);
    var request = request(captured("$secrets[\"api-key\"]", "{}"), "");
    var answer = seenBy(asking(request, new DefinitionId("shop", "order", "1.0.0")));
    assertThat(seen.get()).isNull();
    assertThat(answer)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(403);
              assertThat(refused.error().detail())
                  .contains("secrets.allow=shop/order: api-key")
                  .doesNotContain("from-environment");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"order: a", "shop/order", "shop/order:", "a/b/c: d", "a/b: c d", "a/b:c:d"})
  void rules_that_are_none_are_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretRules.parse(text))
        .withMessageContaining("secrets.allow");
  }

  @Test
  void a_request_that_does_not_say_whose_it_is_has_what_everybody_has() throws Exception {
    var request = request(captured("$secrets[\"api-key\"]", "{}"), "");
    rules = SecretRules.parse("shop/*: api-key");
    assertThat(seenBy(request)).isInstanceOf(Refused.class);
    rules = SecretRules.parse("*/*: api-key");
    assertThat(seenBy(request)).isInstanceOf(Completed.class);
  }

  @Test
  void what_one_of_two_has_filled_in_is_hidden_in_both() throws Exception {
    var logged = new AtomicReference<String>();
    var inner =
        with(it -> {
          Redaction.hide("a-token");
          logged.set(Redaction.shown("log: " + PASSWORD));
          return new Completed(TextNode.valueOf("a-token " + PASSWORD));
        });
    var store = new SecretStore(folder, Map.of());
    var outer = SecretFunction.of(inner, store, SecretRules.everything());
    assertThat(outer.execute(login())).isEqualTo(new Completed(TextNode.valueOf("*** ***")));
    assertThat(logged).hasValue("log: ***");
  }
}
