package dev.millrace.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Rule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinterTest {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: test, version: '1.0.0'}\n";

  private static List<Problem> lint(String body) {
    try {
      return Linter.lint(HEAD + body);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static void assertQuiet(String body) {
    assertThat(lint(body)).isEmpty();
  }

  private static void assertOne(String body, Rule rule, String pointer, int line) {
    assertThat(lint(body))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.rule()).isEqualTo(rule);
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.line()).isEqualTo(line);
          assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
        });
  }

  @Test
  void a_plain_definition_has_nothing_to_say_of() {
    assertQuiet("do: [{a: {set: {x: '${ .y }'}}}, {b: {wait: PT1S}}]");
  }

  @Test
  void what_stands_after_an_end_is_unreachable() {
    assertOne(
        """
        do:
          - a: {set: {x: 1}, then: end}
          - b: {set: {x: 2}}
        """,
        Rule.UNREACHABLE,
        "/do/1/b",
        4);
  }

  @Test
  void what_stands_after_an_end_among_the_tasks_of_a_message_is_unreachable() {
    assertOne(
        """
        do:
          - a:
              call: asyncapi
              with:
                document: {endpoint: 'http://x/'}
                channel: c
                subscription:
                  consume: {amount: 2}
                  foreach:
                    do:
                      - b: {set: {x: 1}, then: end}
                      - c: {set: {x: 2}}
        """,
        Rule.UNREACHABLE,
        "/do/0/a/with/subscription/foreach/do/1/c",
        13);
  }

  @Test
  void what_is_jumped_to_is_reached_also_backwards_and_from_a_case() {
    assertQuiet(
        """
        do:
          - start: {set: {x: 1}, then: pick}
          - back: {set: {x: 2}, then: end}
          - pick: {switch: [{again: {when: .x, then: back}}, {other: {then: last}}]}
          - last: {set: {x: 3}}
        """);
  }

  @Test
  void a_raise_ends_the_way_unless_it_may_be_skipped() {
    assertOne(
        """
        do:
          - t:
              do:
                - a: {raise: {error: {type: 'x:y', status: 400}}}
                - b: {set: {x: 2}}
        """,
        Rule.UNREACHABLE,
        "/do/0/t/do/1/b",
        6);
    assertQuiet(
        "do: [{a: {if: .x, raise: {error: {type: 'x:y', status: 400}}}}, {b: {set: {x: 2}}}]");
  }

  @Test
  void a_switch_without_a_default_goes_on_silently() {
    assertOne(
        """
        do:
          - a: {switch: [{one: {when: .x, then: end}}]}
        """,
        Rule.SWITCH_WITHOUT_DEFAULT,
        "/do/0/a",
        3);
  }

  @Test
  void a_listener_needs_a_timeout_somewhere_around_it() {
    var listener = "{listen: {to: {one: {with: {type: t}}}}}";
    assertOne("do:\n  - a: " + listener, Rule.LISTEN_WITHOUT_TIMEOUT, "/do/0/a", 3);
    assertQuiet("timeout: {after: PT1H}\ndo:\n  - a: " + listener);
    assertQuiet("do:\n  - a: {timeout: {after: PT1H}, do: [{b: " + listener + "}]}");
  }

  @Test
  void names_nobody_uses_are_told() {
    var use =
        """
        use:
          functions: {f: {set: {x: 1}}, g: {set: {x: 1}}}
          errors: {e: {type: 'x:y', status: 400}}
          retries: {r: {limit: {attempt: {count: 1}}}}
          timeouts: {t: {after: PT1S}}
          secrets: [s, u]
        """;
    assertThat(lint(use + "do: [{a: {call: f, with: {k: '${ $secrets.u }'}}}]"))
        .extracting(Problem::pointer)
        .containsExactly(
            "/use/functions/g",
            "/use/errors/e",
            "/use/retries/r",
            "/use/timeouts/t",
            "/use/secrets/0");
  }

  @Test
  void an_expression_of_many_results_is_told_with_and_without_enclosure() {
    assertOne("do:\n  - a: {set: {x: '${ .items[] }'}}", Rule.MANY_RESULTS, "/do/0/a/set/x", 3);
    assertOne("do:\n  - a: {if: '.a, .b', set: {x: 1}}", Rule.MANY_RESULTS, "/do/0/a/if", 3);
    assertOne(
        "do:\n  - a: {switch: [{b: {when: '.x[]', then: end}}, {c: {then: end}}]}",
        Rule.MANY_RESULTS,
        "/do/0/a/switch/0/b/when",
        3);
    assertQuiet("do: [{a: {set: {in: 'a, b', when: 'x[]'}}}]");
  }

  @Test
  void expressions_inside_text_and_in_keys_are_not_evaluated() {
    var loose = "evaluate: {mode: loose}\n";
    assertOne(
        loose + "do:\n  - a: {set: {x: 'Hello ${ .y }!'}}",
        Rule.EMBEDDED_EXPRESSION,
        "/do/0/a/set/x",
        4);
    assertOne(
        "do:\n  - a: {set: {'${ .k }': 1}}", Rule.EMBEDDED_EXPRESSION, "/do/0/a/set/${ .k }", 3);
  }

  @Test
  void keys_that_yaml_of_old_takes_for_booleans_belong_in_quotes() {
    assertOne(
        "do: [{a: {wait: PT1S}}]\nschedule:\n  on: {one: {}}", Rule.YAML_11_KEY, "/schedule/on", 4);
    assertQuiet("do: [{a: {wait: PT1S}}]\nschedule:\n  'on': {one: {}}");
  }

  @Test
  void two_tasks_with_one_idempotency_key_are_one_call() {
    var call = "{call: f:1.0.0@default, metadata: {millrace: {idempotencyKey: '${ .id }'}}}";
    assertOne(
        "do:\n  - a: " + call + "\n  - b: " + call,
        Rule.SAME_KEY,
        "/do/1/b/metadata/millrace/idempotencyKey",
        4);
  }

  @Test
  void a_compensation_needs_something_that_triggers_it() {
    var call =
        "do:\n  - a: {call: f:1.0.0@default, metadata: {millrace: {compensation: {call: g:1.0.0@default}}}}\n";
    assertOne(call, Rule.UNTRIGGERED_COMPENSATION, "/do/0/a/metadata/millrace/compensation", 3);
    assertQuiet(call + "  - b: {call: 'compensate:1.0.0@default', with: {scope: a}}");
    assertQuiet(call + "  - b: {set: {x: 1}, metadata: {millrace: {onAbort: compensate}}}");
  }

  @Test
  void a_try_does_not_catch_its_own_timeout() {
    var type = "https://serverlessworkflow.io/spec/1.0.0/errors/timeout";
    assertOne(
        "do:\n  - a:\n      timeout: {after: PT1S}\n      try: [{b: {wait: PT5S}}]\n      catch: {errors: {with: {type: '"
            + type
            + "'}}}",
        Rule.OWN_TIMEOUT,
        "/do/0/a/timeout",
        4);
    assertQuiet(
        "do: [{a: {try: [{b: {timeout: {after: PT1S}, wait: PT5S}}], catch: {errors: {with: {type: '"
            + type
            + "'}}}}}]");
  }

  @Test
  void a_standard_error_under_a_foreign_name_is_never_caught() {
    assertOne(
        "do:\n  - a: {try: [{b: {wait: PT5S}}], catch: {errors: {with: {type: 'https://zigflow.dev/spec/1.0.0/errors/timeout'}}}}",
        Rule.FOREIGN_ERROR_TYPE,
        "/do/0/a/catch/errors/with/type",
        3);
  }

  @Test
  void an_export_replaces_what_was_exported_before() {
    assertOne(
        """
        do:
          - a: {set: {x: 1}, export: {as: '${ {x: .x} }'}}
          - b: {set: {y: 1}, export: {as: '${ {y: .y} }'}}
          - c: {set: {z: 1}, export: {as: '${ $context + {z: .z} }'}}
        """,
        Rule.LOST_CONTEXT,
        "/do/1/b/export/as",
        4);
  }

  @Test
  void rules_have_names_that_people_can_type() {
    assertThat(Arrays.stream(Rule.values()).map(Rule::id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @Test
  void an_extension_of_tasks_that_are_not_there_is_unused() {
    var body =
        """
        use: {extensions: [{log: {extend: %s, before: [{b: {wait: PT1S}}]}}]}
        do: [{a: {for: {in: .x}, do: [{c: {set: {}}}]}}]
        """;
    assertOne(body.formatted("wait"), Rule.UNUSED, "/use/extensions/0/log", 2);
    assertOne(body.formatted("composite"), Rule.UNUSED, "/use/extensions/0/log", 2);
    assertQuiet(body.formatted("for"));
    assertQuiet(body.formatted("set"));
    assertQuiet(body.formatted("all"));
  }

  @Test
  void what_stands_after_an_exit_of_an_extension_is_unreachable() {
    assertOne(
        """
        use: {extensions: [{mock: {extend: set, before: [{b: {set: {}, then: exit}}, {c: {set: {}}}]}}]}
        do: [{a: {set: {}}}]
        """,
        Rule.UNREACHABLE,
        "/use/extensions/0/mock/before/1/c",
        2);
  }

  @Test
  void what_a_handler_goes_to_is_reached() {
    assertQuiet(
        """
        do:
          - a: {try: [{b: {set: {}}}], catch: {then: d}, then: end}
          - d: {set: {}}
        """);
  }

  @Test
  void a_policy_no_task_names_is_unused_whatever_else_has_its_name() {
    var policies =
        "document: {dsl: '1.0.3', namespace: test, name: test, version: '1.0.0',\n"
            + "  metadata: {millrace: {policies: {llm: {bulkhead: {max: 1}}}}}}\n";
    var task = "do: [{a: {call: 'x:1.0.0@default', metadata: {millrace: {%s: llm}}}}]";
    assertThat(unused(policies + task.formatted("stage")))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer()).isEqualTo("/document/metadata/millrace/policies/llm");
          assertThat(problem.message()).isEqualTo("the policy 'llm' is used nowhere");
        });
    assertThat(unused(policies + task.formatted("policy"))).isEmpty();
  }

  private static List<Problem> unused(String definition) {
    try {
      return Linter.lint(definition);
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
