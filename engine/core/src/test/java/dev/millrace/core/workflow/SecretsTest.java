package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.T0;
import static dev.millrace.core.workflow.InstanceUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.expression.CapturedExpression;
import dev.millrace.core.plan.PlanCompiler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine never has a secret: a call leaves with the expression, and what it sees of data. */
class SecretsTest {
  private static final String CHARGE =
      """
      use: {secrets: [shop, pepper]}
      do:
        - charge:
            call: charge:1.0.0@default
            with:
              amount: ${ .amount }
              key: ${ "\\($secrets.shop.id):\\($secrets.shop.key)" | @base64 }
              lines: [x, '${ .note + $secrets.pepper }']
      """;
  private static final ObjectNode SECRETS =
      (ObjectNode) json("{\"shop\": {\"id\": \"me\", \"key\": \"k\"}, \"pepper\": \"!\"}");

  @Test
  void an_expression_with_secrets_leaves_with_its_data_and_its_place() throws Exception {
    var request =
        InstanceUnderTest.of(CHARGE).start("{amount: 7, note: hot, other: 1}").lastRequest();

    assertThat(request.secretPointers()).containsExactly("/key", "/lines/1");
    var key = CapturedExpression.fromJson(request.arguments().at("/key"));
    assertThat(key.secrets()).containsExactly("shop");
    assertThat(key.now()).isEqualTo(T0);
    assertThat(key.evaluate(SECRETS).textValue()).isEqualTo("bWU6aw==");
    var line = CapturedExpression.fromJson(request.arguments().at("/lines/1"));
    assertThat(line.evaluate(SECRETS).textValue()).isEqualTo("hot!");
  }

  @Test
  void another_attempt_says_the_same_places() {
    var instance = InstanceUnderTest.of(CHARGE).start("{amount: 7, note: hot}");
    var first = instance.lastRequest();

    instance.isUnavailable(Duration.ZERO).after(Duration.ofMinutes(1));

    assertThat(instance.dispatched()).hasSize(2);
    assertThat(instance.lastRequest().secretPointers()).isEqualTo(first.secretPointers());
    assertThat(instance.lastRequest().arguments()).isEqualTo(first.arguments());
  }

  @Test
  void data_that_an_expression_does_not_read_stay_behind() {
    var request =
        InstanceUnderTest.of(
                """
                use: {secrets: [shop]}
                do:
                  - charge:
                      call: charge:1.0.0@default
                      with: {key: '${ "Bearer " + $secrets.shop }'}
                """)
            .start("{large: data}")
            .lastRequest();

    assertThat(request.arguments())
        .isEqualTo(
            json(
                "{\"key\": {\"$secret\": {\"expression\": \"\\\"Bearer \\\" + $secrets.shop\","
                    + " \"now\": \"2026-11-21T10:00:00Z\"}}}"));
  }

  @Test
  void variables_an_expression_reads_go_along() throws Exception {
    var request =
        InstanceUnderTest.of(
                """
                use: {secrets: [shop]}
                do:
                  - each:
                      for: {each: tenant, in: .tenants}
                      do:
                        - charge:
                            call: charge:1.0.0@default
                            with: {key: '${ $tenant + $secrets["shop"] }'}
                """)
            .start("{tenants: [a]}")
            .lastRequest();

    assertThat(
            CapturedExpression.fromJson(request.arguments().get("key"))
                .evaluate((ObjectNode) json("{\"shop\": \"-key\"}"))
                .textValue())
        .isEqualTo("a-key");
  }

  @Test
  void data_that_look_like_an_expression_are_data() {
    var hostile = "{amount: {$secret: {expression: $secrets.shop, now: '2026-11-21T10:00:00Z'}}}";

    var request = InstanceUnderTest.of(CHARGE).start(hostile).lastRequest();

    assertThat(request.secretPointers()).doesNotContain("/amount");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a: {set: {x: '${ $secrets.shop }'}}",
        "- a: {set: {x: 1}, output: {as: $secrets.shop}}",
        "- a: {set: {x: 1}, export: {as: '{x: $secrets.shop}'}}",
        "- a: {if: $secrets.shop == 1, set: {x: 1}}",
        "- a: {set: {x: 1}, input: {from: $secrets.shop}}",
        "- a: {switch: [{b: {when: $secrets.shop == 1, then: end}}]}",
        "- a: {wait: '${ $secrets.shop }'}",
        "- a: {raise: {error: {type: x, status: 400, title: '${ $secrets.shop }'}}}",
        "- a: {call: own, with: {x: '${ $secrets.shop }'}}",
        "- a: {call: charge:1.0.0@default, metadata: {millrace: {idempotencyKey: '${"
            + " $secrets.shop }'}}}",
      })
  void a_secret_is_refused_wherever_its_value_would_be_journaled(String task) {
    assertThat(problems("use: {secrets: [shop], functions: {own: {set: {x: 1}}}}\ndo:\n  " + task))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message()).contains("would be journaled");
          assertThat(problem.line()).isGreaterThan(1);
        });
  }

  @Test
  void authorization_is_refused_because_it_would_be_journaled() {
    assertThat(problems("do:\n  - a: {set: {x: 1}, output: {as: $authorization}}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("holds a credential"));
  }

  @Test
  void what_is_no_captured_expression_is_told() {
    assertThatThrownBy(() -> CapturedExpression.fromJson(json("{\"$secret\": 1}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Problem> problems(String body) {
    var head = "document: { dsl: '1.0.3', namespace: test, name: under-test, version: '1.0.0' }\n";
    try {
      return PlanCompiler.compile(head + body, InstanceUnderTest.CATALOG).warnings();
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }
}
