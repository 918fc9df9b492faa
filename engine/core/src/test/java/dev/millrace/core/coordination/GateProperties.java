package dev.millrace.core.coordination;

import static dev.millrace.core.coordination.SharedThing.instance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.coordination.CoordinationCommand.AcquirePermit;
import dev.millrace.core.coordination.CoordinationCommand.ReleasePermit;
import dev.millrace.core.coordination.CoordinationCommand.WhenFull;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever runs do, and in whatever order. */
class GateProperties {
  private static final String KEY = "gate/any";

  /** What the instances would do with what they are told. */
  private static final class World {
    private final SharedThing gate = new SharedThing(KEY, CoordinationBounds.DEFAULT);
    private final LinkedHashSet<String> waiting = new LinkedHashSet<>();
    private final LinkedHashSet<String> running = new LinkedHashSet<>();
    private final LinkedHashSet<String> cancelled = new LinkedHashSet<>();
    private final List<String> begun = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    void ask(String run, int max, WhenFull whenFull) {
      waiting.add(run);
      asked.add(run);
      gate.when(new AcquirePermit(KEY, instance(run), max, whenFull));
      listen(max);
    }

    void end(String run, int max) {
      waiting.remove(run);
      running.remove(run);
      cancelled.remove(run);
      gate.when(new ReleasePermit(KEY, instance(run)));
      listen(max);
    }

    private void listen(int max) {
      for (var command : gate.told()) {
        var run = command.instanceId().value();
        switch (command) {
          case GrantPermit _ -> {
            assertThat(waiting.remove(run)).describedAs(run + " had asked").isTrue();
            running.add(run);
            begun.add(run);
          }
          case RefusePermit _ -> waiting.remove(run);
          case Cancel _ -> cancelled.add(run);
          default -> throw new AssertionError(command);
        }
        assertThat(running.size()).isLessThanOrEqualTo(max);
      }
      assertThat(running.size() == max || waiting.stream().allMatch(cancelled::contains))
          .describedAs("nobody waits while there is room, but who is told to end")
          .isTrue();
    }
  }

  @Property
  void never_more_than_the_limit_first_come_first_served_and_nobody_is_lost(
      @ForAll @IntRange(min = 1, max = 4) int max,
      @ForAll WhenFull whenFull,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 9) Integer> steps) {
    var world = new World();
    var next = 0;
    for (var step : steps) {
      if (step < 5 || world.running.isEmpty()) {
        world.ask("run-%03d".formatted(next++), max, whenFull);
      } else {
        var some = new ArrayList<>(step < 8 ? world.running : world.waiting);
        if (!some.isEmpty()) {
          world.end(some.get(step % some.size()), max);
        }
      }
    }
    while (!world.running.isEmpty() || !world.waiting.isEmpty()) {
      var last = world.running.isEmpty() ? world.waiting.getLast() : world.running.getFirst();
      world.end(last, max);
    }
    assertThat(world.begun).isSorted().doesNotHaveDuplicates().isSubsetOf(world.asked);
    assertThat(world.gate.rowCount()).isZero();
  }
}
