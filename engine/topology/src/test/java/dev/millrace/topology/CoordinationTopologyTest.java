package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.coordination.CoordinationCommand.BackfillSchedule;
import dev.millrace.core.coordination.CoordinationCommand.PauseSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ResumeSchedule;
import dev.millrace.core.coordination.CoordinationCommand.TriggerSchedule;
import dev.millrace.core.coordination.KnownSchedules;
import dev.millrace.core.coordination.Schedule;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.DeploymentNotice;
import dev.millrace.wire.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What instances share: events, gates and schedules, from topic to topic. */
class CoordinationTopologyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String HEARS_ITS_PAYMENT =
      "listen: {to: {one: {with: {type: paid},"
          + " correlate: {order: {from: .data.order, expect: '${ .order }'}}}}}\n";

  private final EngineDriver engine = new EngineDriver(TopologySettings.DEFAULT);

  @AfterEach
  void close() {
    engine.close();
  }

  private void deploy(String name, String head, String tasks) {
    deploy(name, "1.0.0", head, tasks);
  }

  private void deploy(String name, String version, String head, String tasks) {
    engine.deploy(definition(name, version, head, tasks));
  }

  private static String definition(String name, String version, String head, String tasks) {
    return """
    document:
      dsl: '1.0.3'
      namespace: shop
      name: %s
      version: '%s'
    %s
    do:
    %s
    """
        .formatted(name, version, head, tasks);
  }

  private void deployListener() {
    deploy("listener", "", "  - hear:\n      " + HEARS_ITS_PAYMENT);
  }

  private static JsonNode order(int number) {
    return JsonNodeFactory.instance.objectNode().put("order", number);
  }

  private static JsonNode event(String id, String type, JsonNode data) {
    var event = JsonNodeFactory.instance.objectNode();
    event.put("specversion", "1.0").put("id", id).put("source", "/test").put("type", type);
    event.set("data", data);
    return event;
  }

  private List<String> outcomes() {
    return engine.outcomes().stream()
        .map(it -> it.instanceId() + " " + words(it.outcome()))
        .toList();
  }

  private static String words(Outcome outcome) {
    return outcome instanceof Outcome.Completed(var output) ? output.toString() : outcome.status();
  }

  /** Time as it passes for an engine that is there. */
  private void pass(int seconds) {
    for (int i = 0; i < 4 * seconds; i++) {
      engine.passTime(Duration.ofMillis(250));
    }
  }

  // Events.

  private void announce(String name, Instant at) {
    var version = DefinitionRef.parse("shop/" + name + ":1.0.0");
    engine.event(new DeploymentNotice(version, at).event());
  }

  private void deployStarter() {
    deploy("starter", "schedule: {on: {one: {with: {type: ordered}}}}", "  - a: {set: {}}");
  }

  @Test
  void an_event_waits_for_a_definition_that_was_announced_before_it() {
    announce("starter", EngineDriver.NOON);
    engine.event(event("e1", "ordered", order(7)));
    pass(1);
    deployStarter();
    pass(4);
    assertThat(engine.outcomes()).hasSize(1);
  }

  @Test
  void a_notice_of_long_ago_makes_nobody_wait() {
    deployStarter();
    pass(3);
    announce("gone", EngineDriver.NOON.minus(Duration.ofHours(2)));
    engine.event(event("e1", "ordered", order(7)));
    assertThat(engine.outcomes()).hasSize(1);
  }

  @Test
  void what_somebody_else_calls_a_notice_is_an_event_like_any_other() {
    deployStarter();
    pass(3);
    var notice = new DeploymentNotice(DefinitionRef.parse("shop/gone:1.0.0"), EngineDriver.NOON);
    engine.event(((ObjectNode) notice.event()).put("subject", "no reference"));
    engine.event(event("e1", "ordered", order(7)));
    assertThat(engine.outcomes()).hasSize(1);
  }

  @Test
  void lifecycle_events_of_a_detached_child_reach_the_events_though_nobody_is_known_to_listen() {
    deploy("child", "", "  - a: {set: {}}");
    deploy(
        "parent",
        "",
        "  - a: {run: {await: false, workflow: {namespace: shop, name: child, version: '1.0.0'}}}");
    engine.submit("p", "shop/parent", order(1));
    assertThat(engine.emitted())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("type").asText())
              .isEqualTo("io.serverlessworkflow.workflow.completed.v1");
          assertThat(it.at("/data/parent").asText()).isEqualTo("p");
        });
  }

  @Test
  void an_event_wakes_the_instance_it_correlates_with_and_no_other() {
    deployListener();
    engine.submit("seven", "shop/listener", order(7));
    engine.submit("eight", "shop/listener", order(8));
    engine.event(event("e1", "paid", order(8)));
    assertThat(outcomes()).containsExactly("eight [{\"order\":8}]");
    engine.event(event("e2", "paid", order(7)));
    assertThat(outcomes()).containsExactly("seven [{\"order\":7}]");
  }

  @Test
  void an_event_that_comes_before_the_listen_is_heard() {
    deploy("late", "", "  - first: {wait: PT10S}\n  - hear:\n      " + HEARS_ITS_PAYMENT);
    engine.submit("seven", "shop/late", order(7));
    engine.event(event("e1", "paid", order(7)));
    assertThat(outcomes()).isEmpty();
    pass(11);
    assertThat(outcomes()).containsExactly("seven [{\"order\":7}]");
  }

  @Test
  void an_event_that_comes_twice_is_heard_once_and_another_one_is_heard_too() {
    var keeping = "\n      input: {from: '${ {order: $context.order} }'}\n";
    deploy(
        "twice",
        "",
        "  - remember: {set: '${ . }', export: {as: '${ . }'}}\n  - one:\n      "
            + HEARS_ITS_PAYMENT
            + keeping.substring(1)
            + "  - two:\n      "
            + HEARS_ITS_PAYMENT
            + keeping.substring(1));
    engine.submit("seven", "shop/twice", order(7));
    engine.event(event("e1", "paid", order(7)));
    engine.event(event("e1", "paid", order(7)));
    assertThat(outcomes()).isEmpty();
    engine.event(event("e2", "paid", order(7)));
    assertThat(outcomes()).hasSize(1);
  }

  @Test
  void what_one_instance_emits_another_hears() {
    deployListener();
    deploy(
        "payer",
        "",
        "  - pay: {emit: {event: {with: {type: paid, data: {order: '${ .order }'}}}}}");
    engine.submit("seven", "shop/listener", order(7));
    engine.submit("payer", "shop/payer", order(7));
    assertThat(outcomes()).anyMatch(it -> it.equals("seven [{\"order\":7}]"));
  }

  @Test
  void an_event_nobody_knows_of_ends_quietly() {
    deployListener();
    engine.event(event("e1", "shipped", order(7)));
    assertThat(engine.deadLetters()).isEmpty();
    assertThat(engine.rows(WorkflowTopology.SHARED)).isZero();
  }

  @Test
  void what_is_no_event_is_a_dead_letter() {
    engine.event(CloudEventRecords.headers(), "{\"type\":\"paid\"}".getBytes(UTF_8));
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNDECODABLE);
  }

  @Test
  void what_is_no_wish_is_a_dead_letter() {
    engine.coordinationBytes("gate/x", new byte[] {1, 2, 3});
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNDECODABLE);
  }

  @Test
  void whoever_ends_listens_no_more() {
    deployListener();
    engine.submit("seven", "shop/listener", order(7));
    assertThat(engine.rows(WorkflowTopology.SHARED)).isPositive();
    engine.cancel("seven", "enough");
    assertThat(engine.rows(WorkflowTopology.SHARED)).isZero();
  }

  // Gates.

  private static String limited(String whenFull) {
    return "  metadata: {millrace: {concurrency: {key: '${ .order }', max: 1, whenFull: "
        + whenFull
        + "}}}";
  }

  @Test
  void runs_of_one_key_queue_and_those_of_another_do_not() {
    deploy("limited", limited("queue"), "  - work: {call: 'work:1.0.0@default'}");
    engine.submit("first", "shop/limited", order(7));
    engine.submit("second", "shop/limited", order(7));
    engine.submit("other", "shop/limited", order(8));
    var requests = engine.requests();
    assertThat(requests)
        .extracting(it -> it.instanceId().value())
        .containsExactly("first", "other");
    engine.answer(requests.getFirst(), TextNode.valueOf("done"));
    assertThat(engine.request().instanceId().value()).isEqualTo("second");
  }

  @Test
  void a_run_that_must_not_queue_fails() {
    deploy("limited", limited("reject"), "  - work: {call: 'work:1.0.0@default'}");
    engine.submit("first", "shop/limited", order(7));
    engine.submit("second", "shop/limited", order(7));
    assertThat(outcomes()).containsExactly("second FAILED");
  }

  @Test
  void a_run_that_replaces_begins_when_the_one_before_has_ended() {
    deploy("limited", limited("replace"), "  - work: {call: 'work:1.0.0@default'}");
    engine.submit("first", "shop/limited", order(7));
    engine.submit("second", "shop/limited", order(7));
    assertThat(outcomes()).containsExactly("first CANCELLED");
    assertThat(engine.requests())
        .extracting(it -> it.instanceId().value())
        .containsExactly("first", "second");
  }

  // Schedules.

  private static final String KEY = Schedule.key("shop", "beat");

  private void deployBeat(String version, String schedule) {
    deploy("beat", version, schedule, "  - a: {set: {v: '" + version + "', due: '${ .due }'}}");
  }

  @Test
  void a_deployed_schedule_starts_runs_when_they_are_due() {
    deployBeat("1.0.0", "schedule: {every: PT10S}");
    pass(21);
    assertThat(outcomes())
        .containsExactly(
            "shop.beat-2026-01-01T12:00:10Z {\"v\":\"1.0.0\",\"due\":\"2026-01-01T12:00:10Z\"}",
            "shop.beat-2026-01-01T12:00:20Z {\"v\":\"1.0.0\",\"due\":\"2026-01-01T12:00:20Z\"}");
  }

  @Test
  void the_highest_version_counts_and_without_a_schedule_there_are_no_more_runs() {
    deployBeat("1.0.0", "schedule: {every: PT10S}");
    pass(11);
    deployBeat("2.0.0", "schedule: {every: PT10S}");
    pass(10);
    assertThat(outcomes()).hasSize(2).last().asString().contains("2.0.0");
    deployBeat("3.0.0", "");
    pass(30);
    assertThat(outcomes()).isEmpty();
  }

  @Test
  void it_can_be_paused_resumed_triggered_and_filled_in() {
    deployBeat("1.0.0", "schedule: {every: PT10S}");
    pass(3);
    engine.coordinate(new PauseSchedule(KEY, "audit"));
    pass(20);
    assertThat(outcomes()).isEmpty();
    engine.coordinate(new TriggerSchedule(KEY, "by-ann", order(1)));
    assertThat(outcomes()).singleElement().asString().startsWith("shop.beat-by-ann");
    engine.coordinate(new ResumeSchedule(KEY));
    pass(10);
    assertThat(outcomes()).singleElement().asString().startsWith("shop.beat-2026-01-01T12:00:30Z");
    var hourBefore = EngineDriver.NOON.minus(Duration.ofHours(1));
    engine.coordinate(
        new BackfillSchedule(KEY, hourBefore, hourBefore.plus(SECOND.multipliedBy(20))));
    assertThat(outcomes()).hasSize(2).first().asString().contains("11:00:00Z");
  }

  @Test
  void an_event_starts_a_run() {
    deploy(
        "starter",
        "schedule: {on: {one: {with: {type: paid}}}}",
        "  - a: {set: '${ .[0].order }'}");
    engine.event(event("e1", "paid", order(7)));
    assertThat(outcomes())
        .describedAs("the event makes the schedule known")
        .singleElement()
        .asString()
        .endsWith(" 7");
    pass(3);
    engine.event(event("e2", "paid", order(8)));
    engine.event(event("e2", "paid", order(8)));
    assertThat(outcomes()).singleElement().asString().endsWith(" 8");
  }

  @Test
  void runs_come_one_after_the_other_with_after_also_when_one_cannot_begin() {
    deploy("beat", "schedule: {after: PT5S}", "  - work: {call: 'work:1.0.0@default'}");
    engine.submit("shop.beat-2026-01-01T12:00:00.250Z", "shop/beat", TextNode.valueOf("taken"));
    engine.requests();
    pass(2);
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.CONFLICT);
    pass(5);
    var second = engine.request();
    pass(20);
    assertThat(engine.requests()).isEmpty();
    engine.answer(second, TextNode.valueOf("done"));
    pass(6);
    assertThat(engine.requests()).hasSize(1);
  }

  @Test
  void what_is_wanted_of_a_schedule_that_is_not_there_is_a_dead_letter() {
    engine.coordinate(new PauseSchedule(KEY, "audit"));
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_INSTANCE);
  }

  @Test
  void schedules_are_compared_again_after_comparing_them_failed_but_not_at_once() {
    var spoilt = new RowKey(KnownSchedules.KEY, "known/shop/spoilt").encode();
    engine.spoil(WorkflowTopology.SHARED, spoilt);
    deployBeat("1.0.0", "schedule: {every: PT10S}");
    pass(5);
    engine.heal(WorkflowTopology.SHARED, spoilt);
    pass(50);
    assertThat(outcomes()).isEmpty();
    pass(20);
    assertThat(outcomes()).isNotEmpty();
  }

  @Test
  void a_schedule_whose_definition_could_not_be_loaded_is_known_when_it_can() {
    var beat =
        engine.plan(
            definition("beat", "1.0.0", "schedule: {every: PT10S}", "  - a: {set: {v: 1}}"));
    engine.deployUnloadable(beat);
    pass(5);
    engine.makeLoadable(beat);
    pass(75);
    assertThat(outcomes()).isNotEmpty();
  }

  @Test
  void what_has_been_compared_is_not_compared_again() {
    deployBeat("1.0.0", "schedule: {every: PT10S}");
    pass(3);
    engine.spoil(
        WorkflowTopology.SHARED, new RowKey(KnownSchedules.KEY, "known/shop/beat").encode());
    pass(70);
    engine.heal(
        WorkflowTopology.SHARED, new RowKey(KnownSchedules.KEY, "known/shop/beat").encode());
    assertThat(outcomes()).hasSize(7);
  }

  // Children whose definition is missing.

  private static final String ASKS =
      "  - scope:\n%s      do:\n        - ask: {run: {workflow: {namespace: shop, name: missing,"
          + " version: '1.0.0'}}}";

  @Test
  void a_parent_that_waits_hears_that_its_child_was_cancelled_before_it_began() {
    deploy("parent", "", ASKS.formatted(""));
    engine.submit("p", "shop/parent", order(1));
    engine.cancel(engine.childOf("p"), "nobody needs it");
    assertThat(engine.outcomes())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.instanceId().value()).isEqualTo("p");
          assertThat(it.outcome().toString()).contains("cancelled", "nobody needs it");
        });
  }

  @Test
  void a_parent_that_gives_up_takes_back_the_child_that_has_not_begun() {
    deploy("parent", "", ASKS.formatted(""));
    engine.submit("p", "shop/parent", order(1));
    engine.cancel("p", "enough");
    assertThat(outcomes()).containsExactly("p CANCELLED");
    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
  }

  @Test
  void a_parent_that_undoes_waits_for_nobody_when_its_child_has_not_begun() {
    deploy("parent", "", ASKS.formatted("      metadata: {millrace: {onAbort: compensate}}\n"));
    engine.submit("p", "shop/parent", order(1));
    engine.cancel("p", "enough");
    assertThat(outcomes()).containsExactly("p COMPENSATED");
    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_DEFINITION);
  }
}
