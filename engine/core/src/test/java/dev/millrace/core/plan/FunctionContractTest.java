package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls of functions with a contract; {@code with} stands on line 8. */
class FunctionContractTest {
  private static final FunctionContract CONTRACT =
      FunctionContract.parse(
          """
          doc: Charges a card.
          input:
            type: object
            required: [card, amount]
            additionalProperties: false
            properties:
              card: {type: string, minLength: 4}
              amount: {type: integer, minimum: 1}
              lines:
                type: array
                items: {type: object, required: [sku]}
              to: {oneOf: [{type: string}, {type: object, required: [iban]}]}
          output: {type: object}
          """);
  private static final FunctionCatalog CATALOG =
      new FunctionCatalog(
          Map.of("charge", new StageName("bank")),
          Map.of("charge", CONTRACT),
          Map.of("transfer", "this worker has no bank; set --bank"));

  private static List<Problem> problems(String tasks) {
    var e =
        catchThrowableOfType(
            InvalidDefinitionException.class, () -> PlanCompiler.compile(HEAD + tasks, CATALOG));
    return e == null ? List.of() : e.problems();
  }

  private static List<Problem> problemsWith(String with) {
    return problems("do:\n- a:\n    call: charge:1.0.0@default\n    with: " + with + "\n");
  }

  private static void assertProblem(String with, String pointer, String message) {
    assertThat(problemsWith(with))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo("/do/0/a/with" + pointer);
          assertThat(problem.message()).contains(message);
          assertThat(problem.line()).isEqualTo(9);
        });
  }

  @Test
  void arguments_that_keep_the_contract_are_accepted() {
    assertThat(problemsWith("{card: '4242', amount: 3, lines: [{sku: x}], to: me}")).isEmpty();
  }

  @Test
  void a_constant_that_breaks_it_is_an_error_at_its_place() {
    assertProblem("{card: '4242', amount: 0}", "/amount", "minimum");
    assertProblem("{card: '42', amount: 1}", "/card", "4 char");
    assertProblem("{card: '4242', amount: 1, lines: [{}]}", "/lines/0", "sku");
    assertThat(problemsWith("{card: '4242', amount: 1, to: {}}"))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.pointer()).isEqualTo("/do/0/a/with/to"));
  }

  @Test
  void what_is_missing_or_unknown_is_found_although_the_rest_is_computed() {
    assertProblem("{card: '${ .card }'}", "", "amount");
    assertProblem("{card: '${ .card }', amount: 1, curency: EUR}", "", "curency");
    assertProblem("{card: '${ .card }', amount: one}", "/amount", "integer");
  }

  @Test
  void what_an_expression_may_still_yield_is_not_judged() {
    assertThat(problemsWith("{card: '${ .card }', amount: '${ .amount }'}")).isEmpty();
    assertThat(problemsWith("{card: '4242', amount: 1, lines: '${ .lines }'}")).isEmpty();
    assertThat(problemsWith("{card: '4242', amount: 1, to: {iban: '${ .iban }'}}")).isEmpty();
    assertThat(problemsWith("{card: '4242', amount: 1, to: '${ .to }'}")).isEmpty();
  }

  @Test
  void a_call_without_arguments_is_held_to_it_too() {
    assertThat(problems("do:\n- a:\n    call: charge:1.0.0@default\n"))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem.pointer()).isEqualTo("/do/0/a/call"));
  }

  @Test
  void a_function_this_engine_cannot_run_is_refused_with_the_reason() {
    assertThat(problems("do:\n- a:\n    call: transfer:1.0.0@default\n"))
        .extracting(Problem::message)
        .containsExactly("'transfer' cannot run here: this worker has no bank; set --bank");
  }

  @Test
  void a_process_is_run_and_never_called() {
    assertThat(problems("do:\n- a:\n    call: run.shell:1.0.0@default\n"))
        .extracting(Problem::message)
        .containsExactly("a process is not called; write a task with 'run'");
  }

  @Test
  void evaluated_arguments_are_checked_as_a_whole() {
    var arguments = JsonNodeFactory.instance.objectNode().put("card", "4242").put("amount", "x");
    assertThat(CONTRACT.violations(arguments)).singleElement().asString().contains("/amount");
  }

  @Test
  void a_contract_needs_schemas() {
    assertThatThrownBy(() -> FunctionContract.parse("doc: x\ninput: {type: 5}\noutput: {}\n"))
        .hasMessageStartingWith("not a JSON Schema");
    assertThatThrownBy(() -> FunctionContract.parse("doc: x\n"))
        .hasMessage("a contract has doc, input, output");
  }
}
