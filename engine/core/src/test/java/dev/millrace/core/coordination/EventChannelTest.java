package dev.millrace.core.coordination;

import static dev.millrace.core.coordination.SharedThing.event;
import static dev.millrace.core.coordination.SharedThing.listenOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.millrace.core.coordination.CoordinationCommand.ReturnEvent;
import dev.millrace.core.coordination.CoordinationCommand.RouteEvent;
import dev.millrace.core.coordination.CoordinationCommand.Subscribe;
import dev.millrace.core.coordination.CoordinationCommand.Unsubscribe;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventChannelTest {
  private static final String ORDER_7 = Channel.key("paid", Map.of("order", IntNode.valueOf(7)));
  private static final String ANYTHING = Channel.key("paid", Map.of());
  private static final CoordinationBounds BOUNDS =
      new CoordinationBounds(3, 1_000, 4, 2_000, Duration.ofHours(1), 5, 40, 10, 3, 3, 3, 3);

  private final SharedThing channel = new SharedThing(ORDER_7, BOUNDS);
  private final SharedThing uncorrelated = new SharedThing(ANYTHING, BOUNDS);

  private static Subscribe listens(String instance) {
    return new Subscribe(ORDER_7, listenOf(instance));
  }

  private static Unsubscribe stops(String instance) {
    return new Unsubscribe(ORDER_7, listenOf(instance));
  }

  private static RouteEvent comes(String event) {
    return new RouteEvent(ORDER_7, event(event));
  }

  private static ReturnEvent comesBack(String event) {
    return new ReturnEvent(ORDER_7, event(event));
  }

  private static List<String> deliveries(SharedThing thing) {
    return thing.told().stream()
        .map(DeliverEvent.class::cast)
        .map(it -> it.event().path("id").asText() + " to " + it.instanceId())
        .toList();
  }

  @Test
  void an_event_goes_to_everybody_who_listens() {
    channel.when(listens("a")).when(listens("b")).when(comes("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to a", "e1 to b");
  }

  @Test
  void a_delivery_says_which_task_and_filter_it_is_for_and_where_it_came_from() {
    channel.when(listens("a")).when(comes("e1"));
    var listen = listenOf("a");
    assertThat(channel.told())
        .containsExactly(
            new DeliverEvent(
                listen.instanceId(), listen.position(), listen.filter(), ORDER_7, event("e1")));
  }

  @Test
  void an_event_that_comes_before_anybody_listens_waits_for_the_first_who_does() {
    channel.when(comes("e1")).when(comes("e2"));
    assertThat(deliveries(channel)).isEmpty();
    channel.when(listens("a")).when(listens("b"));
    assertThat(deliveries(channel)).containsExactly("e1 to a", "e2 to a");
  }

  @Test
  void an_event_nobody_in_particular_is_meant_by_does_not_wait() {
    uncorrelated.when(new RouteEvent(ANYTHING, event("e1")));
    uncorrelated.when(new Subscribe(ANYTHING, listenOf("a")));
    assertThat(deliveries(uncorrelated)).isEmpty();
    uncorrelated.when(new RouteEvent(ANYTHING, event("e2")));
    assertThat(deliveries(uncorrelated)).containsExactly("e2 to a");
  }

  @Test
  void whoever_has_stopped_listening_hears_nothing() {
    channel.when(listens("a")).when(listens("b")).when(stops("a")).when(comes("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to b");
  }

  @Test
  void listening_twice_and_stopping_twice_is_the_same_as_once() {
    channel.when(listens("a")).when(listens("a")).when(comes("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to a");
    channel.when(stops("a")).when(stops("a")).when(listens("b")).when(comes("e2"));
    assertThat(deliveries(channel)).containsExactly("e2 to b");
  }

  @Test
  void an_event_that_comes_again_is_heard_once() {
    channel.when(listens("a")).when(comes("e1")).when(comes("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to a");
    channel.when(stops("a")).when(comes("e1")).when(listens("b"));
    assertThat(deliveries(channel)).isEmpty();
  }

  @Test
  void an_event_that_waits_and_comes_again_waits_once() {
    channel.when(comes("e1")).when(comes("e1")).when(listens("a"));
    assertThat(deliveries(channel)).containsExactly("e1 to a");
  }

  @Test
  void an_event_that_came_too_late_for_one_listen_is_for_the_next() {
    channel.when(listens("a")).when(comes("e1")).when(comes("e2")).when(stops("a"));
    assertThat(deliveries(channel)).containsExactly("e1 to a", "e2 to a");
    channel.when(comesBack("e2")).when(listens("b"));
    assertThat(deliveries(channel)).containsExactly("e2 to b");
  }

  @Test
  void an_event_that_comes_back_after_the_next_has_begun_to_listen_goes_to_it_at_once() {
    channel.when(listens("a")).when(comes("e1")).when(stops("a")).when(listens("b"));
    assertThat(deliveries(channel)).containsExactly("e1 to a");
    channel.when(comesBack("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to b");
  }

  @Test
  void an_event_is_not_told_again_to_those_who_heard_it() {
    channel.when(listens("a")).when(listens("b")).when(comes("e1"));
    assertThat(deliveries(channel)).hasSize(2);
    channel.when(comesBack("e1")).when(listens("c"));
    assertThat(deliveries(channel)).describedAs("b may have taken it").isEmpty();
    channel.when(comesBack("e1"));
    assertThat(deliveries(channel)).containsExactly("e1 to c");
  }

  @Test
  void events_that_come_back_keep_their_order() {
    channel.when(listens("a")).when(comes("e1")).when(comes("e2")).when(stops("a"));
    channel.told();
    channel.when(comes("e3")).when(comesBack("e2")).when(comesBack("e1")).when(listens("b"));
    assertThat(deliveries(channel)).containsExactly("e1 to b", "e2 to b", "e3 to b");
  }

  @Test
  void an_event_that_comes_back_to_a_channel_without_values_goes_to_the_next_or_nobody() {
    uncorrelated
        .when(new Subscribe(ANYTHING, listenOf("a")))
        .when(new RouteEvent(ANYTHING, event("e1")))
        .when(new Unsubscribe(ANYTHING, listenOf("a")))
        .when(new ReturnEvent(ANYTHING, event("e1")))
        .when(new Subscribe(ANYTHING, listenOf("b")));
    assertThat(deliveries(uncorrelated)).containsExactly("e1 to a");
  }

  @Test
  void more_events_than_there_is_room_for_are_refused_and_not_lost_silently() {
    channel.when(comes("e1")).when(comes("e2")).when(comes("e3")).when(comes("e4"));
    assertThat(channel.refused())
        .singleElement()
        .satisfies(refused -> {
          assertThat(refused.reason()).isEqualTo(Reason.FULL);
          assertThat(refused.detail()).contains("e4", "/test", "bufferedEventsMax");
        });
    channel.when(listens("a"));
    assertThat(deliveries(channel)).containsExactly("e1 to a", "e2 to a", "e3 to a");
    channel.when(comes("e4"));
    assertThat(deliveries(channel)).describedAs("replayed from the dead letters").hasSize(1);
  }

  @Test
  void all_channels_of_a_partition_keep_a_bounded_number_of_events_together() {
    channel.besideKept(3).when(comes("e1")).when(comes("e2"));
    assertThat(channel.refused())
        .singleElement()
        .satisfies(refused -> {
          assertThat(refused.reason()).isEqualTo(Reason.FULL);
          assertThat(refused.detail()).contains("e2", "keptEventsMax = 4");
        });
    assertThat(channel.kept().events()).isEqualTo(4);
    channel.when(listens("a"));
    assertThat(deliveries(channel)).containsExactly("e1 to a");
    assertThat(channel.kept()).isEqualTo(new Kept(3, 0));
    channel.when(stops("a")).when(comes("e3"));
    assertThat(channel.kept().events()).describedAs("there is room again").isEqualTo(4);
  }

  @Test
  void what_is_given_up_unheard_is_counted() {
    channel.when(comes("e1")).when(comes("e2")).pass(Duration.ofMinutes(61));
    assertThat(channel.expired()).isEqualTo(2);
    assertThat(channel.kept()).isEqualTo(Kept.NONE);
  }

  @Test
  void an_event_larger_than_the_room_there_is_is_refused() {
    channel.when(new RouteEvent(ORDER_7, event("large", "x".repeat(1_001))));
    assertThat(channel.refused()).singleElement().extracting("reason").isEqualTo(Reason.FULL);
    assertThat(channel.rowCount()).isZero();
  }

  @Test
  void more_listeners_than_there_may_be_are_refused() {
    IntStream.range(0, 41).forEach(i -> channel.when(listens("i" + i)));
    assertThat(channel.refused())
        .singleElement()
        .satisfies(refused -> assertThat(refused.detail()).contains("subscribersMax"));
  }

  @Test
  void an_event_waits_for_a_bounded_time() {
    channel.when(comes("e1")).pass(Duration.ofMinutes(59)).when(comes("e2"));
    channel.pass(Duration.ofMinutes(2)).when(listens("a"));
    assertThat(deliveries(channel)).containsExactly("e2 to a");
  }

  @Test
  void nothing_is_left_of_a_channel_nobody_uses() {
    channel.when(listens("a")).when(comes("e1")).when(stops("a")).when(comes("e2"));
    assertThat(channel.rowCount()).isPositive();
    channel.pass(Duration.ofHours(2));
    assertThat(channel.rowCount()).isZero();
  }

  @Test
  void only_so_many_events_are_recognised() {
    channel.when(listens("a"));
    IntStream.range(0, 20).forEach(i -> channel.when(comes("e" + i)));
    assertThat(channel.rowCount()).isEqualTo(1 + 1 + 2 * 5);
    channel.told();
    channel.when(comes("e19")).when(comes("e0"));
    assertThat(deliveries(channel)).containsExactly("e0 to a");
  }

  @Test
  void many_listeners_are_told_in_several_transitions() {
    IntStream.range(0, 35).forEach(i -> channel.when(listens("i%02d".formatted(i))));
    var before = channel.transitions();
    channel.when(comes("e1"));
    assertThat(deliveries(channel)).hasSize(35).doesNotHaveDuplicates();
    assertThat(channel.transitions() - before).isEqualTo(4);
  }

  @Test
  void an_event_that_all_of_many_send_back_waits_for_the_next() {
    IntStream.range(0, 20).forEach(i -> channel.when(listens("i%02d".formatted(i))));
    channel.when(comes("e1"));
    IntStream.range(0, 20).forEach(i -> channel.when(stops("i%02d".formatted(i))));
    channel.told();
    IntStream.range(0, 20).forEach(_ -> channel.when(comesBack("e1")));
    channel.when(listens("next"));
    assertThat(deliveries(channel)).containsExactly("e1 to next");
  }
}
