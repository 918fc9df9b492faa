package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static dev.millrace.core.plan.Definitions.definition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong definition, and what the author is told. Line 6 is the first after {@code do:}. */
class WrongDefinitionsTest {
  private static List<Problem> problems(String definition) {
    var e =
        catchThrowableOfType(
            InvalidDefinitionException.class, () -> PlanCompiler.compile(definition, CATALOG));
    return e == null ? List.of() : e.problems();
  }

  static Stream<Arguments> tasks() {
    return Stream.of(
        arguments("- a: {sett: {}}", 7, 3, "/do/0/a", "expected a task with one of", "set"),
        arguments("- a: {set: {}, thn: end}", 7, 16, "/do/0/a/thn", "unknown key 'thn'", "then"),
        arguments("- a: {set: {}, wait: PT1S}", 7, 3, "/do/0/a", "does one thing", null),
        arguments("- a: {set: 5}", 7, 12, "/do/0/a/set", "expected an object, or an exp", null),
        arguments("- a: {set: text}", 7, 12, "/do/0/a/set", "expected an object, or", null),
        arguments("- a: {fork: {}}", 7, 7, "/do/0/a/fork", "expected 'branches'", null),
        arguments("- a: {listen: {}}", 7, 7, "/do/0/a/listen", "expected 'to'", null),
        arguments("- a: {emit: {}}", 7, 7, "/do/0/a/emit", "expected 'event'", null),
        arguments("- a: {run: {}}", 7, 12, "/do/0/a/run", "expected one of container, sc", null),
        arguments("- a: {set: {}}\n  b: {set: {}}", 7, 3, "/do/0", "expected one task", null),
        arguments("- end: {set: {}}", 7, 3, "/do/0/end", "cannot be the name of a task", null),
        arguments("- a: {set: {}}\n- a: {set: {}}", 8, 3, "/do/1/a", "another task 'a'", null),
        arguments(
            "- first: {set: {}, then: scond}\n- second: {set: {}}",
            7,
            26,
            "/do/0/first/then",
            "a task of the same list",
            "second"),
        arguments(
            "- a: {do: [{b: {set: {}, then: c}}]}\n- c: {set: {}}",
            7,
            32,
            "/do/0/a/do/0/b/then",
            "a task of the same list",
            null),
        arguments("- a: {do: []}", 7, 11, "/do/0/a/do", "an empty list", null),
        arguments("- a: {set: {x: '${ .a + }'}}", 7, 16, "/do/0/a/set/x", "ends too early", null),
        arguments(
            "- a: {set: {x: '${ $contxt }'}}",
            7,
            16,
            "/do/0/a/set/x",
            "$contxt is not defined here",
            "$context"),
        arguments(
            "- a: {set: {}, if: $input.x}", 7, 20, "/do/0/a/if", "$input is not defined", null),
        arguments(
            "- a: {set: {x: 'Hello ${ .name }!'}}",
            7,
            16,
            "/do/0/a/set/x",
            "has to be the whole value",
            "${ \"Hello \\(.name)!\" }"),
        arguments("- a: {wait: {second: 1}}", 7, 14, "/do/0/a/wait/second", "unit", "seconds"),
        arguments("- a: {wait: P1M}", 7, 13, "/do/0/a/wait", "expected a duration", null),
        arguments("- a: {wait: {seconds: -1}}", 7, 13, "/do/0/a/wait", "duration from 0", null),
        arguments("- a: {wait: 5}", 7, 13, "/do/0/a/wait", "expected a duration", null),
        arguments(
            "- a: {switch: [{x: {when: .a}}]}",
            7,
            17,
            "/do/0/a/switch/0/x",
            "expected 'then'",
            null),
        arguments(
            "- a: {switch: [{x: {then: end}}, {y: {then: end}}]}",
            7,
            15,
            "/do/0/a/switch",
            "at most one case without 'when'",
            null),
        arguments("- a: {for: {each: x}, do: [{b: {set: {}}}]}", 7, 7, "/do/0/a/for", "'in'", null),
        arguments(
            "- a: {for: {each: input, in: .x}, do: [{b: {set: {}}}]}",
            7,
            19,
            "/do/0/a/for/each",
            "no name the language has taken",
            null),
        arguments("- a: {try: [{b: {set: {}}}]}", 7, 3, "/do/0/a", "expected 'catch'", null),
        arguments(
            "- a: {try: [{b: {set: {}}}], catch: {then: ennd}}",
            7,
            44,
            "/do/0/a/catch/then",
            "a task of the same list",
            "end"),
        arguments(
            "- a: {try: [{b: {set: {}}}], catch: {retry: often}}",
            7,
            45,
            "/do/0/a/catch/retry",
            "there is no retry policy 'often'",
            null),
        arguments(
            "- a: {try: [{b: {set: {}}}], catch: {retry: {backoff: {expo: {}}, limit: {}}}}",
            7,
            56,
            "/do/0/a/catch/retry/backoff/expo",
            "unknown key 'expo'",
            null),
        arguments(
            "- a: {try: [{b: {set: {}}}], catch: {errors: {with: {status: '404'}}}}",
            7,
            62,
            "/do/0/a/catch/errors/with/status",
            "status from 100 to 599",
            null),
        arguments(
            "- a: {raise: {error: {type: x, status: '${ 4 }'}}}",
            7,
            40,
            "/do/0/a/raise/error/status",
            "status from 100 to 599",
            null),
        arguments(
            "- a: {raise: {error: outOfStok}}",
            7,
            22,
            "/do/0/a/raise/error",
            "there is no error 'outOfStok'",
            "outOfStock"),
        arguments(
            "- a: {call: openapi, with: {operationId: x}}",
            7,
            22,
            "/do/0/a/with",
            "expected 'document'",
            null),
        arguments(
            "- a: {call: echo}",
            7,
            13,
            "/do/0/a/call",
            "there is no function 'echo'",
            "echo:1.0.0@default"),
        arguments(
            "- a: {call: ecko:1.0.0@default}",
            7,
            13,
            "/do/0/a/call",
            "has no function 'ecko:1.0.0@default'",
            "echo:1.0.0@default"),
        arguments(
            "- a: {call: 'echo:2.0.0@default'}",
            7,
            13,
            "/do/0/a/call",
            "has no function",
            "echo:1.0.0@default"),
        arguments(
            "- a: {call: 'echo:1.0.0@mine'}",
            7,
            13,
            "/do/0/a/call",
            "there is no catalog 'mine'",
            null),
        arguments(
            "- a: {call: 'echo:1.0.0@default', with: '${ . }'}",
            7,
            41,
            "/do/0/a/with",
            "expected an object of arguments",
            null),
        arguments("- a: {call: again}", 0, 0, "", "functions cannot call themselves", null),
        arguments("- a: {call: http}", 7, 3, "/do/0/a", "expected 'with'", null),
        arguments(
            "- a: {call: http, with: {method: FETCH, endpoint: 'http://x'}}",
            7,
            34,
            "/do/0/a/with/method",
            "expected DELETE, GET",
            null),
        arguments(
            "- a: {call: http, with: {method: GET, endpoint: 'ftp://x'}}",
            7,
            49,
            "/do/0/a/with/endpoint",
            "begins with http:// or https://",
            null),
        arguments(
            "- a: {call: http, with: {method: GET, endpoint: {uri: 'http://x/{?a}'}}}",
            7,
            55,
            "/do/0/a/with/endpoint/uri",
            "not a URI",
            null),
        arguments(
            "- a: {call: http, with: {method: GET, endpoint: {uri: 'http://x',"
                + " authentication: {oauth2: {}}}}}",
            7,
            84,
            "/do/0/a/with/endpoint/authentication/oauth2",
            "expected 'grant': client_credentials, password",
            null),
        arguments(
            "- a: {call: http, with: {method: GET, endpoint: 'http://x', output: contents}}",
            7,
            69,
            "/do/0/a/with/output",
            "expected content, raw, response",
            "content"),
        arguments(
            "- a: {set: {}, metadata: {millrace: {stage: x}}}",
            7,
            38,
            "/do/0/a/metadata/millrace/stage",
            "unknown key 'stage'",
            null),
        arguments(
            "- a: {call: 'echo:1.0.0@default', metadata: {millrace: {policy: {max: 1}}}}",
            7,
            65,
            "/do/0/a/metadata/millrace/policy",
            "the name of a policy",
            null),
        arguments(
            "- a: {call: 'echo:1.0.0@default', metadata: {millrace: {stge: x}}}",
            7,
            57,
            "/do/0/a/metadata/millrace/stge",
            "unknown key 'stge'",
            "stage"),
        arguments(
            "- a: {call: 'echo:1.0.0@default', metadata: {millrace: {stage: Big One}}}",
            7,
            64,
            "/do/0/a/metadata/millrace/stage",
            "a stage name is",
            null),
        arguments(
            "- a: {set: {}, timeout: sloww}",
            7,
            25,
            "/do/0/a/timeout",
            "there is no timeout 'sloww'",
            "slow"),
        arguments("- a: {set: {}, timeout: {}}", 7, 16, "/do/0/a/timeout", "'after'", null),
        arguments(
            "- a: {set: {}, input: {schema: {document: {type: 5}}}}",
            7,
            50,
            "/do/0/a/input/schema/document/type",
            "not a JSON Schema",
            null),
        arguments(
            "- a: {set: {}, input: {schema: {document: {$ref: 'http://localhost/x.json'}}}}",
            7,
            43,
            "/do/0/a/input/schema/document",
            "not a JSON Schema",
            null),
        arguments(
            "- a: {set: {}, output: {from: .x}}",
            7,
            25,
            "/do/0/a/output/from",
            "unknown key",
            null));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void a_wrong_task_is_told(
      String task,
      int line,
      int column,
      String pointer,
      String message,
      @Nullable String suggestion) {
    assertThat(problems(definition(task)))
        .anySatisfy(problem -> {
          assertThat(problem.message()).contains(message);
          if (line > 0) {
            assertThat(problem)
                .returns(pointer, Problem::pointer)
                .returns(line, Problem::line)
                .returns(column, Problem::column)
                .returns(suggestion, Problem::suggestion);
          }
        });
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        arguments("dsl: '1.0.3'", "dsl: 1.0", "/document/dsl", "put it in quotes"),
        arguments("dsl: '1.0.3'", "dsl: '2.0.0'", "/document/dsl", "version 1.0.x"),
        arguments("name: test", "name: Test_1", "/document/name", "a DNS label"),
        arguments("namespace: test", "titel: x", "/document/titel", "unknown key 'titel'"),
        arguments("namespace: test", "titel: x", "/document", "expected 'namespace'"),
        arguments("version: '1.0.0'", "version: '1.0'", "/document/version", "a version such as"),
        arguments("\ndo:", "\nscedule: {}\ndo:", "/scedule", "unknown key 'scedule'"),
        arguments("\ndo:", "\nschedule: {}\ndo:", "/schedule", "exactly one of"),
        arguments("\ndo:", "\nevaluate: {language: js}\ndo:", "/evaluate/language", "expected jq"),
        arguments("\ndo:", "\nevaluate: {mode: lose}\ndo:", "/evaluate/mode", "loose, strict"),
        arguments("\ndo:", "\ninput: {from: $input}\ndo:", "/input/from", "$input is not defined"),
        arguments("\ndo:", "\noutput: {as: $task}\ndo:", "/output/as", "$task is not defined"),
        arguments("\ndo:", "\ntimeout: never\ndo:", "/timeout", "there is no timeout 'never'"),
        arguments("errors:", "secrets: a\n  errors:", "/use/secrets", "a list of names"),
        arguments("errors:", "secrets: [../a]\n  errors:", "/use/secrets/0", "a secret's name"),
        arguments(
            "errors:", "extensions: {}\n  errors:", "/use/extensions", "a list of extensions"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: set}}]\n  errors:",
            "/use/extensions/0/a",
            "expected 'before' or 'after'"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: cal, before: [{b: {set: {}}}]}}]\n  errors:",
            "/use/extensions/0/a/extend",
            "all, call, composite"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: set, befor: []}}]\n  errors:",
            "/use/extensions/0/a/befor",
            "unknown key 'befor'"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: call, before: [{b: {sett: {}}}]}}]\n  errors:",
            "/use/extensions/0/a/before/0/b",
            "expected a task with one of"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: call, when: $input.x, before: [{b: {set: {}}}]}}]\n  errors:",
            "/use/extensions/0/a/when",
            "$input is not defined"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: set, after: [{b: {set: {}, then: c}}]}}]\n  errors:",
            "/use/extensions/0/a/after/0/b/then",
            "a task of the same list"),
        arguments(
            "errors:",
            "extensions: [{a: {extend: set, after: [{b: {set: {}}}]}}, {a: {extend: set, after: [{b: {set: {}}}]}}]\n  errors:",
            "/use/extensions/1/a",
            "another extension 'a'"),
        arguments("errors:", "catalogs: []\n  errors:", "/use/catalogs", "an object of named"),
        arguments(
            "version: '1.0.0'",
            "version: '1.0.0'\n  metadata: {millrace: {profile: '2'}}",
            "/document/metadata/millrace/profile",
            "expected 1"),
        arguments(
            "version: '1.0.0'",
            "version: '1.0.0'\n  metadata: {millrace: {policies: []}}",
            "/document/metadata/millrace/policies",
            "an object of named policies"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void a_wrong_document_is_told(String right, String wrong, String pointer, String message) {
    assertThat(problems(definition("- a: {set: {}}").replace(right, wrong)))
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.message()).contains(message);
          assertThat(problem.line()).isPositive();
        });
  }

  @Test
  void all_problems_are_told_at_once_in_the_order_of_the_text() {
    assertThat(problems(definition("- a: {sett: {}}\n- b: {wait: x}\n- c: {set: {}, then: q}")))
        .extracting(Problem::line)
        .containsExactly(7, 8, 9);
  }

  @Test
  void what_is_no_object_is_no_definition() {
    assertThat(problems("- a")).isNotEmpty();
    assertThat(problems("just text")).isNotEmpty();
    assertThat(problems("{}")).isNotEmpty();
  }

  @Test
  void functions_that_multiply_are_bounded() {
    var functions = new StringBuilder("use:\n  functions:\n    f0: {set: {}}\n");
    for (var i = 1; i < 15; i++) {
      var call = "{a%d: {call: f%d}}".formatted(i, i - 1);
      functions.append("    f%d: {do: [%s, %s]}\n".formatted(i, call, call.replace("{a", "{b")));
    }
    assertThat(problems(Definitions.HEAD + functions + "do:\n- a: {call: f14}"))
        .anySatisfy(problem -> assertThat(problem.message()).contains("at most 5000 tasks"));
  }

  @Test
  void many_warnings_hide_no_error() {
    var tasks = new StringBuilder();
    for (var i = 0; i < 150; i++) {
      tasks.append("- t%d: {if: .x, set: {}, then: exit}\n".formatted(i));
    }
    assertThat(problems(definition(tasks + "- a: {sett: {}}"))).hasSize(1);
  }

  @Test
  void extensions_that_multiply_are_bounded() {
    var before = new StringBuilder();
    var tasks = new StringBuilder();
    for (var i = 0; i < 80; i++) {
      before.append("{b%d: {set: {}}}%s".formatted(i, i < 79 ? ", " : ""));
      tasks.append("- t%d: {set: {}}\n".formatted(i));
    }
    var use = "use: {extensions: [{log: {extend: set, before: [%s]}}]}\n".formatted(before);
    assertThat(problems(Definitions.HEAD + use + "do:\n" + tasks))
        .anySatisfy(problem -> assertThat(problem.message()).contains("at most 5000 tasks"));
  }
}
