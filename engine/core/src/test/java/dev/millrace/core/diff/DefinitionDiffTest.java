package dev.millrace.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.diff.Change.Kind;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionDiffTest {
  private static final String TASKS =
      """
      do:
        - a: {set: {x: 1}}
        - b: {set: {x: 2}}
        - c: {set: {x: 3}}
      """;

  private static Plan plan(String version, String body) {
    var head =
        "document: {dsl: '1.0.3', namespace: shop, name: order, version: '" + version + "'}\n";
    try {
      return PlanCompiler.compile(head + body, new FunctionCatalog(Map.of())).plan();
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static DefinitionDiff diff(String old, String now) {
    return DefinitionDiff.of(plan("1.2.3", old), plan("1.3.0", now));
  }

  @Test
  void the_same_content_changes_nothing() {
    var diff = DefinitionDiff.of(plan("1.2.3", TASKS), plan("1.2.3", TASKS));
    assertThat(diff.sameContent()).isTrue();
    assertThat(diff.isDeployable()).isTrue();
    assertThat(diff.changes()).isEmpty();
    assertThat(diff.dueVersion()).isEqualTo("1.2.3");
  }

  @Test
  void other_content_under_the_same_version_cannot_be_deployed() {
    var diff =
        DefinitionDiff.of(plan("1.2.3", TASKS), plan("1.2.3", TASKS.replace("x: 3", "x: 4")));
    assertThat(diff.isDeployable()).isFalse();
    assertThat(diff.dueVersion()).isEqualTo("1.3.0");
    assertThat(diff.isVersionDue()).isFalse();
  }

  @Test
  void tasks_are_added_removed_and_changed() {
    var diff = diff(TASKS, "do: [{a: {set: {x: 7}}}, {c: {set: {x: 3}}}, {d: {wait: PT1S}}]");
    assertThat(diff.changes())
        .containsExactlyInAnyOrder(
            new Change(Kind.CHANGED, Impact.MINOR, "/do/a", "set: {\"x\":1} → {\"x\":7}"),
            new Change(Kind.REMOVED, Impact.MINOR, "/do/b", "set"),
            new Change(Kind.ADDED, Impact.MINOR, "/do/d", "wait"));
    assertThat(diff.isVersionDue()).isTrue();
  }

  @Test
  void a_task_that_moves_is_told_once_and_not_as_two() {
    var diff = diff(TASKS, "do: [{c: {set: {x: 3}}}, {a: {set: {x: 1}}}, {b: {set: {x: 2}}}]");
    assertThat(diff.changes())
        .containsExactly(
            new Change(Kind.MOVED, Impact.MINOR, "/do/c", "stands elsewhere in its list"));
  }

  @Test
  void a_task_that_is_renamed_is_recognised() {
    var diff = diff(TASKS, TASKS.replace("b:", "second:"));
    assertThat(diff.changes())
        .containsExactly(new Change(Kind.RENAMED, Impact.MINOR, "/do/b", "now /do/second"));
  }

  @Test
  void what_changes_inside_a_block_is_told_there_and_only_there() {
    var old = "do: [{t: {try: [{a: {set: {x: 1}}}], catch: {as: e, do: [{b: {set: {y: 1}}}]}}}]";
    assertThat(diff(old, old.replace("y: 1", "y: 2")).changes())
        .extracting(Change::place)
        .containsExactly("/do/t/catch/do/b");
    assertThat(diff(old, old.replace("as: e", "as: f")).changes())
        .extracting(Change::place, Change::detail)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("/do/t", "catch/as: \"e\" → \"f\""));
  }

  @Test
  void what_changes_in_the_handling_of_messages_is_told_at_its_task() {
    var old =
        "do: [{a: {call: asyncapi, with: {document: {endpoint: 'http://x/'}, channel: c,"
            + " subscription: {consume: {amount: 2}, foreach: {do: [{b: {set: {y: 1}}}]}}}}}]";
    assertThat(diff(old, old.replace("y: 1", "y: 2")).changes())
        .extracting(Change::place)
        .containsExactly("/do/a/with/subscription/foreach/do/b");
    assertThat(diff(old, old.replace("amount: 2", "amount: 3")).changes())
        .extracting(Change::place)
        .containsExactly("/do/a");
  }

  @Test
  void how_a_task_is_done_is_worth_a_patch() {
    var old = "do: [{a: {wait: PT5S, timeout: {after: PT9S}}}]\ntimeout: {after: PT1H}";
    var diff = diff(old, old.replace("PT9S", "PT8S").replace("PT1H", "PT2H"));
    assertThat(diff.changes())
        .extracting(Change::impact, Change::place)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(Impact.PATCH, "/do/a"),
            org.assertj.core.groups.Tuple.tuple(Impact.PATCH, "/timeout/after"));
    assertThat(diff.dueVersion()).isEqualTo("1.2.4");
  }

  @Test
  void a_document_that_has_changed_under_the_same_version_is_refused() {
    var greet = "https://example.com/greet.yaml";
    var body = "do: [{a: {call: '" + greet + "'}}]\n";
    var diff =
        DefinitionDiff.of(
            compiled(body, Map.of(greet, "set: {x: 1}")),
            compiled(body, Map.of(greet, "set: {x: 2}")));
    assertThat(diff.isDeployable()).isFalse();
    assertThat(diff.changes())
        .containsExactly(new Change(Kind.CHANGED, Impact.MINOR, greet, "has other content"));
    assertThat(
            DefinitionDiff.of(
                    compiled(body, Map.of(greet, "set: {x: 1}")),
                    compiled(body, Map.of(greet, "{set: {x: 1}} # the same")))
                .sameContent())
        .isTrue();
  }

  @Test
  void a_contract_in_a_document_of_its_own_is_compared_as_one_that_is_written_out() {
    var order = "https://example.com/order.json";
    var body = TASKS + "input: {schema: {resource: {endpoint: '" + order + "'}}}\n";
    var diff =
        DefinitionDiff.of(
            compiled(body, Map.of(order, "{}")), compiled(body, Map.of(order, "{required: [id]}")));
    assertThat(diff.changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.impact()).isEqualTo(Impact.MAJOR);
          assertThat(change.place()).isEqualTo("/input/schema");
        });
  }

  private static Compilation compiled(String body, Map<String, String> resources) {
    var head = "document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}\n";
    try {
      var catalog = new FunctionCatalog(Map.of());
      return PlanCompiler.compile(head + body, catalog, Resources.of(resources));
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  @Test
  void before_the_first_release_a_break_is_worth_a_minor() {
    var open = plan("0.4.1", TASKS);
    var closed =
        plan("0.4.2", TASKS + "input: {schema: {document: {type: object, required: [id]}}}");
    assertThat(DefinitionDiff.of(open, closed).dueVersion()).isEqualTo("0.5.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a member becomes required     | {type: object} | {type: object, required: [id]}                                                | MAJOR
          a member is no longer required| {required: [id]} | {required: []}                                                              | MINOR
          an optional member comes      | {properties: {a: {type: string}}} | {properties: {a: {type: string}, b: {type: number}}}       | MINOR
          a type changes                | {properties: {a: {type: string}}} | {properties: {a: {type: number}}}                         | MAJOR
          a type widens                 | {properties: {a: {type: integer}}} | {properties: {a: {type: number}}}                        | MINOR
          a choice goes                 | {enum: [a, b]} | {enum: [a]}                                                                  | MAJOR
          a choice comes                | {enum: [a]} | {enum: [a, b]}                                                                  | MINOR
          a bound tightens              | {maximum: 10} | {maximum: 9}                                                                  | MAJOR
          a bound loosens               | {maximum: 10} | {maximum: 11}                                                                 | MINOR
          no others are allowed         | {properties: {a: {}}} | {properties: {a: {}}, additionalProperties: false}                    | MAJOR
          an item changes               | {items: {type: string}} | {items: {type: number}}                                             | MAJOR
          a remark changes              | {title: a} | {title: b}                                                                       | PATCH
          something not understood      | {not: {type: string}} | {not: {type: number}}                                                | MAJOR
          """)
  void an_input_schema(String what, String old, String now, Impact impact) {
    var diff = diff(TASKS + input(old), TASKS + input(now));
    assertThat(diff.impact()).as(what).contains(impact);
  }

  private static String input(String schema) {
    return "input: {schema: {document: " + schema + "}}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a promise goes          | {required: [id]} | {required: []}                                                  | MAJOR
          a promise comes         | {required: []} | {required: [id]}                                                  | MINOR
          a member goes           | {properties: {a: {type: string}}} | {properties: {}}                               | MAJOR
          a member comes          | {properties: {}} | {properties: {a: {type: string}}}                               | MINOR
          a choice comes          | {enum: [a]} | {enum: [a, b]}                                                       | MAJOR
          """)
  void an_output_schema_is_the_other_way_round(String what, String old, String now, Impact impact) {
    var diff =
        diff(
            TASKS + "output: {schema: {document: " + old + "}}",
            TASKS + "output: {schema: {document: " + now + "}}");
    assertThat(diff.impact()).as(what).contains(impact);
  }

  @Test
  void a_schema_where_there_was_none_breaks_callers_and_a_promise_does_not() {
    var schema = "{schema: {document: {type: object}}}";
    assertThat(diff(TASKS, TASKS + "input: " + schema).impact()).contains(Impact.MAJOR);
    assertThat(diff(TASKS, TASKS + "output: " + schema).impact()).contains(Impact.MINOR);
    assertThat(diff(TASKS + "output: " + schema, TASKS).impact()).contains(Impact.MAJOR);
    assertThat(diff(TASKS + "input: " + schema, TASKS).impact()).contains(Impact.MINOR);
  }

  @Test
  void extensions_are_told_by_their_names_and_tasks() {
    var old = "use: {extensions: [{log: {extend: call, before: [{b: {set: {x: 1}}}]}}]}\n" + TASKS;
    var now =
        "use: {extensions: [{log: {extend: all, before: [{b: {set: {x: 2}}}], after: [{c: {wait: PT1S}}]}}]}\n"
            + TASKS;
    assertThat(diff(old, now).changes())
        .containsExactlyInAnyOrder(
            new Change(
                Kind.CHANGED, Impact.MINOR, "/use/extensions/log", "extend: \"call\" → \"all\""),
            new Change(
                Kind.CHANGED,
                Impact.MINOR,
                "/use/extensions/log/before/b",
                "set: {\"x\":1} → {\"x\":2}"),
            new Change(Kind.ADDED, Impact.MINOR, "/use/extensions/log/after/c", "wait"));
    assertThat(diff(TASKS, old).changes())
        .extracting(Change::place)
        .containsExactlyInAnyOrder("/use/extensions/log", "/use/extensions/log/before/b");
  }
}
