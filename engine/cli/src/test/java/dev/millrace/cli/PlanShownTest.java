package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanShownTest {
  private static final String DEFINITION =
      """
      document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
      do:
        - each:
            for: { each: line, in: .lines }
            do:
              - price:
                  set: { total: 1 }
        - charge:
            try:
              - pay:
                  call: http
                  with: { method: post, endpoint: 'http://bank/pay' }
                  timeout: { after: { seconds: 5 } }
            catch:
              as: trouble
              retry: { delay: { seconds: 1 }, limit: { attempt: { count: 3 } } }
              do:
                - giveUp:
                    raise: { error: { type: 'https://shop/declined', status: 402, title: Declined } }
        - choose:
            switch:
              - cheap: { when: '${ .total < 10 }', then: end }
              - dear: { then: rest }
        - skipped:
            set: { never: true }
        - rest:
            if: .tired
            wait: { seconds: 1 }
      """;

  private static final String SUBSCRIPTION =
      """
      document: {dsl: '1.0.3', namespace: shop, name: rooms, version: '1.0.0'}
      do:
        - hear:
            call: asyncapi
            with:
              document: { endpoint: 'http://rooms/asyncapi.yaml' }
              channel: rooms
              subscription:
                consume: { amount: 2 }
                foreach: { do: [ { note: { set: { n: 1 } } } ] }
      """;

  private final Terminal terminal =
      Terminal.plain(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));

  @Test
  void a_subscription_is_one_task_with_what_happens_to_each_message()
      throws InvalidDefinitionException {
    var plan = PlanCompiler.compile(SUBSCRIPTION, new FunctionCatalog(Map.of())).plan();
    assertThat(PlanTree.of(plan, terminal))
        .containsSubsequence(
            "└─ hear  call asyncapi → stage asyncapi, for each message", "   └─ note  set n");
    assertThat(PlanDiagram.of(plan))
        .anyMatch(line -> line.contains("do_0_hear -->|\"each message\"|"))
        .anyMatch(line -> line.contains("do_0_hear --> finish"));
    assertThat(TaskFacts.of(plan.body().tasks().getFirst())).containsEntry("stage", "asyncapi");
  }

  @Test
  void the_tree_shows_every_task_with_what_it_does() throws InvalidDefinitionException {
    assertThat(PlanTree.of(plan(), terminal))
        .satisfies(lines -> assertThat(lines.getFirst()).startsWith("shop/order:1.0.0  plan "))
        .containsSubsequence(
            "├─ each  for each $line",
            "│  └─ price  set total",
            "├─ charge  try, retry up to 3×",
            "│  │  └─ pay  call http → stage http  timeout PT5S",
            "│  catch as $trouble",
            "│  └─ giveUp  raise https://shop/declined 402",
            "├─ choose  switch",
            "│  cheap → end",
            "│  dear (default) → rest",
            "├─ skipped  set never",
            "└─ rest  wait PT1S  if .tired");
  }

  @Test
  void the_diagram_follows_the_flow() throws InvalidDefinitionException {
    var diagram = PlanDiagram.of(plan());
    assertThat(diagram.getFirst()).isEqualTo("flowchart TD");
    assertThat(diagram)
        .contains(
            "  start --> do_0_each",
            "  do_0_each -->|\"next item\"| do_0_each_do_0_price",
            "  do_0_each_do_0_price --> do_0_each",
            "  do_0_each -->|\"done\"| do_1_charge",
            "  do_1_charge -. \"retry\" .-> do_1_charge",
            "  do_1_charge -. \"on error\" .-> do_1_charge_catch_do_0_giveUp",
            "  do_2_choose -->|\"cheap\"| finish",
            "  do_2_choose -->|\"dear\"| do_4_rest");
  }

  @Test
  void the_diagram_names_no_node_it_does_not_have() throws InvalidDefinitionException {
    var diagram = PlanDiagram.of(plan());
    var nodes =
        diagram.stream()
            .filter(line -> line.matches("\\s+\\w+[\\[({>].*"))
            .map(line -> line.strip().replaceAll("[\\[({>].*", ""))
            .toList();
    var named =
        diagram.stream()
            .filter(line -> line.contains("-->") || line.contains(".->"))
            .flatMap(line -> java.util.Arrays.stream(line.split("--?>(\\|[^|]*\\|)?|-\\..*\\.->")))
            .map(String::strip)
            .distinct()
            .toList();
    assertThat(nodes).containsAll(named);
  }

  private static final String EXTENDED =
      """
      document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
      use:
        extensions:
          - mock:
              extend: call
              when: .mocked
              before: [ { answer: { set: { id: 1 }, then: exit } } ]
              after: [ { note: { wait: PT1S } } ]
      do:
        - safe:
            try: [ { pay: { call: http, with: { method: post, endpoint: 'http://bank/pay' } } } ]
            catch: { then: last }
            then: end
        - last: { set: { sorry: true } }
      """;

  @Test
  void extensions_are_shown_at_the_task_they_stand_around() throws InvalidDefinitionException {
    var plan = plan(EXTENDED);
    assertThat(PlanTree.of(plan, terminal))
        .containsSubsequence(
            "├─ safe  try  then end",
            "│  └─ pay  call http → stage http",
            "│     before, by extension mock when .mocked",
            "│     └─ answer  set id  then exit",
            "│     after, by extension mock when .mocked",
            "│     └─ note  wait PT1S",
            "│  caught → last",
            "└─ last  set sorry");
    var pay = "do_0_safe_try_0_pay";
    assertThat(PlanDiagram.of(plan))
        .contains(
            "  do_0_safe --> " + pay,
            "  " + pay + " --> finish",
            "  " + pay + " -. \"before\" .-> " + pay + "_extensions_mock_before_0_answer",
            "  " + pay + "_extensions_mock_after_0_note --> " + pay,
            "  do_0_safe -. \"on error\" .-> do_1_last");
    assertThat(PlanOutline.of(plan).lines(terminal))
        .anySatisfy(line -> assertThat(line).contains("mock  extension mock when .mocked"))
        .anySatisfy(line -> assertThat(line).contains("before  before pay"))
        .anySatisfy(line -> assertThat(line).contains("then when caught last"));
  }

  private static Plan plan() throws InvalidDefinitionException {
    return plan(DEFINITION);
  }

  private static Plan plan(String definition) throws InvalidDefinitionException {
    return PlanCompiler.compile(definition, new FunctionCatalog(Map.of())).plan();
  }
}
