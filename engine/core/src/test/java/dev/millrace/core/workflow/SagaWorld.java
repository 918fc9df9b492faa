package dev.millrace.core.workflow;

import static dev.millrace.core.workflow.InstanceUnderTest.ID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowState.Finished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is around one instance of a saga: stages and other workflows with a ledger of what they did
 * and undid, time, and a person who decides about compensations that are stuck.
 */
final class SagaWorld {
  private final InstanceUnderTest run;

  /** Names of what was done: a request's key, or the id of a run that did something. */
  private final Set<String> done = new HashSet<>();

  private final Map<String, Integer> undone = new HashMap<>();
  private final Set<String> undoKeys = new HashSet<>();
  private final Map<InstanceId, TaskPosition> children = new LinkedHashMap<>();
  private final Map<InstanceId, TaskPosition> childrenToUndo = new LinkedHashMap<>();

  /** Runs that ended with nothing to undo, and were asked to because nobody had heard of it yet. */
  private final Set<String> idle = new HashSet<>();

  private int heard;

  enum Move {
    COMPLETE,
    COMPLETE_LAST,
    REFUSE,
    UNAVAILABLE,
    UNKNOWN,
    TIME,
    REPLACE_ENGINE,
    CANCEL,
    SKIP,
    RESOLVE
  }

  SagaWorld(InstanceUnderTest run) {
    this.run = run;
    listen();
  }

  boolean isOver() {
    return run.state() instanceof Finished;
  }

  void make(Move move, int turn) {
    decideWhatIsStuck(move);
    if (isOver()) {
      return;
    }
    switch (move) {
      case COMPLETE, COMPLETE_LAST, REFUSE, UNAVAILABLE, UNKNOWN -> answerOne(move, turn);
      case TIME -> run.after(Duration.ofMinutes(10));
      case REPLACE_ENGINE ->
          assertThat(Workflow.replay(new WorkflowState.NotStarted(), run.journal()))
              .isEqualTo(run.state());
      case CANCEL -> run.isCancelled();
      case SKIP, RESOLVE -> {}
    }
    listen();
  }

  /** One that nobody has stuck is refused, which changes nothing. */
  private void decideWhatIsStuck(Move move) {
    var ruling =
        switch (move) {
          case SKIP -> isUndoneAlready() ? Ruling.RESOLVE : Ruling.SKIP;
          case RESOLVE -> Ruling.RESOLVE;
          case COMPLETE,
              COMPLETE_LAST,
              REFUSE,
              UNAVAILABLE,
              UNKNOWN,
              TIME,
              REPLACE_ENGINE,
              CANCEL ->
              Ruling.RETRY;
        };
    run.apply(new SettleCompensation(ID, ruling, "looked at it"));
    listen();
  }

  /** Nobody leaves undone what has been undone and was not heard of. */
  private boolean isUndoneAlready() {
    return run.state() instanceof WorkflowState.Running running
        && StuckCompensation.of(running).stream()
            .anyMatch(it -> undone.containsKey(name(it.undo())));
  }

  private void answerOne(Move move, int turn) {
    var requests = run.awaited();
    var waiting = requests.size() + children.size() + childrenToUndo.size();
    if (waiting == 0) {
      run.after(Duration.ofMinutes(10));
      return;
    }
    var chosen = move == Move.COMPLETE_LAST ? waiting - 1 : turn % waiting;
    if (chosen < requests.size()) {
      answer(requests.get(chosen), move);
    } else if (chosen < requests.size() + children.size()) {
      endChild(List.copyOf(children.keySet()).get(chosen - requests.size()), move);
    } else {
      undoChild(childrenToUndo.keySet().iterator().next(), move);
    }
  }

  // Stages.

  private void answer(StageRequest request, Move move) {
    var answer =
        switch (move) {
          case REFUSE -> new StageAnswer.Refused(error(409));
          case UNAVAILABLE -> new StageAnswer.Unavailable(error(503), Duration.ZERO);
          case UNKNOWN -> unknown(request);
          case COMPLETE, COMPLETE_LAST, TIME, REPLACE_ENGINE, CANCEL, SKIP, RESOLVE ->
              new StageAnswer.Completed(carryOut(request));
        };
    run.apply(InstanceUnderTest.answerTo(request, answer));
  }

  /** It has been done, or undone, and nobody hears of it. */
  private StageAnswer unknown(StageRequest request) {
    if (request.arguments().has("undo")) {
      carryOut(request);
    }
    return new StageAnswer.Unknown(Kind.TIMEOUT.error("silence"));
  }

  private com.fasterxml.jackson.databind.JsonNode carryOut(StageRequest request) {
    var key = request.idempotencyKey();
    if (request.arguments().has("undo")) {
      if (undoKeys.add(key)) {
        undone.merge(request.arguments().path("undo").asText(), 1, Integer::sum);
      }
      return InstanceUnderTest.yaml("{}");
    }
    done.add(key);
    return InstanceUnderTest.yaml("{ id: '" + key + "' }");
  }

  private static WorkflowError error(int status) {
    return Kind.COMMUNICATION.error(status, "no");
  }

  // Other workflows.

  private void listen() {
    for (; heard < run.told().size(); heard++) {
      switch (run.told().get(heard)) {
        case Start(var id, _, _, Origin.ByParent by) -> children.put(id, by.position());
        case Cancel(var id, _) -> children.remove(id);
        case UndoChild(var id, var by) -> {
          if (children.remove(id) != null) {
            done.add(id.value()); // it is under way, and has done something already
          } else if (!done.contains(id.value())) {
            idle.add(id.value());
          }
          childrenToUndo.put(id, by.position());
        }
        case WorkflowCommand _ -> {}
      }
    }
  }

  /** One that is refused something fails, and has done something nevertheless. */
  private void endChild(InstanceId child, Move move) {
    var position = Objects.requireNonNull(children.remove(child));
    var outcome =
        switch (move) {
          case REFUSE, UNAVAILABLE, UNKNOWN -> new Outcome.Failed(error(500));
          case COMPLETE, COMPLETE_LAST, TIME, REPLACE_ENGINE, CANCEL, SKIP, RESOLVE ->
              new Outcome.Completed(InstanceUnderTest.yaml("{}"));
        };
    var isUndoable = move != Move.UNAVAILABLE;
    if (isUndoable) {
      done.add(child.value());
    }
    run.apply(new ChildEnded(ID, position, child, outcome, isUndoable));
  }

  private void undoChild(InstanceId child, Move move) {
    var position = Objects.requireNonNull(childrenToUndo.remove(child));
    var cause = new Outcome.Cancelled("its parent wants it undone");
    var outcome =
        switch (move) {
          case REFUSE, UNAVAILABLE, UNKNOWN ->
              new Outcome.CompensationFailed(cause, List.of(), List.of(), error(500), true);
          case COMPLETE, COMPLETE_LAST, TIME, REPLACE_ENGINE, CANCEL, SKIP, RESOLVE -> {
            if (!idle.contains(child.value()) && undoKeys.add(child.value())) {
              undone.merge(child.value(), 1, Integer::sum);
            }
            yield new Outcome.Compensated(cause, List.of());
          }
        };
    run.apply(new ChildEnded(ID, position, child, outcome, false));
  }

  // What has to be true in the end.

  /** Of a workflow that undoes itself when it is aborted. */
  void checkWhole() {
    var settled = settled();
    var story = journal();
    switch (run.outcome()) {
      case Outcome.Completed _ -> assertThat(done).as(story).containsAll(undone.keySet());
      case Outcome.Aborted _ -> assertThat(done).as(story).isEmpty();
      case Outcome.Compensated _ -> {
        assertThat(settled.keySet()).as(story).isNotEmpty().containsAll(done);
        assertThat(settled.keySet())
            .as(story)
            .allMatch(it -> done.contains(it) != idle.contains(it));
        assertThat(settled.values()).as(story).doesNotContain(Settlement.SKIPPED);
        checkEffects(settled, story);
      }
      case Outcome.CompensationFailed it -> {
        assertThat(it.isFinal()).isTrue();
        assertThat(settled.values()).as(story).contains(Settlement.SKIPPED);
        checkEffects(settled, story);
      }
    }
  }

  /** What the journal calls undone has been, once; what a person decided, at most once. */
  private void checkEffects(Map<String, Settlement> settled, String story) {
    assertThat(undone.values()).as(story).allMatch(times -> times == 1);
    settled.forEach((what, settlement) -> {
      if (settlement == Settlement.UNDONE && !idle.contains(what)) {
        assertThat(undone).as(story).containsKey(what);
      }
    });
    assertThat(settled.keySet()).as(story).containsAll(undone.keySet());
  }

  private Map<String, Settlement> settled() {
    var names = new HashMap<Integer, String>();
    var settled = new LinkedHashMap<String, Settlement>();
    for (var event : run.journal()) {
      switch (event) {
        case CompensationRegistered(var undo, _) -> names.put(undo.number(), name(undo));
        case CompensationStepSettled it -> settled.put(names.get(it.step()), it.settlement());
        case WorkflowEvent _ -> {}
      }
    }
    return settled;
  }

  private static String name(Undo undo) {
    return switch (undo.action()) {
      case Undo.Action.Call(_, var arguments) -> arguments.path("id").asText();
      case Undo.Action.ByChild(var child) -> child.value();
    };
  }

  /**
   * When something is undone, everything that completed after it in its branch has been, and in the
   * branches that began there; and nothing is undone twice.
   */
  void checkOrder() {
    var open = new TreeMap<Integer, Undo>();
    for (var event : run.journal()) {
      switch (event) {
        case CompensationRegistered(var undo, _) -> {
          open.values().removeIf(it -> name(it).equals(name(undo)));
          open.put(undo.number(), undo);
        }
        case CompensationStepSettled it -> {
          assertThat(open).as("what is open\n%s", journal()).containsKey(it.step());
          var undo = Objects.requireNonNull(open.remove(it.step()));
          assertThat(open.tailMap(it.step()).values())
              .as("nothing later is left when step %d is undone\n%s", it.step(), journal())
              .noneMatch(later -> isOneAfterTheOther(undo, later));
        }
        case WorkflowEvent _ -> {}
      }
    }
  }

  private static boolean isOneAfterTheOther(Undo one, Undo other) {
    var length = Math.min(one.branches().size(), other.branches().size());
    return one.branches().subList(0, length).equals(other.branches().subList(0, length));
  }

  /** What is left was done in scopes that have completed, or that have not promised anything. */
  void checkAbortedScopes() {
    var left = new ArrayList<Undo>();
    for (var event : run.journal()) {
      switch (event) {
        case CompensationRegistered(var undo, _) -> {
          left.removeIf(it -> name(it).equals(name(undo)));
          left.add(undo);
        }
        case CompensationStepSettled it -> left.removeIf(undo -> undo.number() == it.step());
        case WorkflowEvent _ -> {}
      }
    }
    for (var undo : left) {
      assertThat(promising(undo))
          .as("scopes around %s that completed\n%s", undo.position(), journal())
          .allMatch(scope -> hasCompletedAfter(undo, scope));
    }
  }

  private List<String> promising(Undo undo) {
    var scopes = new ArrayList<String>();
    var pointer = undo.position().pointer();
    for (int end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      var around = pointer.substring(0, end);
      if (run.plan().tasks().containsKey(around)
          && run.plan().task(around).common().profile().isUndoneOnAbort()) {
        scopes.add(around);
      }
    }
    return scopes;
  }

  private boolean hasCompletedAfter(Undo undo, String scope) {
    var registered = false;
    for (var event : run.journal()) {
      switch (event) {
        case CompensationRegistered it -> registered |= it.undo().equals(undo);
        case TaskCompleted it -> {
          if (registered && it.position().pointer().equals(scope)) {
            return true;
          }
        }
        case WorkflowEvent _ -> {}
      }
    }
    return false;
  }

  private String journal() {
    var lines = new StringBuilder();
    run.journal().forEach(event -> lines.append(event).append('\n'));
    return lines.toString();
  }
}
