package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.core.definition.DefinitionBounds;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Resources;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a definition refers to outside itself, and what its author is told about it. */
class CatalogsTest {
  private static final String SHOP = "https://shop.example.com/catalog/functions/";
  private static final String GREET = SHOP + "greet/1.0.0/function.yaml";
  private static final String GREETING =
      """
      input: {schema: {document: {type: object, required: [name]}}}
      set: {greeting: '${ "Hello \\(.name)" }'}
      """;

  private static String definition(String rest) {
    return """
    document: {dsl: '1.0.3', namespace: test, name: catalogs, version: '1.0.0'}
    use:
      catalogs:
        shop: {endpoint: {uri: 'https://shop.example.com/catalog'}}
    """
        + rest;
  }

  private static String calling(String function) {
    return definition("do: [{hello: {call: '" + function + "', with: {name: Ada}}}]\n");
  }

  private static Compilation compile(String definition, Map<String, String> texts) {
    try {
      return PlanCompiler.compile(definition, CATALOG, Resources.of(texts));
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static InvalidDefinitionException refused(String definition, Resources resources) {
    return catchThrowableOfType(
        InvalidDefinitionException.class,
        () -> PlanCompiler.compile(definition, CATALOG, resources));
  }

  private static List<Problem> problems(String definition, Map<String, String> texts) {
    return refused(definition, Resources.of(texts)).problems();
  }

  // What is compiled, and what is deployed with it.

  @Test
  void a_function_of_a_catalog_becomes_a_part_of_the_plan_as_one_of_use_does() {
    var texts = Map.of(GREET, GREETING, "https://example.com/other.yaml", "set: {}");
    var compiled = compile(calling("greet:1.0.0@shop"), texts);
    assertThat(compiled.plan().tasks())
        .containsOnlyKeys(
            "/do/0/hello", "/do/0/hello/call/greet", "/do/0/hello/call/greet/call/greet");
    assertThat(compiled.resources()).containsExactly(Map.entry(GREET, GREETING));
  }

  @Test
  void a_function_at_a_url_is_named_by_its_file() {
    var url = "https://example.com/f/greet.yaml";
    assertThat(compile(calling(url), Map.of(url, "set: {}")).plan().tasks())
        .containsOnlyKeys("/do/0/hello", "/do/0/hello/call/greet");
    assertThat(compile(calling(GREET), Map.of(GREET, "set: {}")).plan().tasks())
        .containsKey("/do/0/hello/call/greet");
  }

  @Test
  void a_function_may_call_another_by_its_url_and_refer_to_a_schema_beside_it() {
    var other = "https://example.com/other.yaml";
    var schema = SHOP + "greet/name.json";
    var texts =
        Map.of(
            GREET,
            "{input: {schema: {resource: {endpoint: ../name.json}}}, call: '" + other + "'}",
            other,
            "set: {}",
            schema,
            "{\"required\": [\"name\"]}");
    assertThat(compile(calling("greet:1.0.0@shop"), texts).resources())
        .containsOnlyKeys(GREET, other, schema);
  }

  @Test
  void a_relative_place_starts_from_the_document_it_stands_in() {
    var beside = "catalog/functions/greet/1.0.0/function.yaml";
    var texts =
        Map.of(
            beside,
            "{input: {schema: {resource: {endpoint: ../../../name.json}}}, set: {}}",
            "catalog/name.json",
            "{}");
    var definition =
        calling("greet:1.0.0@shop").replace("https://shop.example.com/catalog", "./x/../catalog/");
    assertThat(compile(definition, texts).resources()).isEqualTo(texts);
  }

  @Test
  void what_is_not_at_hand_is_asked_for_all_at_once() {
    var definition =
        definition(
            """
            input: {schema: {resource: {endpoint: schemas/order.json}}}
            do:
              - a: {call: 'greet:1.0.0@shop'}
              - b: {call: 'https://example.com/f.yaml'}
            """);
    var refused = refused(definition, Resources.NONE);
    assertThat(refused.missing())
        .containsExactlyInAnyOrder(GREET, "https://example.com/f.yaml", "schemas/order.json");
    assertThat(refused.problems())
        .hasSize(3)
        .allSatisfy(problem -> assertThat(problem.message()).contains("is not at hand"));
  }

  @Test
  void the_hash_is_that_of_the_definition_alone_until_it_refers_to_something() {
    var alone = "do: [{a: {set: {x: 1}}}]\n";
    assertThat(compile(definition(alone), Map.of()).plan().hash())
        .isEqualTo(compile(definition(alone), Map.of(GREET, GREETING)).plan().hash());
  }

  @Test
  void the_hash_changes_with_what_the_definition_refers_to_but_not_with_how_it_is_written() {
    var call = calling("greet:1.0.0@shop");
    var hash = compile(call, Map.of(GREET, GREETING)).plan().hash();
    assertThat(compile(call, Map.of(GREET, "# hello\n" + GREETING)).plan().hash()).isEqualTo(hash);
    assertThat(compile(call, Map.of(GREET, GREETING.replace("Hello", "Bye"))).plan().hash())
        .isNotEqualTo(hash);
  }

  // What is wrong, and where.

  @Test
  void a_problem_in_a_document_names_it_with_line_column_and_pointer() {
    assertThat(problems(calling("greet:1.0.0@shop"), Map.of(GREET, "do:\n  - a: {sett: {}}\n")))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.resource()).isEqualTo(GREET);
          assertThat(problem.pointer()).isEqualTo("/do/0/a");
          assertThat(problem.line()).isEqualTo(2);
          assertThat(problem.column()).isEqualTo(5);
          assertThat(problem.suggestion()).isEqualTo("set");
        });
  }

  @Test
  void a_document_that_cannot_be_read_is_told_in_its_own_lines() {
    assertThat(problems(calling("greet:1.0.0@shop"), Map.of(GREET, "set: {}\nset: {}\n")))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.resource()).isEqualTo(GREET);
          assertThat(problem.line()).isEqualTo(2);
          assertThat(problem.message()).contains("a second time");
        });
  }

  @Test
  void a_reason_why_something_cannot_be_read_stands_where_it_is_referred_to() {
    var resources = Resources.NONE.without(GREET, "it was answered 404");
    var refused = refused(calling("greet:1.0.0@shop"), resources);
    assertThat(refused.missing()).isEmpty();
    assertThat(refused.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.resource()).isNull();
          assertThat(problem.pointer()).isEqualTo("/do/0/hello/call");
          assertThat(problem.line()).isEqualTo(5);
          assertThat(problem.message()).contains(GREET).endsWith("it was answered 404");
        });
  }

  @Test
  void a_misspelt_function_is_told_with_the_nearest_that_is_at_hand() {
    var resources =
        Resources.of(Map.of(GREET, GREETING))
            .without(SHOP + "gret/1.0.0/function.yaml", "it was answered 404");
    assertThat(refused(calling("gret:1.0.0@shop"), resources).problems())
        .singleElement()
        .extracting(Problem::suggestion)
        .isEqualTo("greet:1.0.0@shop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          greet:1.0.0@shup            | there is no catalog 'shup' | shop
          greet/../x:1.0.0@shop       | expected name:version      |
          greet:..@shop               | expected name:version      |
          https://a:b@example.com/f   | no credentials             |
          https://example.com/{name}  | no expressions, no {names} |
          https://example.com/f#g     | no fragment                |
          file:greet.yaml             | expected a URI             |
          """)
  void a_function_that_is_none_is_told(String function, String message, String suggestion) {
    assertThat(problems(calling(function), Map.of()))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo("/do/0/hello/call");
          assertThat(problem.message()).contains(message);
          assertThat(problem.suggestion()).isEqualTo(suggestion);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          default: {endpoint: x}                                           | default                     | Millrace's own
          a: {}                                                            | a                           | expected 'endpoint'
          a: {endpoint: '//example.com/catalog'}                                   | a/endpoint                  | a path relative to
          a: {endpoint: 'ftp://x/y'}                                       | a/endpoint                  | http, https or file
          a: {endpoint: 'https://x/y?key=z'}                               | a/endpoint                  | no query
          a: {endpoint: '${ .x }'}                                         | a/endpoint                  | no expressions
          a: {endpoint: {uri: 'https://x/', authentication: {use: secret}}} | a/endpoint/authentication  | not supported here by this version
          a: {endpoint: {url: 'https://x/'}}                               | a/endpoint/url              | unknown key 'url'
          """)
  void a_catalog_that_is_none_is_told(String catalog, String place, String message) {
    var definition =
        definition("do: [{a: {set: {}}}]\n")
            .replaceFirst("shop: .*", "z: {endpoint: z}")
            .replace("    z:", "    " + catalog + "\n    z:");
    assertThat(problems(definition, Map.of()))
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo("/use/catalogs/" + place);
          assertThat(problem.message()).contains(message);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          call: own                                                                       | /call               | there is no function 'own'
          call: greet:1.0.0@shop                                                          | /call               | there is no catalog 'shop'
          {do: [{a: {set: {}, timeout: short}}]}                                          | /do/0/a/timeout     | there is no timeout 'short'
          {call: http, with: {method: get, endpoint: 'http://x', headers: {k: '${ $secrets.key }'}}} | /with/headers/k | sees none of its callers'
          {use: {functions: {}}, set: {}}                                                 | /use                | unknown key 'use'
          """)
  void a_function_sees_nothing_of_the_definition_that_calls_it(
      String function, String pointer, String message) {
    var definition =
        calling("greet:1.0.0@shop")
            .replace(
                "use:\n",
                "use:\n  secrets: [key]\n  functions: {own: {set: {}}}\n"
                    + "  timeouts: {short: {after: PT1S}}\n");
    assertThat(problems(definition, Map.of(GREET, function)))
        .anySatisfy(problem -> {
          assertThat(problem.resource()).isEqualTo(GREET);
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.message()).contains(message);
        });
  }

  @Test
  void functions_that_call_each_other_are_refused() {
    var other = "https://example.com/other.yaml";
    var texts = Map.of(GREET, "call: '" + other + "'", other, "call: '" + GREET + "'");
    assertThat(problems(calling("greet:1.0.0@shop"), texts))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.resource()).isEqualTo(other);
          assertThat(problem.message()).contains("cannot call themselves");
        });
  }

  @Test
  void a_schema_is_checked_where_it_is() {
    var schema = "https://example.com/order.json";
    var definition =
        definition(
            "do: [{a: {set: {}}}]\ninput: {schema: {resource: {endpoint: '" + schema + "'}}}\n");
    assertThat(problems(definition, Map.of(schema, "{\"type\": \"objekt\"}")))
        .allSatisfy(problem -> {
          assertThat(problem.resource()).isEqualTo(schema);
          assertThat(problem.pointer()).isEqualTo("/type");
        });
    assertThat(problems(definition, Map.of(schema, "{\"$ref\": \"https://example.com/x.json\"}")))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.resource()).isEqualTo(schema);
          assertThat(problem.message()).contains("not a JSON Schema that can be used here");
        });
    assertThat(
            compile(
                definition, Map.of(schema, "{\"$ref\": \"#/$defs/o\", \"$defs\": {\"o\": {}}}")))
        .isNotNull();
  }

  @Test
  void the_number_of_documents_is_bounded() {
    var calls =
        IntStream.rangeClosed(0, DefinitionBounds.RESOURCES_MAX)
            .mapToObj(n -> "  - t" + n + ": {call: 'https://example.com/" + n + ".yaml'}\n")
            .collect(Collectors.joining());
    var refused = refused(definition("do:\n" + calls), Resources.NONE);
    assertThat(refused.missing()).hasSize(DefinitionBounds.RESOURCES_MAX);
    assertThat(refused.problems().getLast().message()).contains("at most 64 documents");
  }

  @Test
  void the_length_of_all_documents_is_bounded() {
    var half = "# " + "x".repeat(DefinitionBounds.RESOURCES_LENGTH_MAX / 2) + "\nset: {}\n";
    var definition =
        definition(
            """
            do:
              - a: {call: 'https://example.com/a.yaml'}
              - b: {call: 'https://example.com/b.yaml'}
            """);
    assertThat(
            problems(
                definition,
                Map.of("https://example.com/a.yaml", half, "https://example.com/b.yaml", half)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/do/1/b/call"));
  }
}
