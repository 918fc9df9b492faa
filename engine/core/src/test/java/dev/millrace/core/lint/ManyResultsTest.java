package dev.millrace.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyResultsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".items[]",
        ".[]",
        ".a, .b",
        ".items[] | .name",
        "(.a, .b) | . + 1",
        "range(3)",
        "..",
        "if .x then .items[] else [] end",
        "$context.calls[]?",
        ".[\"a b\"][]",
        "first(.x[]) | .items[]"
      })
  void results_are_counted_by_the_data(String expression) {
    assertThat(ManyResults.of(expression)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".items",
        "[.items[]]",
        "[ range(1; 4) ]",
        "$context.undo // []",
        ".x == []",
        "if .x then [] else [1] end",
        "{a, b: .c}",
        "first(.items[])",
        "any(.items[]; .ok)",
        "\"a, b \\(.items | join(\", \")) c\"",
        "reduce .items[] as $i (0; . + $i.price)",
        "reduce .items[] as [$a, $b] (0; . + $a, 1)",
        "[$context.messages[] | select(.role == \"assistant\")] | length",
        "$context + {answers: (($context.answers // []) + [.customer])}",
        "def f: .[], 1; [f]",
        ".range + .while",
        "{\"a\": 1, \"b\": [1, 2]}",
        ".x # .items[], and so on",
        ".items | map(.a, .b) | length"
      })
  void one_result_is_one_result(String expression) {
    assertThat(ManyResults.of(expression)).isFalse();
  }
}
