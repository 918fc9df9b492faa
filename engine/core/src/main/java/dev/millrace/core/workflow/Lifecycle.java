package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.LifecycleEvent.Type;
import dev.millrace.core.workflow.WorkflowEvent.BranchCompleted;
import dev.millrace.core.workflow.WorkflowEvent.BranchFailed;
import dev.millrace.core.workflow.WorkflowEvent.BranchStarted;
import dev.millrace.core.workflow.WorkflowEvent.ChildStarted;
import dev.millrace.core.workflow.WorkflowEvent.CleanupStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationByChildRequested;
import dev.millrace.core.workflow.WorkflowEvent.CompensationEnded;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStuck;
import dev.millrace.core.workflow.WorkflowEvent.EndingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.EventConsumed;
import dev.millrace.core.workflow.WorkflowEvent.EventHandled;
import dev.millrace.core.workflow.WorkflowEvent.EventHandlingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ForkEntered;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.ListenStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.PermitGranted;
import dev.millrace.core.workflow.WorkflowEvent.PermitRequested;
import dev.millrace.core.workflow.WorkflowEvent.Released;
import dev.millrace.core.workflow.WorkflowEvent.Resumed;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.SignalBuffered;
import dev.millrace.core.workflow.WorkflowEvent.SignalReceived;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.Suspended;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.UndoRequested;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Run;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the outside is told of a transition, in the words of the specification. Read off the facts,
 * so that what is told and what happened cannot differ.
 */
public final class Lifecycle {
  private static final ObjectNode NOTHING_MORE = LifecycleLog.data();

  private final LifecycleLog log;
  private final boolean isQueued;

  private Lifecycle(LifecycleLog log, boolean isQueued) {
    this.log = log;
    this.isQueued = isQueued;
  }

  /**
   * The lifecycle events of one transition, in their order.
   *
   * @param before the state the transition began with
   * @param entry what the journal says of it
   */
  public static List<LifecycleEvent> of(
      Plan plan, WorkflowState before, JournalEntry entry, LifecycleLevel level) {
    var run = level == LifecycleLevel.NONE ? null : run(before, entry);
    if (run == null) {
      return List.of();
    }
    var log = new LifecycleLog(run, entry);
    var isQueued = entry.events().stream().anyMatch(PermitRequested.class::isInstance);
    var ofWorkflow = new Lifecycle(log, isQueued);
    var ofTasks = level == LifecycleLevel.TASKS ? new TaskLifecycle(plan, before, log) : null;
    for (int i = 0; i < entry.events().size(); i++) {
      log.nextFact(i);
      var event = entry.events().get(i);
      if (ofTasks != null) {
        ofTasks.tell(event);
      }
      ofWorkflow.tell(event);
    }
    return log.events();
  }

  /**
   * @return null when the instance has ended for good: then nothing changes that anybody is told
   */
  private static @Nullable Run run(WorkflowState before, JournalEntry entry) {
    return switch (before) {
      case Running running -> running.run();
      case Finished finished -> finished.undoable() == null ? null : finished.undoable().run();
      case NotStarted _ ->
          Workflow.evolve(before, entry.events().getFirst()) instanceof Running running
              ? running.run()
              : null;
    };
  }

  private void tell(WorkflowEvent event) {
    switch (event) {
      case WorkflowStarted e when !isQueued -> started(e.at());
      case PermitGranted e -> started(e.at());
      case Suspended e -> tell(Type.WORKFLOW_SUSPENDED, "suspendedAt", e.at());
      case Resumed e -> tell(Type.WORKFLOW_RESUMED, "resumedAt", e.at());
      case ListenStarted e ->
          log.ofWorkflow(
              Type.WORKFLOW_CORRELATION_STARTED, "startedAt", e.at(), task(e.position().pointer()));
      case EventConsumed e when e.isOver() ->
          log.ofWorkflow(Type.WORKFLOW_CORRELATION_COMPLETED, "completedAt", e.at(), keys(e));
      case WorkflowFinished e -> ended(e.outcome(), e.at());
      case WorkflowStarted _,
          TaskSkipped _,
          ScopeEntered _,
          LoopEntered _,
          IterationStarted _,
          TryEntered _,
          StageRequested _,
          StageRetryScheduled _,
          StageRetried _,
          WaitStarted _,
          TaskCompleted _,
          TaskFailed _,
          ErrorCaught _,
          RetryScheduled _,
          TryRetried _,
          ForkEntered _,
          BranchStarted _,
          BranchCompleted _,
          BranchFailed _,
          EventConsumed _,
          EventHandlingStarted _,
          EventHandled _,
          SignalReceived _,
          SignalBuffered _,
          ChildStarted _,
          CompensationRegistered _,
          CompensationStarted _,
          CompensationStepStarted _,
          CompensationByChildRequested _,
          CompensationStepSettled _,
          CompensationRetryScheduled _,
          CompensationStuck _,
          CompensationEnded _,
          EndingStarted _,
          CleanupStarted _,
          PermitRequested _,
          UndoRequested _,
          Released _ -> {}
    }
  }

  private void tell(Type type, String when, Instant at) {
    log.ofWorkflow(type, when, at, NOTHING_MORE);
  }

  /** Not before it may run: an instance that queues is pending. */
  private void started(Instant at) {
    log.ofWorkflow(Type.WORKFLOW_STARTED, "startedAt", at, log.definition());
  }

  private static ObjectNode task(String pointer) {
    return LifecycleLog.data().put("task", pointer);
  }

  private static ObjectNode keys(EventConsumed e) {
    var data = task(e.position().pointer());
    var keys = LifecycleLog.data();
    e.expected().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(key -> keys.set(key.getKey(), key.getValue()));
    var isSmall =
        JsonWeight.of(keys, LifecycleLog.OUTPUT_BYTES_MAX) <= LifecycleLog.OUTPUT_BYTES_MAX;
    return keys.isEmpty() || !isSmall ? data : data.set("correlationKeys", keys);
  }

  // The end. What the specification has no word for is told by the nearest, and by our own beside.

  private void ended(Outcome outcome, Instant at) {
    switch (outcome) {
      case Outcome.Completed(var output) ->
          end(Type.WORKFLOW_COMPLETED, "completedAt", at, outcome, log.output(output));
      case Outcome.Failed(var error) -> faulted(at, outcome, error);
      case Outcome.Cancelled(var reason) -> cancelled(at, outcome, reason);
      case Outcome.Compensated(var cause, _) -> undone(at, outcome, cause);
      case Outcome.CompensationFailed it -> faulted(at, outcome, it.error());
    }
  }

  /** It ended as it would have without anything to undo, and that has been undone. */
  private void undone(Instant at, Outcome outcome, Outcome.Aborted cause) {
    switch (cause) {
      case Outcome.Failed(var error) -> faulted(at, outcome, error);
      case Outcome.Cancelled(var reason) -> cancelled(at, outcome, reason);
    }
  }

  private void faulted(Instant at, Outcome outcome, WorkflowError error) {
    end(Type.WORKFLOW_FAULTED, "faultedAt", at, outcome, LifecycleLog.error(error));
  }

  private void cancelled(Instant at, Outcome outcome, String reason) {
    var data = LifecycleLog.data().put("reason", LifecycleLog.cut(reason));
    end(Type.WORKFLOW_CANCELLED, "cancelledAt", at, outcome, data);
  }

  private void end(Type type, String when, Instant at, Outcome outcome, ObjectNode data) {
    log.ofWorkflow(type, when, at, data.put("outcome", outcome.status()));
  }
}
