package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the journal of one instance amounts to. */
public sealed interface WorkflowState {

  record NotStarted() implements WorkflowState {}

  /** What stays as it was at the start. */
  record Run(
      InstanceId instanceId,
      DefinitionId definition,
      String planHash,
      String requestHash,
      Origin origin,
      JsonNode rawInput,
      JsonNode input,
      Instant startedAt) {}

  /** A signal that came before anybody listened. */
  record BufferedSignal(String name, JsonNode event) {}

  /**
   * A run this instance started and is answerable for.
   *
   * @param isCancelledWithParent whether it ends when this instance does
   */
  record ChildRun(InstanceId child, boolean isCancelledWithParent) {}

  /**
   * Leave to run, from the gate that counts the runs of one key.
   *
   * @param isGranted false while the instance queues for it
   */
  record Permit(String gate, boolean isGranted) {}

  /**
   * @param deadline of the workflow itself; null when it has none, or is ending
   * @param branches by their numbers, ascending; the first is the workflow's own
   * @param branchesBegun how many there have ever been; the number of the next
   * @param signals oldest first
   * @param children those it did not wait for
   * @param permit null when the definition does not limit its runs
   * @param suspendedAt null when it is not suspended
   * @param signalIds of the signals that came last, oldest first; at most {@link #SIGNAL_IDS_MAX}
   */
  record Running(
      Run run,
      JsonNode context,
      @Nullable Instant deadline,
      List<Branch> branches,
      int branchesBegun,
      UndoLog undo,
      List<BufferedSignal> signals,
      List<ChildRun> children,
      @Nullable Permit permit,
      @Nullable Instant suspendedAt,
      List<String> signalIds)
      implements WorkflowState {
    /** Signals that are recognised when they come again, whether they wait or have been taken. */
    public static final int SIGNAL_IDS_MAX = 256;

    public Running {
      signalIds = List.copyOf(signalIds);
      branches = List.copyOf(branches);
      signals = List.copyOf(signals);
      children = List.copyOf(children);
    }

    public InstanceId instanceId() {
      return run.instanceId();
    }

    /**
     * @throws IllegalStateException if there is no such branch
     */
    public Branch branch(int number) {
      for (var branch : branches) {
        if (branch.number() == number) {
          return branch;
        }
      }
      throw new IllegalStateException("no branch " + number + " in " + run.instanceId());
    }

    boolean has(int branch) {
      return branches.stream().anyMatch(each -> each.number() == branch);
    }

    /** Whether something keeps every task from going on. */
    public boolean isHeld() {
      return suspendedAt != null || isQueuing();
    }

    /** Whether it waits for leave to begin. */
    boolean isQueuing() {
      return permit != null && !permit.isGranted();
    }

    /**
     * Where to go on without waiting for anybody.
     *
     * @return the lowest branch that can; null when all of them wait
     */
    public @Nullable Integer runnableBranch() {
      if (isHeld()) {
        return null;
      }
      for (var branch : branches) {
        if (branch.frames().isEmpty() || branch.frames().getLast().isRunnable()) {
          return branch.number();
        }
      }
      return null;
    }

    public boolean isRunnable() {
      return runnableBranch() != null;
    }

    /** The end that is under way; null while the instance goes its ordinary way. */
    Frame.@Nullable Ending ending() {
      var frames = branches.getFirst().frames();
      return !frames.isEmpty() && frames.getFirst() instanceof Frame.Ending ending ? ending : null;
    }

    /** Puts the branch in its place, and drops the branches that are not under way any longer. */
    Running with(Branch changed) {
      var all = new ArrayList<Branch>(branches.size());
      for (var branch : branches) {
        var kept = branch.number() == changed.number() ? changed : branch;
        if (kept.isRoot() || isUnderWay(kept, all)) {
          all.add(kept);
        }
      }
      return changed(it -> it.branches = all);
    }

    Running withNew(Branch begun) {
      var all = new ArrayList<>(branches);
      all.add(begun);
      return changed(it -> {
        it.branches = all;
        it.branchesBegun = begun.number() + 1;
      });
    }

    private static boolean isUnderWay(Branch branch, List<Branch> known) {
      return known.stream()
          .filter(each -> each.number() == branch.parent())
          .flatMap(parent -> parent.frames().stream())
          .anyMatch(frame -> frame instanceof Frame.Fork fork && runs(fork, branch));
    }

    private static boolean runs(Frame.Fork fork, Branch branch) {
      return branch.lane() < fork.lanes().size()
          && fork.lanes().get(branch.lane()).equals(new Frame.Lane.Active(branch.number()));
    }

    Running withContext(@Nullable JsonNode exported) {
      return exported == null ? this : changed(it -> it.context = exported);
    }

    Running with(Run changed) {
      return changed(it -> it.run = changed);
    }

    Running with(UndoLog changed) {
      return changed(it -> it.undo = changed);
    }

    Running withDeadline(@Nullable Instant changed) {
      return changed(it -> it.deadline = changed);
    }

    Running withSignals(List<BufferedSignal> changed) {
      return changed(it -> it.signals = changed);
    }

    Running withChildren(List<ChildRun> changed) {
      return changed(it -> it.children = changed);
    }

    Running with(Permit changed) {
      return changed(it -> it.permit = changed);
    }

    Running withSuspended(@Nullable Instant since) {
      return changed(it -> it.suspendedAt = since);
    }

    Running withSignalIds(List<String> changed) {
      return changed(it -> it.signalIds = changed);
    }

    /** The one place that copies; a draft is seen by nobody but the change. */
    private Running changed(Consumer<Draft> change) {
      var draft = new Draft(this);
      change.accept(draft);
      return draft.running();
    }

    private static final class Draft {
      private Run run;
      private JsonNode context;
      private @Nullable Instant deadline;
      private List<Branch> branches;
      private int branchesBegun;
      private UndoLog undo;
      private List<BufferedSignal> signals;
      private List<ChildRun> children;
      private @Nullable Permit permit;
      private @Nullable Instant suspendedAt;
      private List<String> signalIds;

      private Draft(Running it) {
        run = it.run;
        context = it.context;
        deadline = it.deadline;
        branches = it.branches;
        branchesBegun = it.branchesBegun;
        undo = it.undo;
        signals = it.signals;
        children = it.children;
        permit = it.permit;
        suspendedAt = it.suspendedAt;
        signalIds = it.signalIds;
      }

      private Running running() {
        return new Running(
            run,
            context,
            deadline,
            branches,
            branchesBegun,
            undo,
            signals,
            children,
            permit,
            suspendedAt,
            signalIds);
      }
    }
  }

  /**
   * Kept after the end, so that a repeated start or a late answer is recognised.
   *
   * @param undoable what a parent may still ask to be undone; null when there is nothing
   */
  record Finished(
      InstanceId instanceId,
      DefinitionId definition,
      String requestHash,
      Outcome outcome,
      Instant startedAt,
      Instant finishedAt,
      @Nullable Running undoable)
      implements WorkflowState {}
}
