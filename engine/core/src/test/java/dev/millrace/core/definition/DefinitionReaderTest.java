package dev.millrace.core.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class DefinitionReaderTest {
  private static List<Problem> problems(String text) {
    var e =
        catchThrowableOfType(InvalidDefinitionException.class, () -> DefinitionReader.read(text));
    return e == null ? List.of() : e.problems();
  }

  @Test
  void every_value_and_key_has_its_place() throws InvalidDefinitionException {
    var document =
        DefinitionReader.read(
            """
            a:
              b: [1, {c: x}]
              "d/e": >
                folded
            """);
    assertThat(document.place("")).isEqualTo(new Place(1, 1));
    assertThat(document.place("/a/b")).isEqualTo(new Place(2, 6));
    assertThat(document.keyPlace("/a/b")).isEqualTo(new Place(2, 3));
    assertThat(document.place("/a/b/1/c")).isEqualTo(new Place(2, 14));
    assertThat(document.keyPlace("/a/d~1e")).isEqualTo(new Place(3, 3));
    assertThat(document.place("/a/b/1/missing/deep")).isEqualTo(document.place("/a/b/1"));
  }

  @Test
  void json_is_read_as_json_even_with_tabs() throws InvalidDefinitionException {
    var document = DefinitionReader.read("{\n\t\"a\": {\"b\": 1}\n}");
    assertThat(document.root().at("/a/b").intValue()).isEqualTo(1);
    assertThat(document.place("/a/b")).isEqualTo(new Place(2, 13));
  }

  @Test
  void yaml_in_braces_is_still_yaml() throws InvalidDefinitionException {
    assertThat(DefinitionReader.read("{a: [b, c]}").root().at("/a/1").textValue()).isEqualTo("c");
  }

  @Test
  void the_key_on_stays_a_word() throws InvalidDefinitionException {
    assertThat(DefinitionReader.read("on: 1\nyes: 2\n1: 3").root().properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("on", "yes", "1");
  }

  @Test
  void words_that_other_readers_take_for_true_or_false_stay_words()
      throws InvalidDefinitionException {
    var root = DefinitionReader.read("[no, Yes, off, 'true', true, NO]").root();
    assertThat(root.toString()).isEqualTo("[\"no\",\"Yes\",\"off\",\"true\",true,\"NO\"]");
  }

  @Test
  void aliases_are_written_out() throws InvalidDefinitionException {
    var root = DefinitionReader.read("a: &x {b: [1]}\nc: *x").root();
    assertThat(root.get("c")).isEqualTo(root.get("a"));
  }

  @Test
  void aliases_cannot_multiply_without_end() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (var i = 1; i < 12; i++) {
      var before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", List.of(before, before, before, before))));
    }
    assertThat(problems(bomb.toString()))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("at most 100000 values"));
  }

  @Test
  void an_alias_of_nothing_is_a_problem() {
    assertThat(problems("a: *nobody"))
        .singleElement()
        .isEqualTo(
            new Problem(
                Problem.Severity.ERROR,
                "/a",
                1,
                4,
                "there is no anchor &nobody before this",
                null));
  }

  @Test
  void every_duplicate_key_is_reported() {
    assertThat(problems("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}"))
        .extracting(Problem::pointer, Problem::line, Problem::column)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/a", 3, 1),
            org.assertj.core.groups.Tuple.tuple("/c/d", 4, 11));
  }

  @Test
  void a_second_document_is_a_problem() {
    assertThat(problems("a: 1\n---\nb: 2"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(3))
        .satisfies(problem -> assertThat(problem.message()).contains("another document"));
  }

  @Test
  void syntax_errors_have_their_place() {
    assertThat(problems("a: 1\nb: [1, 2\nc: 3"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(3));
    assertThat(problems("{\"a\": 1,\n \"b\": ]}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(2));
  }

  @Test
  void syntax_errors_say_what_was_expected_and_what_stands_there() {
    assertThat(problems("do:\n  - a:\n      set: { x: 1\n  - b: 1"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message())
              .startsWith("while parsing a flow mapping that begins in line 3, column 12: expected")
              .contains("',' or '}'", "but got");
          assertThat(problem.line()).isEqualTo(4);
        });
    assertThat(problems("document:\n\tdsl: 1"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("cannot start any token"));
    assertThat(problems("{\"a\": {\"b\": 1}"))
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.message())
                .contains("start marker at line: 1, column: 1")
                .doesNotContain("Source", "REDACTED"));
  }

  @Test
  void nothing_is_no_definition() {
    assertThat(problems("")).hasSize(1);
    assertThat(problems("# only a comment")).hasSize(1);
  }

  @Test
  void depth_and_length_are_bounded() {
    assertThat(problems("[".repeat(500) + "]".repeat(500))).isNotEmpty();
    assertThat(problems("{\"a\":".repeat(65) + "1" + "}".repeat(65))).isNotEmpty();
    assertThat(problems("a: " + "x".repeat(DefinitionBounds.LENGTH_MAX))).isNotEmpty();
  }

  @Test
  void what_json_cannot_say_is_refused() {
    assertThat(problems("a: 1e999")).isNotEmpty();
    assertThat(problems("a: !!binary aGVsbG8=")).isNotEmpty();
  }

  @Property(tries = 500)
  void any_text_is_read_or_refused(@ForAll @StringLength(max = 200) String text) {
    assertThat(problems(text)).allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
  }
}
