package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.WorkflowError.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code call: asyncapi} with {@code foreach}: messages that are handled one after the other. */
class SubscriptionTest {
  private static final String HEAR =
      """
      do:
        - hear:
            if: '${ .on }'
            input: { from: '${ { base: .base } }' }
            call: asyncapi
            with:
              document: { endpoint: 'https://rooms.example.com/asyncapi.yaml' }
              channel: '${ "\\($task.name) \\($task.reference) \\($task.input.base) \\($input.base)" }'
              subscription:
                consume: { amount: 2 }
                foreach:
                  item: message
                  at: n
                  do: [ { work: { call: 'charge:1.0.0@default', with: { n: '${ $message.n }', at: '${ $n }' } } } ]
                  output: { as: '${ { ref: $task.reference, base: $input.base, n: $message.n, done: . } }' }
                  export: { as: '${ { seen: (($context.seen // []) + [$output.n]) } }' }
            timeout: { after: PT10S }
        - last: { set: { all: '${ . }', seen: '${ $context.seen }' } }
      """;

  private static InstanceUnderTest of(String subscription) {
    return InstanceUnderTest.of(
        """
        use:
          extensions:
            - count: { extend: call, after: [ { noted: { set: { noted: true } } } ] }
          secrets: [pass]
        do:
          - hear:
              call: asyncapi
              with:
                document: { endpoint: 'https://rooms.example.com/asyncapi.yaml' }
                channel: rooms
                subscription: %s
                authentication: { basic: { username: clerk, password: '${ $secrets.pass }' } }
        """
            .formatted(subscription));
  }

  private static InstanceUnderTest begun() {
    return InstanceUnderTest.of(HEAR).start("{ on: true, base: 7 }");
  }

  @Test
  void messages_are_handled_in_their_order_with_what_the_task_is() {
    var run = begun();
    assertThat(run.dispatched().getLast().arguments().path("channel").asText())
        .isEqualTo("hear /do/0/hear 7 7");
    assertThat(run.dispatched().getLast().arguments().path("subscription").has("foreach"))
        .isFalse();
    run.completes("[ { n: 5 }, { n: 6 } ]");
    assertThat(run.dispatched().getLast().arguments()).isEqualTo(yaml("{ n: 5, at: 0 }"));
    run.completes("one");
    assertThat(run.dispatched().getLast().arguments()).isEqualTo(yaml("{ n: 6, at: 1 }"));
    run.completes("two");
    assertThat(run.output())
        .isEqualTo(
            yaml(
                """
                all:
                  - { ref: /do/0/hear, base: 7, n: 5, done: one }
                  - { ref: /do/0/hear, base: 7, n: 6, done: two }
                seen: [5, 6]
                """));
    assertThat(run.dispatched().stream().map(it -> it.idempotencyKey()).distinct()).hasSize(3);
    assertThat(run.coordinated()).isEmpty();
  }

  @Test
  void a_message_is_taken_only_when_the_one_before_is_done() {
    var run = begun().completes("[ { n: 5 }, { n: 6 } ]");
    assertThat(run.kinds()).filteredOn("EventConsumed"::equals).hasSize(1);
    run.completes("one");
    assertThat(run.kinds()).filteredOn("EventConsumed"::equals).hasSize(2);
  }

  @Test
  void without_messages_nothing_is_handled() {
    var run = begun().completes("[]");
    assertThat(run.output()).isEqualTo(yaml("{ all: [], seen: null }"));
  }

  @Test
  void a_task_that_is_skipped_subscribes_to_nothing() {
    var run = InstanceUnderTest.of(HEAR).start("{ on: false }");
    assertThat(run.dispatched()).isEmpty();
  }

  @Test
  void what_is_no_list_of_messages_is_an_error_of_the_part_that_would_handle_them() {
    var error = begun().completes("{}").error();
    assertThat(error.type()).isEqualTo(Kind.RUNTIME.type());
    assertThat(error.instance()).isEqualTo("/do/0/hear/with/subscription/foreach");
  }

  @Test
  void an_error_of_the_subscription_and_of_a_message_have_their_places() {
    assertThat(begun().refuses(404).error().instance()).isEqualTo("/do/0/hear/with/subscription");
    assertThat(begun().completes("[ { n: 5 } ]").refuses(422).error().instance())
        .isEqualTo("/do/0/hear/with/subscription/foreach/do/0/work");
  }

  @Test
  void the_time_of_the_task_is_that_of_all_its_messages() {
    var run = begun().after(Duration.ofSeconds(6)).completes("[ { n: 5 }, { n: 6 } ]");
    assertThat(run.after(Duration.ofSeconds(4)).error().type()).isEqualTo(Kind.TIMEOUT.type());
    assertThat(run.error().instance()).isEqualTo("/do/0/hear");
  }

  @Test
  void an_extension_is_once_around_the_task_and_around_the_calls_inside() {
    var run =
        of("{ consume: { amount: 1 }, foreach: { do: [ { a: { set: { x: 1 } } }, { b: { call:"
                + " 'charge:1.0.0@default' } } ] } }")
            .start("{}")
            .completes("[ { n: 5 } ]")
            .completes("done");
    assertThat(run.output()).isEqualTo(yaml("[ done ]"));
    assertThat(run.completed()).filteredOn("noted"::equals).hasSize(2);
  }

  @Test
  void without_tasks_each_message_comes_to_what_the_output_makes_of_it() {
    var run =
        of("{ consume: { amount: 2 }, foreach: { output: { as: '${ .n + $index }' } } }")
            .start("{}");
    assertThat(run.dispatched().getLast().secretPointers()).isNotEmpty();
    assertThat(run.completes("[ { n: 5 }, { n: 6 } ]").output()).isEqualTo(yaml("[5, 7]"));
  }

  @Test
  void what_a_message_did_is_undone_latest_first() {
    var run =
        InstanceUnderTest.of(
                """
                use:
                  functions:
                    refund: { call: 'reserve:1.0.0@default', with: { undo: '${ . }' } }
                do:
                  - all:
                      try:
                        - hear:
                            call: asyncapi
                            with:
                              document: { endpoint: 'https://rooms.example.com/asyncapi.yaml' }
                              channel: rooms
                              subscription:
                                consume: { amount: 2 }
                                foreach:
                                  do:
                                    - book:
                                        call: 'charge:1.0.0@default'
                                        metadata: { millrace: { compensation: { call: refund, with: { id: '${ .id }' } } } }
                        - stop: { raise: { error: { type: 'https://x/stop', status: 409, title: Stop } } }
                      catch:
                        do: [ { back: { call: 'compensate:1.0.0@default', with: { scope: all } } } ]
                """)
            .start("{}")
            .completes("[ 5, 6 ]")
            .completes("{ id: five }")
            .completes("{ id: six }");
    var first = run.dispatched().getLast();
    run.completes("{}");
    var second = run.dispatched().getLast();
    run.completes("{}");
    assertThat(first.arguments()).isEqualTo(yaml("{ undo: { id: six } }"));
    assertThat(second.arguments()).isEqualTo(yaml("{ undo: { id: five } }"));
    assertThat(run.outcome()).isInstanceOf(Outcome.Completed.class);
  }
}
