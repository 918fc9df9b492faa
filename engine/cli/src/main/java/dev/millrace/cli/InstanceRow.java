package dev.millrace.cli;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.StuckCompensation;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one instance stands, for a list of many.
 *
 * @param state RUNNING, SUSPENDED, QUEUED, WAITS_FOR_PERSON, or how it ended, e.g. COMPLETED
 * @param details what each branch waits for, or why it ended as it did
 * @param since of its last entry in the journal
 */
record InstanceRow(
    InstanceId instanceId,
    DefinitionId workflow,
    String state,
    List<String> details,
    Instant startedAt,
    Instant since) {
  private static final String RUNNING = "RUNNING";
  private static final String SUSPENDED = "SUSPENDED";
  private static final String QUEUED = "QUEUED";
  private static final String WAITS_FOR_PERSON = "WAITS_FOR_PERSON";
  private static final String COMPLETED = "COMPLETED";

  /**
   * @return empty when it has not begun
   */
  static Optional<InstanceRow> of(WorkflowState state, Instant since) {
    return switch (state) {
      case NotStarted _ -> Optional.empty();
      case Running it ->
          Optional.of(
              new InstanceRow(
                  it.instanceId(),
                  it.run().definition(),
                  state(it),
                  waits(it),
                  it.run().startedAt(),
                  since));
      case Finished it ->
          Optional.of(
              new InstanceRow(
                  it.instanceId(),
                  it.definition(),
                  it.outcome().status(),
                  reasons(it.outcome()),
                  it.startedAt(),
                  since));
    };
  }

  boolean isUnderWay() {
    return switch (state) {
      case RUNNING, SUSPENDED, QUEUED, WAITS_FOR_PERSON -> true;
      default -> false;
    };
  }

  /** Whether somebody should look: it did not complete, or cannot go on without a person. */
  boolean hasFailed() {
    return state.equals(WAITS_FOR_PERSON) || !isUnderWay() && !state.equals(COMPLETED);
  }

  private static String state(Running it) {
    if (it.suspendedAt() != null) {
      return SUSPENDED;
    }
    var permit = it.permit();
    if (permit != null && !permit.isGranted()) {
      return QUEUED;
    }
    return StuckCompensation.of(it).isEmpty() ? RUNNING : WAITS_FOR_PERSON;
  }

  private static List<String> waits(Running it) {
    var stuck =
        StuckCompensation.of(it).stream()
            .map(each -> each.position().taskName() + " is not undone");
    var others = it.branches().stream().map(InstanceRow::wait).flatMap(Optional::stream);
    return Stream.concat(stuck, others).toList();
  }

  /** What the innermost task of a branch waits for; empty when others wait for it. */
  private static Optional<String> wait(Branch branch) {
    if (branch.frames().isEmpty()) {
      return Optional.empty();
    }
    var frame = branch.frames().getLast();
    var what = what(frame);
    return what == null
        ? Optional.empty()
        : Optional.of(new TaskPosition(frame.entry().pointer(), "").taskName() + " " + what);
  }

  private static @Nullable String what(Frame frame) {
    return switch (frame) {
      case Frame.Call it when it.retryAt() != null ->
          "asks stage " + it.stage() + " again at " + it.retryAt();
      case Frame.Call it -> "waits for stage " + it.stage();
      case Frame.Wait it -> "waits until " + it.until();
      case Frame.Listen _ -> "listens";
      case Frame.Child it -> "waits for " + it.child();
      case Frame.Try(_, _, Frame.Phase.BackingOff pause, _) -> "tries again at " + pause.until();
      case Frame.Compensation it -> what(it.phase());
      case Frame.Do _, Frame.For _, Frame.Try _, Frame.Fork _, Frame.Ending _ -> null;
    };
  }

  private static @Nullable String what(Frame.Step step) {
    return switch (step) {
      case Frame.Step.WithChild it -> "waits for " + it.child() + " to undo what it did";
      case Frame.Step.BackingOff it -> "undoes again at " + it.until();
      case Frame.Step.Next _, Frame.Step.Running _, Frame.Step.Stuck _ -> null;
    };
  }

  private static List<String> reasons(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> List.of();
      case Outcome.Failed it -> List.of(EventLine.error(it.error()));
      case Outcome.Cancelled it -> List.of(it.reason());
      case Outcome.Compensated it -> reasons(it.cause());
      case Outcome.CompensationFailed it -> List.of(EventLine.error(it.error()));
    };
  }
}
