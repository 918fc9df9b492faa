package dev.millrace.core.coordination;

import static dev.millrace.core.coordination.SharedThing.instance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.coordination.CoordinationCommand.ReleasePermit;
import dev.millrace.core.coordination.CoordinationCommand.WhenFull;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final String KEY = "gate/shop/order/customer-7";

  private final SharedThing gate = new SharedThing(KEY, CoordinationBounds.DEFAULT);

  private void asks(String instance, int max, WhenFull whenFull) {
    gate.when(new AcquirePermit(KEY, instance(instance), max, whenFull));
  }

  private void ends(String instance) {
    gate.when(new ReleasePermit(KEY, instance(instance)));
  }

  private List<String> told() {
    return gate.told().stream().map(GateTest::words).toList();
  }

  private static String words(WorkflowCommand command) {
    return switch (command) {
      case GrantPermit granted -> granted.instanceId() + " runs";
      case RefusePermit refused -> refused.instanceId() + " is refused";
      case Cancel cancel -> cancel.instanceId() + " is cancelled";
      default -> throw new AssertionError(command);
    };
  }

  @Test
  void runs_begin_while_there_is_room_and_then_in_the_order_they_asked() {
    List.of("a", "b", "c", "d").forEach(run -> asks(run, 2, WhenFull.QUEUE));
    assertThat(told()).containsExactly("a runs", "b runs");
    ends("b");
    assertThat(told()).containsExactly("c runs");
    ends("a");
    assertThat(told()).containsExactly("d runs");
  }

  @Test
  void a_run_that_ends_while_it_queues_leaves_its_place() {
    List.of("a", "b", "c").forEach(run -> asks(run, 1, WhenFull.QUEUE));
    ends("b");
    ends("a");
    assertThat(told()).containsExactly("a runs", "c runs");
  }

  @Test
  void asking_and_ending_again_change_nothing() {
    List.of("a", "a", "b", "b").forEach(run -> asks(run, 1, WhenFull.QUEUE));
    ends("a");
    ends("a");
    ends("never-came");
    assertThat(told()).containsExactly("a runs", "b runs");
  }

  @Test
  void a_run_that_does_not_want_to_wait_is_refused_with_the_reason() {
    asks("a", 1, WhenFull.REJECT);
    asks("b", 1, WhenFull.REJECT);
    assertThat(gate.told())
        .containsExactly(
            new GrantPermit(instance("a"), KEY),
            new RefusePermit(instance("b"), KEY, "1 of its key run already"));
    ends("b");
    asks("c", 1, WhenFull.REJECT);
    assertThat(told()).containsExactly("c is refused");
  }

  @Test
  void a_run_that_replaces_begins_when_the_oldest_has_ended() {
    asks("a", 2, WhenFull.REPLACE);
    asks("b", 2, WhenFull.REPLACE);
    asks("c", 2, WhenFull.REPLACE);
    assertThat(told()).containsExactly("a runs", "b runs", "a is cancelled");
    ends("a");
    assertThat(told()).containsExactly("c runs");
  }

  @Test
  void a_run_is_cancelled_once_and_then_those_that_wait_are_replaced() {
    List.of("a", "b", "c").forEach(run -> asks(run, 1, WhenFull.REPLACE));
    assertThat(told()).containsExactly("a runs", "a is cancelled", "b is cancelled");
    ends("b");
    ends("a");
    assertThat(told()).containsExactly("c runs");
  }

  @Test
  void a_queue_has_an_end() {
    var bounds = new CoordinationBounds(1, 1, 1, 1, java.time.Duration.ZERO, 1, 1, 10, 2, 1, 1, 1);
    var small = new SharedThing(KEY, bounds);
    IntStream.range(0, 4)
        .forEach(i -> small.when(new AcquirePermit(KEY, instance("i" + i), 1, WhenFull.QUEUE)));
    assertThat(small.told())
        .last()
        .isInstanceOfSatisfying(
            RefusePermit.class, it -> assertThat(it.detail()).contains("queuedRunsMax"));
  }

  @Test
  void a_larger_limit_lets_in_those_who_wait() {
    List.of("a", "b", "c").forEach(run -> asks(run, 1, WhenFull.QUEUE));
    asks("d", 3, WhenFull.QUEUE);
    assertThat(told()).containsExactly("a runs", "b runs", "c runs");
  }

  @Test
  void a_smaller_limit_lets_nobody_in_until_there_is_room() {
    List.of("a", "b", "c").forEach(run -> asks(run, 3, WhenFull.QUEUE));
    asks("d", 1, WhenFull.QUEUE);
    told();
    ends("a");
    ends("b");
    assertThat(told()).isEmpty();
    ends("c");
    assertThat(told()).containsExactly("d runs");
  }

  @Test
  void nothing_is_left_of_a_gate_nobody_uses() {
    List.of("a", "b").forEach(run -> asks(run, 1, WhenFull.QUEUE));
    ends("a");
    ends("b");
    assertThat(gate.rowCount()).isZero();
  }
}
