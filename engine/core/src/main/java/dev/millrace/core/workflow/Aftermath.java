package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.coordination.CoordinationCommand.Subscribe;
import dev.millrace.core.coordination.CoordinationCommand.Subscription;
import dev.millrace.core.coordination.CoordinationCommand.Unsubscribe;
import dev.millrace.core.workflow.WorkflowEvent.ChildStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What follows for others from the difference between two states, however it came about: tasks that
 * wait for events are announced to their channels and taken back, and runs whose task is gone are
 * cancelled. So no path out of a task can forget them.
 */
final class Aftermath {
  private Aftermath() {}

  static List<Effect> of(
      WorkflowState before,
      List<WorkflowEvent> events,
      WorkflowState after,
      Set<InstanceId> childrenEnded) {
    var effects = new ArrayList<Effect>();
    subscriptions(before, after, effects);
    children(before, events, after, childrenEnded, effects);
    return effects;
  }

  private record Interest(String channel, Subscription subscription) {}

  private static void subscriptions(
      WorkflowState before, WorkflowState after, List<Effect> effects) {
    var had = interests(before);
    var has = interests(after);
    for (var interest : had) {
      if (!has.contains(interest)) {
        effects.add(
            new Effect.Coordinate(new Unsubscribe(interest.channel(), interest.subscription())));
      }
    }
    for (var interest : has) {
      if (!had.contains(interest)) {
        effects.add(
            new Effect.Coordinate(new Subscribe(interest.channel(), interest.subscription())));
      }
    }
  }

  private static Set<Interest> interests(WorkflowState state) {
    if (!(state instanceof Running running)) {
      return Set.of();
    }
    var interests = new LinkedHashSet<Interest>();
    for (var branch : running.branches()) {
      if (!branch.frames().isEmpty()
          && branch.frames().stream().anyMatch(Frame.Listen.class::isInstance)) {
        addInterests(running, branch, interests);
      }
    }
    return interests;
  }

  private static void addInterests(Running state, Branch branch, Set<Interest> interests) {
    var path = Path.to(state, branch.number());
    for (var frame : branch.frames()) {
      if (frame instanceof Frame.Listen listen && !listen.isOver()) {
        var pointer = listen.entry().pointer();
        var position =
            new TaskPosition(pointer, path.iteration(path.depthOutside(pointer)), branch.number());
        for (int filter = 0; filter < listen.awaited().size(); filter++) {
          interests.add(
              new Interest(
                  listen.awaited().get(filter).channel(),
                  new Subscription(state.instanceId(), position, filter)));
        }
      }
    }
  }

  private static void children(
      WorkflowState before,
      List<WorkflowEvent> events,
      WorkflowState after,
      Set<InstanceId> ended,
      List<Effect> effects) {
    var awaited = new LinkedHashSet<InstanceId>(awaited(before));
    for (var event : events) {
      if (event instanceof ChildStarted it && it.isAwaited() && it.isCancelledWithParent()) {
        awaited.add(it.child());
      }
    }
    awaited.removeAll(awaited(after));
    awaited.removeAll(ended);
    awaited.forEach(child -> effects.add(new Effect.Tell(cancelChild(child))));
  }

  private static Set<InstanceId> awaited(WorkflowState state) {
    if (!(state instanceof Running running)) {
      return Set.of();
    }
    var children = new LinkedHashSet<InstanceId>();
    for (var branch : running.branches()) {
      for (var frame : branch.frames()) {
        if (frame instanceof Frame.Child child && child.isCancelledWithParent()) {
          children.add(child.child());
        }
      }
    }
    return children;
  }

  static WorkflowCommand cancelChild(InstanceId child) {
    return new WorkflowCommand.Cancel(child, "its parent no longer waits for it");
  }
}
