package dev.millrace.core.workflow;

import dev.millrace.core.workflow.WorkflowEvent.EventConsumed;
import dev.millrace.core.workflow.WorkflowEvent.EventHandled;
import dev.millrace.core.workflow.WorkflowEvent.EventHandlingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ListenStarted;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.SignalReceived;
import dev.millrace.core.workflow.WorkflowState.BufferedSignal;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The fold over events and signals: what a task that listens has heard. */
final class ListenEvolution {
  private ListenEvolution() {}

  static Running listening(Running state, ListenStarted e) {
    var entry = Evolution.entry(state, e.position(), e.input(), e.deadline(), e.at());
    return Evolution.push(
        state,
        e.position(),
        new Frame.Listen(
            entry,
            e.awaited(),
            Set.of(),
            List.of(),
            List.of(),
            null,
            0,
            false,
            Cursor.start(entry.input())));
  }

  /** It may be handling an event already, so what runs inside goes on. */
  static Running consumed(Running state, EventConsumed e) {
    var branch = state.branch(e.position().branch());
    var changed =
        state.with(
            branch.change(e.position().pointer(), frame -> consumed((Frame.Listen) frame, e)));
    return e.signal() == null ? changed : withoutSignal(changed, e.signal());
  }

  private static Frame consumed(Frame.Listen it, EventConsumed e) {
    var item = e.item();
    return new Frame.Listen(
        it.entry(),
        expecting(it.awaited(), e),
        with(it.satisfied(), e.filter()),
        item == null || e.isHandled() ? it.results() : appended(it.results(), item),
        item != null && e.isHandled() ? appended(it.queue(), item) : it.queue(),
        it.handling(),
        it.handled(),
        it.isOver() || e.isOver(),
        it.cursor());
  }

  private static List<Awaited> expecting(List<Awaited> awaited, EventConsumed e) {
    if (e.filter() >= awaited.size()) {
      return awaited;
    }
    var changed = new ArrayList<>(awaited);
    changed.set(e.filter(), new Awaited(awaited.get(e.filter()).channel(), e.expected()));
    return changed;
  }

  private static Set<Integer> with(Set<Integer> some, int more) {
    var all = new HashSet<>(some);
    all.add(more);
    return all;
  }

  static <T> List<T> appended(List<T> some, T more) {
    var all = new ArrayList<>(some);
    all.add(more);
    return all;
  }

  static Running handling(Running state, EventHandlingStarted e) {
    return Evolution.change(
        state,
        e.position(),
        frame -> {
          var it = (Frame.Listen) frame;
          var item = it.queue().getFirst();
          return new Frame.Listen(
              it.entry(),
              it.awaited(),
              it.satisfied(),
              it.results(),
              it.queue().subList(1, it.queue().size()),
              item,
              it.handled(),
              it.isOver(),
              Cursor.start(item));
        });
  }

  static Running handled(Running state, EventHandled e) {
    return Evolution.change(
            state,
            e.position(),
            frame -> {
              var it = (Frame.Listen) frame;
              var output = e.output() == null ? it.cursor().value() : e.output();
              return new Frame.Listen(
                  it.entry(),
                  it.awaited(),
                  it.satisfied(),
                  appended(it.results(), output),
                  it.queue(),
                  null,
                  it.handled() + 1,
                  it.isOver(),
                  it.cursor());
            })
        .withContext(e.context());
  }

  /** A bound of the fold, like what it folds: it must not change with an engine's settings. */
  static Running received(Running state, SignalReceived e) {
    var ids = appended(state.signalIds(), e.id());
    var surplus = Math.max(0, ids.size() - Running.SIGNAL_IDS_MAX);
    return state.withSignalIds(ids.subList(surplus, ids.size()));
  }

  static Running buffered(Running state, SignalBuffered e) {
    return state.withSignals(appended(state.signals(), new BufferedSignal(e.name(), e.event())));
  }

  private static Running withoutSignal(Running state, String name) {
    var left = new ArrayList<>(state.signals());
    for (int i = 0; i < left.size(); i++) {
      if (left.get(i).name().equals(name)) {
        left.remove(i);
        break;
      }
    }
    return state.withSignals(left);
  }
}
