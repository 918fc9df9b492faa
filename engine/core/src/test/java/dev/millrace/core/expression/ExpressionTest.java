package dev.millrace.core.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.250Z");
  private static final Set<String> VARIABLES = Set.of("context", "input", "workflow");

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Scope scope(String current) {
    var variables = Map.of("context", json("{\"mode\": \"deep\"}"), "input", json("[1, 2, 3]"));
    return new Scope() {
      @Override
      public JsonNode current() {
        return json(current);
      }

      @Override
      public @Nullable JsonNode variable(String name) {
        return variables.get(name);
      }

      @Override
      public Instant now() {
        return NOW;
      }
    };
  }

  private static JsonNode evaluate(String expression, String current) {
    try {
      return JqExpression.compile(expression, VARIABLES).evaluate(scope(current));
    } catch (InvalidExpressionException e) {
      throw new IllegalArgumentException(e.getMessage() + " / " + e.suggestion(), e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "1 + 2 | null | 3",
        ".a.b[0] | {\"a\": {\"b\": [7]}} | 7",
        ".a + $context.mode | {\"a\": \"x\"} | \"xdeep\"",
        "$input | null | [1, 2, 3]",
        "{$input, sum: ($input § add)} | null | {\"input\": [1, 2, 3], \"sum\": 6}",
        "\"Hello \\(.name)!\" | {\"name\": \"Ada\"} | \"Hello Ada!\"",
        "map(select(. > 1) § . * 2) | [1, 2, 3] | [4, 6]",
        "def f(x): x * 2; [f(.), f($input[0])] § add | 5 | 12",
        "reduce .[] as [$a, $b] (0; . + $a * $b) | [[1, 2], [3, 4]] | 14",
        "[foreach .[] as $x (0; . + $x)] | [1, 2, 3] | [1, 3, 6]",
        ".a //= 3 § .b += 1 § .c[2] = 0 | {\"b\": 1} | {\"b\": 2, \"a\": 3, \"c\": [null, null, 0]}",
        "try error(\"no\") catch . | null | \"no\"",
        "[limit(2; .[])] | [1, 2, 3] | [1, 2]",
        "[limit(1; 1, error(\"never asked\"))] | null | [1]",
        "[skip(1; .[])] | [1, 2, 3] | [2, 3]",
        "first(range(10; infinite)) | null | 10",
        "until(. > 100; . * 2) | 1 | 128",
        "[while(. < 10; . * 2)] | 1 | [1, 2, 4, 8]",
        "[limit(3; repeat(. * 2))] | 1 | [1, 2, 4]",
        "IN(1, 2), IN(3) | 2 | [true, false]",
        "abs, toarray | -2 | [2, [-2]]",
        "INDEX(.id) § keys | [{\"id\": \"b\"}, {\"id\": \"a\"}] | [\"a\", \"b\"]",
        "trim | \"  x y \" | \"x y\"",
        "now § todate | null | \"2026-03-01T12:00:00Z\"",
        "test(\"^[A-Z][a-z]+$\") | \"Ada\" | true",
        "test(\"ADA\"; \"i\") | \"ada\" | true",
        "[match(\"a(?P<x>.)\"; \"g\") § .captures[0].string] | \"abac\" | [\"b\", \"c\"]",
        "capture(\"(?<y>[0-9]+)-(?<m>[0-9]+)\") | \"2026-03\" | {\"y\": \"2026\", \"m\": \"03\"}",
        "[scan(\"[a-z]\")] | \"a1b\" | [\"a\", \"b\"]",
        "sub(\"(?<x>b)\"; \"<\\(.x)>\") | \"abcb\" | \"a<b>cb\"",
        "gsub(\"b\"; \"\") | \"abcb\" | \"ac\"",
        "split(\", *\"; null) | \"a, b,c\" | [\"a\", \"b\", \"c\"]",
        "[match(\"é\").offset] | \"aé\" | [1]",
        "sha256 | \"\" | \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "jcs | {\"b\": 1.0, \"a\": []} | \"{\\\"a\\\":[],\\\"b\\\":1}\"",
        "uuid5(\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"; .) | \"www.example.com\" |"
            + " \"2ed6657d-e927-568b-95e1-2665a8aea6a2\"",
        "nan, infinite | null | [null, 1.7976931348623157E308]"
      })
  void an_expression_yields(String expression, String current, String expected) {
    assertThat(evaluate(expression.replace('§', '|'), current)).isEqualTo(json(expected));
  }

  @Test
  void no_result_is_null_and_many_are_an_array() {
    assertThat(evaluate("empty", "1")).isEqualTo(json("null"));
    assertThat(evaluate(".[]", "[1, 2]")).isEqualTo(json("[1, 2]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "last(range(1; 1e9))",
        "[range(1e8)]",
        "[range(0; 1e12; 1)] | length",
        "def f: f; f",
        "def f: 1 + f; f",
        "def f: f, f; f",
        "[recurse(. + 1)] | length",
        "[limit(1e9; repeat(1))]",
        "until(false; .)",
        "[while(true; .)]",
        "[splits(\"x\") | range(1e9)]",
        "\"x\" * 1e9",
        "1e9 * \"xyz\"",
        "reduce range(60) as $i (\"x\"; . + .)",
        "reduce range(60) as $i ([1]; . + .)",
        "reduce range(60) as $i (1; [., .]) | tojson",
        "reduce range(60) as $i (1; {a: ., b: .}) | length",
        "(reduce range(60) as $i (1; [., .])) as $x | (reduce range(60) as $i (1; [., .])) == $x",
        "reduce range(60) as $i ({}; setpath([\"a\"]; .) | setpath([\"b\"]; .a)) | tojson",
        "reduce range(100000) as $i (1; [.])",
        ".[1e9] = 1",
        "null | .[2000000000] |= 1",
        "[] | .[range(100000)] |= 1",
        "{} | .[range(100000) | tostring] |= 1",
        "setpath([1e9]; 1)",
        "getpath([1e9]) = 1",
        "[range(20000)] | combinations(9)",
        "[[range(100)], [range(100)], [range(100)], [range(100)], [range(100)], []] | combinations",
        "[range(50000)] | map(tostring) | join(\"x\" * 100000)",
        "(\"a\" * 500000) as $a | $a + \"b\" | contains($a + \"c\")",
        "(\"a\" * 900000) | indices(\"a\" * 400000)",
        "[range(60000)] | . - .",
        "[range(60000)] | contains([range(60000)])",
        "[range(50000)] | delpaths([paths])",
        "[range(50000)] | .[] |= . + 1",
        "[range(30000)] | reduce range(10000) as $i (.; sort)",
        "try last(range(1; 1e9)) catch \"caught\"",
        "(last(range(1; 1e9)))? // \"caught\"",
        "\"a\" * 41 | test(\"^(((a{30}){30}){30})+$\")",
        "\"a\" * 100000 | gsub(\"a\"; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")",
        "\"a\" * 20000 | [match(\"a*?\"; \"g\")] | length | range(1e9)",
        "9223372036854775807 + 1",
        "[.[] | walk(range(1e9))]"
      })
  void a_hostile_expression_ends_soon_and_harms_nobody(String expression) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> evaluate(expression, "[1, \"x\"]"))
                .isInstanceOf(ExpressionException.class));
  }

  @Test
  void results_that_multiply_without_any_function_are_counted() {
    var doubling = "(.,.)|".repeat(100) + ".";
    assertThatThrownBy(() -> evaluate("[" + doubling + "]", "1"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("steps");
    assertThatThrownBy(() -> evaluate("[{" + "a:(1,2),".repeat(100) + "b:1}]", "1"))
        .isInstanceOf(ExpressionException.class);
  }

  @Test
  void regular_expressions_take_linear_time() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () ->
            assertThat(evaluate("test(\"^(a+)+$\")", "\"" + "a".repeat(5000) + "!\""))
                .isEqualTo(json("false")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env",
        "$ENV",
        "$__loc__",
        "input",
        "inputs",
        "halt",
        "halt_error",
        "debug",
        "input_line_number",
        "builtins",
        "debug_scope",
        "$__prog_args",
        "get_search_list",
        "import \"a\" as a; 1",
        "include \"a\"; 1"
      })
  void an_expression_learns_nothing_of_the_world_around_it(String expression) {
    assertThatThrownBy(() -> JqExpression.compile(expression, VARIABLES))
        .isInstanceOf(InvalidExpressionException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$contxt.a | $contxt is not defined here | $context",
        ". as $x .| not a jq expression | ",
        ".a + | it ends too early | ",
        ".a ) | Unexpected ')' at line 1, column 4 | ",
        ".a b | unexpected 'b' at its line 1, column 4 | ",
        "maap(.) | there is no function maap/1 | map/1",
        "\"a | not a jq expression | "
      })
  void what_can_never_work_is_found_when_it_is_compiled(
      String expression, String message, String suggestion) {
    assertThatThrownBy(() -> JqExpression.compile(expression, VARIABLES))
        .isInstanceOfSatisfying(
            InvalidExpressionException.class, e -> assertThat(e.suggestion()).isEqualTo(suggestion))
        .hasMessageContaining(message);
  }

  @Test
  void variables_an_expression_binds_itself_are_defined() {
    assertThat(evaluate("(1, 2) as $x | [$x] as [$y] | {z: 3} as {z: $z} | {$x, $y, $z}", "1"))
        .hasSize(2);
    assertThat(evaluate("def f($n): $n + 1; f(1)", "1")).isEqualTo(json("2"));
  }

  @Test
  void an_expression_nested_too_deeply_is_refused_not_fatal() {
    var deep = "(".repeat(8000) + "1" + ")".repeat(8000);
    assertThatThrownBy(() -> JqExpression.compile(deep, VARIABLES))
        .isInstanceOf(InvalidExpressionException.class);
    assertThatThrownBy(() -> JqExpression.compile(" ".repeat(20_000) + ".", VARIABLES))
        .isInstanceOf(InvalidExpressionException.class);
  }

  @Test
  void a_failure_names_its_expression() {
    assertThatThrownBy(() -> evaluate(".a.b", "{\"a\": 1}"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("expression .a.b: ");
  }

  @Test
  void a_result_shares_nothing_with_the_data_it_came_from() {
    var scope = scope("{\"a\": [1]}");
    try {
      var result = JqExpression.compile("$context", VARIABLES).evaluate(scope);
      ((com.fasterxml.jackson.databind.node.ObjectNode) result).put("mode", "changed");
    } catch (InvalidExpressionException e) {
      throw new AssertionError(e);
    }
    assertThat(scope.variable("context")).isEqualTo(json("{\"mode\": \"deep\"}"));
  }
}
