package dev.millrace.core.coordination;

import static dev.millrace.core.coordination.SharedThing.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.coordination.CoordinationCommand.ActivateSchedule;
import dev.millrace.core.coordination.CoordinationCommand.EndSchedule;
import dev.millrace.core.coordination.CoordinationCommand.RouteEvent;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.LifecycleEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventRoutesTest {
  private static final String BY_ORDER =
      "{with: {type: paid}, correlate: {order: {from: .data.order, expect: '${ .order }'}}}";

  private static Plan listener(String name, String filter) {
    return plan(name, "", "listen: {to: {one: " + filter + "}}");
  }

  private static Plan plan(String name, String head, String task) {
    var text =
        """
        document: {dsl: '1.0.3', namespace: shop, name: %s, version: '1.0.0'}
        %s
        do:
          - a: {%s}
        """
            .formatted(name, head, task);
    try {
      return PlanCompiler.compile(text, new FunctionCatalog(Map.of())).plan();
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static JsonNode event(String type, int order) {
    var event = JsonNodeFactory.instance.objectNode().put("type", type);
    event.putObject("data").put("order", order);
    return event;
  }

  private static List<String> routes(JsonNode event, Plan... plans) {
    var deployed = List.of(plans);
    return new EventRoutes(deployed, deployed)
        .of(event, NOON).stream().map(RouteEvent::key).toList();
  }

  private static String signature(Plan plan) {
    return ((TaskPlan.Listen) plan.task("/do/0/a")).filters().getFirst().signature();
  }

  @Test
  void an_event_goes_to_the_channel_of_its_values() {
    var plan = listener("one", BY_ORDER);
    assertThat(routes(event("paid", 7), plan))
        .containsExactly(Channel.key(signature(plan), Map.of("order", IntNode.valueOf(7))));
  }

  @Test
  void an_event_of_another_type_goes_nowhere() {
    assertThat(routes(event("shipped", 7), listener("one", BY_ORDER))).isEmpty();
  }

  @Test
  void definitions_that_say_the_same_share_a_channel() {
    assertThat(routes(event("paid", 7), listener("one", BY_ORDER), listener("two", BY_ORDER)))
        .hasSize(1);
  }

  @Test
  void a_filter_of_any_type_is_asked_about_every_event() {
    var plan = listener("one", "{with: {source: 'https://.*'}}");
    var event = JsonNodeFactory.instance.objectNode().put("type", "x").put("source", "https://a");
    assertThat(routes(event, plan)).containsExactly(Channel.key(signature(plan), Map.of()));
    assertThat(routes(event.deepCopy().put("source", "ftp://a"), plan)).isEmpty();
  }

  @Test
  void a_correlation_the_first_event_decides_does_not_name_the_channel() {
    var plan = listener("one", "{with: {type: paid}, correlate: {order: {from: .data.order}}}");
    assertThat(routes(event("paid", 7), plan))
        .containsExactly(Channel.key(signature(plan), Map.of()));
  }

  @Test
  void a_value_that_cannot_be_had_from_an_event_leads_nowhere_and_spoils_nothing_else() {
    var failing =
        listener(
            "one",
            "{with: {type: paid}, correlate: {order: {from: '.data.order.x', expect: '${ .y }'}}}");
    assertThat(routes(event("paid", 7), failing, listener("two", BY_ORDER))).hasSize(1);
  }

  @Test
  void lifecycle_events_go_only_to_those_that_name_their_type() {
    var type = LifecycleEvent.Type.WORKFLOW_COMPLETED.word();
    var any = listener("one", "{with: {source: '/.*'}}");
    var named = listener("two", "{with: {type: " + type + "}}");
    var event = event(type, 7).deepCopy();
    ((ObjectNode) event).put("source", "/shop/other");
    assertThat(routes(event, any)).isEmpty();
    assertThat(routes(event, any, named)).containsExactly(Channel.key(signature(named), Map.of()));
    var routes = new EventRoutes(List.of(any, named), List.of());
    assertThat(routes.heard()).isEqualTo(LifecycleLevel.WORKFLOW);
    assertThat(routes.hears(LifecycleEvent.Type.WORKFLOW_STARTED)).isFalse();
    assertThat(new EventRoutes(List.of(any), List.of()).heard()).isEqualTo(LifecycleLevel.NONE);
  }

  @Test
  void a_schedule_does_not_hear_of_its_own_runs() {
    var type = LifecycleEvent.Type.WORKFLOW_COMPLETED.word();
    var plan = plan("starter", "schedule: {on: {one: {with: {type: " + type + "}}}}", "set: {}");
    var own = ((ObjectNode) event(type, 7)).put("source", "/shop/starter");
    var other = ((ObjectNode) event(type, 7)).put("source", "/shop/other");
    assertThat(routes(own, plan)).isEmpty();
    assertThat(routes(other, plan)).containsExactly("schedule/shop/starter");
  }

  @Test
  void an_event_goes_to_the_schedule_it_may_start() {
    var plan = plan("starter", "schedule: {on: {one: {with: {type: paid}}}}", "set: {}");
    assertThat(routes(event("paid", 7), plan)).containsExactly("schedule/shop/starter");
  }

  @Test
  void schedules_are_made_known_once_and_their_end_too() {
    var thing = new SharedThing(KnownSchedules.KEY, CoordinationBounds.DEFAULT);
    var beat = plan("beat", "schedule: {every: PT1S}", "set: {}");
    var still = plan("still", "", "set: {}");
    var first = KnownSchedules.compare(thing, List.of(beat, still), Set.of(), NOON);
    assertThat(first.again())
        .containsExactly(new ActivateSchedule("schedule/shop/beat", beat.id()));
    thing.keep(first);
    assertThat(KnownSchedules.compare(thing, List.of(beat), Set.of(), NOON).again()).isEmpty();
    assertThat(KnownSchedules.compare(thing, List.of(), Set.of("shop/beat"), NOON).again())
        .describedAs("a version that cannot be used just now ends nothing")
        .isEmpty();
    assertThat(KnownSchedules.compare(thing, List.of(still), Set.of(), NOON).again())
        .containsExactly(new EndSchedule("schedule/shop/beat"));
  }
}
