package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.ID;
import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand.ReturnEvent;
import dev.millrace.core.coordination.CoordinationCommand.Subscribe;
import dev.millrace.core.coordination.CoordinationCommand.Unsubscribe;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import dev.millrace.core.workflow.WorkflowCommand.Resume;
import dev.millrace.core.workflow.WorkflowCommand.Signal;
import dev.millrace.core.workflow.WorkflowCommand.Suspend;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Events that are emitted and waited for, signals, and standing still. */
class EventsTest {
  private static final String ONE =
      """
      do:
        - paid:
            listen:
              to:
                one:
                  with: { type: shop.paid }
                  correlate: { order: { from: .data.order, expect: '${ .id }' } }
      """;

  @Test
  void an_emitted_event_is_the_output_and_complete() {
    var run =
        InstanceUnderTest.of(
                "do: [ { tell: { emit: { event: { with: { type: shop.placed, data: { n: '${ .n }' }"
                    + " } } } } } ]")
            .start("n: 3");
    assertThat(run.emitted()).containsExactly(run.output());
    assertThat(run.output().path("data")).isEqualTo(yaml("n: 3"));
    assertThat(run.output().path("source").asText()).isEqualTo("/test/under-test");
    assertThat(CloudEvents.problem(run.output())).isEmpty();
  }

  @Test
  void an_event_with_an_attribute_that_is_no_text_is_an_error_of_its_task() {
    var run =
        InstanceUnderTest.of(
                "do: [ { tell: { emit: { event: { with: { type: x, subject: '${ {} }' } } } } } ]")
            .start("{}");
    assertThat(run.error().type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(run.emitted()).isEmpty();
  }

  @Test
  void a_listen_subscribes_takes_its_event_and_unsubscribes() {
    var run = InstanceUnderTest.of(ONE).start("id: 7");
    assertThat(run.coordinated()).singleElement().isInstanceOf(Subscribe.class);
    deliver(run, 0, event("shop.paid", "{ order: 7, euros: 5 }"));
    assertThat(run.output()).isEqualTo(yaml("[ { order: 7, euros: 5 } ]"));
    assertThat(run.coordinated()).hasSize(2).last().isInstanceOf(Unsubscribe.class);
  }

  @Test
  void an_event_of_another_correlation_is_not_taken() {
    var run = InstanceUnderTest.of(ONE).start("id: 7");
    deliver(run, 0, event("shop.paid", "{ order: 8 }"));
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
    assertThat(run.state()).isInstanceOf(WorkflowState.Running.class);
  }

  @Test
  void an_event_that_comes_too_late_goes_back_to_its_channel() {
    var run = InstanceUnderTest.of(ONE).start("id: 7");
    var late = delivery(run, 0, event("shop.paid", "{ order: 7 }"));
    run.apply(late);
    var decision = run.decide(late);
    assertThat(decision)
        .isInstanceOfSatisfying(
            Rejected.class,
            it ->
                assertThat(it.effects())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        Effect.Coordinate.class,
                        effect -> assertThat(effect.command()).isInstanceOf(ReturnEvent.class)));
  }

  @Test
  void all_waits_for_one_event_of_each_filter_in_any_order() {
    var run =
        InstanceUnderTest.of(
                "do: [ { l: { listen: { to: { all: [ { with: { type: a } }, { with: { type: b } } ]"
                    + " } } } } ]")
            .start("{}");
    deliver(run, 1, event("b", "2"));
    deliver(run, 1, event("b", "3"));
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
    deliver(run, 0, event("a", "1"));
    assertThat(run.output()).isEqualTo(yaml("[2, 1]"));
  }

  @Test
  void any_with_a_condition_goes_on_until_it_holds_and_handles_each_event() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - l:
                      listen: { to: { any: [ { with: { type: a } } ], until: '${ . >= 3 }' } }
                      foreach:
                        item: n
                        do: [ { double: { set: { twice: '${ $n * 2 }' } } } ]
                        export: { as: '${ { seen: $n } }' }
                  - last: { set: { all: '${ . }', seen: '${ $context.seen }' } }
                """)
            .start("{}");
    for (int n = 1; n <= 3; n++) {
      deliver(run, 0, event("a", String.valueOf(n)));
    }
    assertThat(run.output())
        .isEqualTo(yaml("{ all: [ { twice: 2 }, { twice: 4 }, { twice: 6 } ], seen: 3 }"));
  }

  @Test
  void any_until_an_event_that_is_not_one_of_its_items() {
    var run =
        InstanceUnderTest.of(
                "do: [ { l: { listen: { to: { any: [ { with: { type: a } } ], until: { one: { with:"
                    + " { type: stop } } } } } } } ]")
            .start("{}");
    deliver(run, 0, event("a", "1"));
    deliver(run, 1, event("stop", "2"));
    assertThat(run.output()).isEqualTo(yaml("[1]"));
  }

  @Test
  void an_event_a_slow_handler_has_no_time_for_waits_its_turn() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - l:
                      listen: { to: { any: [ { with: { type: a } } ], until: '${ . == 2 }' } }
                      foreach: { do: [ { slow: { call: 'charge:1.0.0@default', with: { n: '${ $item }' } } } ] }
                """)
            .start("{}");
    deliver(run, 0, event("a", "1"));
    deliver(run, 0, event("a", "2"));
    assertThat(run.dispatched()).hasSize(1);
    run.completes("one").completes("two");
    assertThat(run.output()).isEqualTo(yaml("[one, two]"));
    assertThat(run.dispatched().get(0).idempotencyKey())
        .isNotEqualTo(run.dispatched().get(1).idempotencyKey());
  }

  @Test
  void a_timeout_ends_the_waiting_and_the_subscription() {
    var run = InstanceUnderTest.of(ONE + "      timeout: { after: PT5S }\n").start("id: 7");
    run.after(Duration.ofSeconds(5));
    assertThat(run.error().type()).isEqualTo(Kind.TIMEOUT.type());
    assertThat(run.coordinated()).last().isInstanceOf(Unsubscribe.class);
  }

  @Test
  void a_signal_reaches_its_listen_whether_it_comes_before_or_after() {
    var body =
        """
        do:
          - pause: { wait: PT1S }
          - ask:
              listen: { to: { one: { with: { type: decided } } } }
              metadata: { millrace: { signal: decide } }
        """;
    var early = InstanceUnderTest.of(body).start("{}");
    early.apply(new Signal(ID, "decide", "s-1", yaml("yes: true"))).after(Duration.ofSeconds(1));
    assertThat(early.output()).isEqualTo(yaml("[ { yes: true } ]"));
    var late = InstanceUnderTest.of(body).start("{}").after(Duration.ofSeconds(1));
    late.apply(new Signal(ID, "decide", "s-1", yaml("yes: true")));
    assertThat(late.output()).isEqualTo(yaml("[ { yes: true } ]"));
    var unknown = InstanceUnderTest.of(body).start("{}");
    unknown.apply(new Signal(ID, "decyde", "s-1", yaml("{}")));
    assertThat(unknown.rejection()).isEqualTo(Reason.UNKNOWN_INSTANCE);
  }

  @Test
  void a_signal_that_has_been_taken_is_recognised_when_it_comes_again() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - first:
                      listen: { to: { one: { with: { type: decided } } } }
                      metadata: { millrace: { signal: decide } }
                  - second:
                      listen: { to: { one: { with: { type: decided } } } }
                      metadata: { millrace: { signal: decide } }
                """)
            .start("{}");
    run.apply(new Signal(ID, "decide", "s-1", yaml("n: 1")));
    run.apply(new Signal(ID, "decide", "s-1", yaml("n: 1")));
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
    run.apply(new Signal(ID, "decide", "s-2", yaml("n: 2")));
    assertThat(run.output()).isEqualTo(yaml("[ { n: 2 } ]"));
  }

  private static InstanceUnderTest listening(String to) {
    return InstanceUnderTest.of(
            """
            do:
              - ask:
                  listen: { to: %s }
                  metadata: { millrace: { signal: decide } }
            """
                .formatted(to))
        .start("id: 7");
  }

  private static void signal(InstanceUnderTest run, int n, String data) {
    run.apply(new Signal(ID, "decide", "s-" + n, yaml(data)));
  }

  @Test
  void a_signal_that_means_no_end_is_an_item_however_many_come() {
    var run =
        listening("{ any: [ { with: { type: a } } ], until: { one: { with: { type: b } } } }");
    signal(run, 1, "1");
    signal(run, 2, "2");
    deliver(run, 1, event("b", "3"));
    assertThat(run.output()).isEqualTo(yaml("[1, 2]"));
  }

  @Test
  void a_signal_that_meets_the_filter_of_the_end_ends_the_waiting() {
    var run =
        listening(
            "{ any: [], until: { one: { with: { data: '${ type == \"object\" and .stop }' } } } }");
    signal(run, 1, "1");
    signal(run, 2, "{ stop: true }");
    assertThat(run.output()).isEqualTo(yaml("[1]"));
  }

  @Test
  void a_signal_stands_for_the_filter_it_meets_among_those_that_want_one() {
    var run =
        listening(
            "{ all: [ { with: { data: '${ .part == 1 }' } }, { with: { data: '${ .part == 2 }' } } ] }");
    signal(run, 1, "part: 2");
    deliver(run, 0, event("a", "{ part: 1 }"));
    assertThat(run.output()).isEqualTo(yaml("[ { part: 2 }, { part: 1 } ]"));
  }

  @Test
  void a_signal_no_filter_can_make_sense_of_is_taken_all_the_same() {
    var run = listening("{ one: { with: { data: '${ .part.number == 1 }' } } }");
    signal(run, 1, "part: text");
    assertThat(run.output()).isEqualTo(yaml("[ { part: text } ]"));
  }

  @Test
  void a_signal_leaves_what_later_events_have_to_correlate_with() {
    var run =
        listening(
            "{ any: [ { with: { type: a }, correlate: { id: { from: .data.id, expect: '${ .id }' } }"
                + " } ], until: 'false' }");
    signal(run, 1, "{}");
    deliver(run, 0, event("a", "{ id: 8 }"));
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
  }

  @Test
  void a_signal_that_need_not_wait_needs_no_room_among_those_that_do() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - both:
                      fork:
                        branches:
                          - now:
                              listen: { to: { one: { with: { type: a } } } }
                              metadata: { millrace: { signal: now } }
                          - later:
                              do:
                                - rest: { wait: PT1H }
                                - hear:
                                    listen: { to: { one: { with: { type: b } } } }
                                    metadata: { millrace: { signal: later } }
                """)
            .start("{}");
    for (int n = 0; n < Limits.DEFAULT.signalsMax(); n++) {
      run.apply(new Signal(ID, "later", "l-" + n, yaml("{}")));
    }
    run.apply(new Signal(ID, "later", "one-more", yaml("{}")));
    assertThat(run.rejection()).isEqualTo(Reason.FULL);
    run.apply(new Signal(ID, "now", "n-1", yaml("heard: true"))).after(Duration.ofHours(1));
    assertThat(run.output()).isEqualTo(yaml("[ [ { heard: true } ], [ {} ] ]"));
  }

  @Test
  void of_the_signals_that_came_only_the_last_are_recognised() {
    var run =
        InstanceUnderTest.of(
                """
                do:
                  - ask:
                      listen: { to: { any: [ { with: { type: decided } } ], until: 'false' } }
                      metadata: { millrace: { signal: decide } }
                """)
            .start("{}");
    for (int i = 0; i <= WorkflowState.Running.SIGNAL_IDS_MAX; i++) {
      run.apply(new Signal(ID, "decide", "s-" + i, yaml("{}")));
    }
    var ids = ((WorkflowState.Running) run.state()).signalIds();
    assertThat(ids).hasSize(WorkflowState.Running.SIGNAL_IDS_MAX).startsWith("s-1");
    run.apply(new Signal(ID, "decide", "s-1", yaml("{}")));
    assertThat(run.rejection()).isEqualTo(Reason.STALE);
  }

  @Test
  void people_decide_or_the_next_ones_are_asked_or_it_falls_back() {
    var body =
        """
        do:
          - ask:
              call: 'human-approval:1.0.0@default'
              with: { title: Ship, sla: PT1H, escalation: { to: [ boss ], sla: PT2H }, otherwise: reject }
        """;
    var decided = InstanceUnderTest.of(body).start("{}");
    decided.apply(new Signal(ID, "approval", "s-1", yaml("{ choice: approve, by: ann }")));
    assertThat(decided.output()).isEqualTo(yaml("{ choice: approve, by: ann, escalated: false }"));
    var escalated = InstanceUnderTest.of(body).start("{}").after(Duration.ofMinutes(61));
    assertThat(escalated.emitted())
        .extracting(e -> e.path("type").asText())
        .containsExactly(
            "dev.millrace.approval.requested.v1", "dev.millrace.approval.escalated.v1");
    escalated.apply(new Signal(ID, "approval", "s-1", yaml("{ choice: approve, by: bo }")));
    assertThat(escalated.output()).isEqualTo(yaml("{ choice: approve, by: bo, escalated: true }"));
    var nobody = InstanceUnderTest.of(body).start("{}").after(Duration.ofHours(4));
    assertThat(nobody.output()).isEqualTo(yaml("{ choice: reject, by: timeout, escalated: true }"));
  }

  @Test
  void a_suspended_instance_takes_answers_and_goes_on_when_it_is_resumed() {
    var run =
        InstanceUnderTest.of(
                "do: [ { a: { call: 'charge:1.0.0@default' } }, { b: { wait: PT1S } }, { c: { set:"
                    + " { n: 1 } } } ]")
            .start("{}");
    run.apply(new Suspend(ID, "look")).completes("{}");
    assertThat(run.kinds()).endsWith("TaskCompleted");
    run.apply(new Resume(ID)).apply(new Suspend(ID, "again"));
    run.after(Duration.ofMinutes(1));
    assertThat(run.state()).isInstanceOf(WorkflowState.Running.class);
    run.apply(new Resume(ID)).after(Duration.ZERO);
    assertThat(run.output()).isEqualTo(yaml("n: 1"));
  }

  private static JsonNode event(String type, String data) {
    return yaml(
        "{ specversion: '1.0', id: e-1, source: /tests, type: " + type + ", data: " + data + " }");
  }

  private static void deliver(InstanceUnderTest run, int filter, JsonNode event) {
    run.apply(delivery(run, filter, event));
  }

  private static DeliverEvent delivery(InstanceUnderTest run, int filter, JsonNode event) {
    var subscribed =
        run.coordinated().stream()
            .filter(Subscribe.class::isInstance)
            .map(Subscribe.class::cast)
            .filter(it -> it.subscription().filter() == filter)
            .findFirst()
            .orElseThrow();
    return new DeliverEvent(
        ID, subscribed.subscription().position(), filter, subscribed.key(), event);
  }
}
