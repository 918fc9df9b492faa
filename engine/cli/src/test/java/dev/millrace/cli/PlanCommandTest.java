package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  private static final String ORDER =
      """
      document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
      timeout: {after: PT1H}
      do:
        - charge:
            try:
              - pay:
                  call: http
                  with: {method: post, endpoint: 'http://bank/pay'}
                  timeout: {after: PT5S}
                  metadata: {millrace: {stage: bank, idempotencyKey: '${ .id }'}}
            catch:
              errors: {with: {status: 503}}
              retry: {delay: PT1S, backoff: {exponential: {}}, limit: {attempt: {count: 3}}}
              do: [{sorry: {set: {paid: false}}}]
        - done: {set: {ok: true}}
      """;

  @TempDir Path folder;
  private String file = "";

  @BeforeEach
  void writeDefinition() throws IOException {
    file = Files.writeString(folder.resolve("order.yaml"), ORDER).toString();
  }

  @Test
  void the_plan_says_of_every_task_where_it_stands_and_what_bounds_it_has() {
    var run = CommandLineRun.of("plan", file);
    assertThat(run.exit()).isZero();
    assertThat(run.out().lines().map(String::strip))
        .containsSubsequence(
            "timeout PT1H",
            "charge  try, retry up to 3×  /do/0/charge",
            "catches {\"status\":503}",
            "retry up to 3, ×2.0 up to PT1H from PT1S",
            "pay  call http → stage bank  /do/0/charge/try/0/pay",
            "timeout PT5S",
            "stage bank",
            "idempotencyKey ${ .id }",
            "sorry  set paid  /do/0/charge/catch/do/0/sorry",
            "done  set ok  /do/1/done");
  }

  @Test
  void branches_events_and_children_are_shown_as_well() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("kinds.yaml"),
            """
            document: {dsl: '1.0.3', namespace: shop, name: kinds, version: '1.0.0'}
            do:
              - both: {fork: {branches: [{a: {set: {x: 1}}}, {b: {set: {x: 2}}}]}}
              - tell: {emit: {event: {with: {type: shop.ordered}}}}
              - hear: {listen: {to: {one: {with: {type: shop.paid}}}}}
              - child: {run: {workflow: {namespace: shop, name: pack, version: '1.0.0'}}}
            """);
    var shown = CommandLineRun.of("plan", file.toString());
    assertThat(shown.out().lines().map(String::strip))
        .containsSubsequence(
            "both  fork, 2 at once  /do/0/both",
            "tell  emit shop.ordered  /do/1/tell",
            "hear  listen to one  /do/2/hear",
            "child  run workflow shop/pack:1.0.0  /do/3/child");
    assertThat(CommandLineRun.of("plan", "--diagram", file.toString()).out())
        .contains("do_0_both --> do_0_both_fork_branches_0_a");
  }

  @Test
  void for_a_script_the_plan_is_json() {
    assertThat(CommandLineRun.of("plan", "-o", "json", file).out())
        .contains(
            "\"definition\" : \"shop/order:1.0.0\"", "\"pointer\" : \"/do/0/charge/try/0/pay\"");
  }

  @Test
  void for_a_page_the_plan_is_a_diagram() {
    assertThat(CommandLineRun.of("plan", "--diagram", file).out()).startsWith("flowchart TD");
  }
}
