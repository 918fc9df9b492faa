package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.ChildEnded;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.DeliverEvent;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.GrantPermit;
import dev.millrace.core.workflow.WorkflowCommand.RefusePermit;
import dev.millrace.core.workflow.WorkflowCommand.ReleaseChild;
import dev.millrace.core.workflow.WorkflowCommand.Resume;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import dev.millrace.core.workflow.WorkflowCommand.Signal;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.Suspend;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import dev.millrace.core.workflow.WorkflowState.Running;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands to an instance that is under way. */
record Live(Plan plan, Running running, Instant now, Limits limits) {

  Decision decide(WorkflowCommand command) {
    return switch (command) {
      case CompleteStage answer -> complete(answer);
      case Cancel cancel -> cancel(cancel);
      case FireTimers _ -> fire();
      case Continue _ -> goOn();
      case DeliverEvent event -> deliver(event);
      case Signal signal -> signal(signal);
      case Suspend suspend -> suspend(suspend);
      case Resume _ -> resume();
      case ChildEnded ended -> childEnded(ended);
      case SettleCompensation ruling -> settle(ruling);
      case GrantPermit granted -> granted(granted);
      case RefusePermit refused -> refused(refused);
      case Start _, UndoChild _, ReleaseChild _ -> throw new IllegalStateException();
    };
  }

  private Transition transition() {
    return new Transition(plan, running, now, limits);
  }

  private Decision complete(CompleteStage answer) {
    if (!(at(answer.position()) instanceof Frame.Call call)
        || call.retryAt() != null
        || call.attempt() != answer.attempt()) {
      return Workflow.stale(answer.position() + " does not wait for attempt " + answer.attempt());
    }
    var transition = transition();
    new Interpreter(transition).answered(answer.position().branch(), call, answer.answer());
    return transition.accepted();
  }

  /** The innermost task of a branch, if it is the one at that position. */
  private @Nullable Frame at(TaskPosition position) {
    if (!running.has(position.branch())) {
      return null;
    }
    var path = Path.to(running, position.branch());
    var frame = path.innermost();
    return frame != null
            && frame.entry().pointer().equals(position.pointer())
            && path.iteration(path.frames().size() - 1).equals(position.iteration())
        ? frame
        : null;
  }

  private Decision cancel(Cancel cancel) {
    if (running.ending() != null) {
      return Workflow.stale("instance " + cancel.instanceId() + " is coming to its end");
    }
    var transition = transition();
    new Interpreter(transition).abort(new Outcome.Cancelled(cancel.reason()));
    return transition.accepted();
  }

  private Decision fire() {
    var due = Deadlines.next(running);
    if (due == null || due.isAfter(now)) {
      return Workflow.stale("nothing is due at " + now);
    }
    var transition = transition();
    new Interpreter(transition).timeHasCome();
    return transition.accepted();
  }

  private Decision goOn() {
    if (!running.isRunnable()) {
      return Workflow.stale("the instance has nothing to go on with");
    }
    var transition = transition();
    new Interpreter(transition).goOn();
    return transition.accepted();
  }

  private Decision deliver(DeliverEvent event) {
    var listen = listenAt(event.position());
    if (listen == null || listen.isOver()) {
      return Workflow.stale(event.position() + " does not listen", Workflow.returned(event));
    }
    var transition = transition();
    var taken =
        new Interpreter(transition)
            .delivered(event.position().branch(), listen, event.filter(), event.event());
    return taken
        ? transition.accepted()
        : Workflow.stale(event.position() + " does not wait for this event", List.of());
  }

  /** It may be handling an event, and so not be the innermost task. */
  private Frame.@Nullable Listen listenAt(TaskPosition position) {
    if (!running.has(position.branch())) {
      return null;
    }
    var path = Path.to(running, position.branch());
    var depth = path.depthOutside(position.pointer());
    return depth < path.frames().size()
            && path.frames().get(depth) instanceof Frame.Listen listen
            && path.iteration(depth).equals(position.iteration())
        ? listen
        : null;
  }

  private Decision signal(Signal signal) {
    var isKnown =
        plan.tasks().values().stream()
            .anyMatch(task ->
                task instanceof TaskPlan.Listen listen && signal.name().equals(listen.signal()));
    if (!isKnown) {
      return new Rejected(
          Reason.UNKNOWN_INSTANCE,
          "workflow " + running.run().definition() + " has no signal '" + signal.name() + "'");
    }
    if (hasCome(signal.id())) {
      return Workflow.stale("signal " + signal.id() + " has come already");
    }
    var transition = transition();
    var interpreter = new Interpreter(transition);
    if (running.signals().size() >= limits.signalsMax() && !interpreter.listensFor(signal.name())) {
      return new Rejected(
          Reason.FULL, "more than signalsMax = " + limits.signalsMax() + " signals wait");
    }
    transition.record(new WorkflowEvent.SignalReceived(signal.name(), signal.id(), now));
    var event = CloudEvents.ofSignal(signal.name(), signal.id(), signal.data(), running.run(), now);
    interpreter.signalled(signal.name(), event);
    return transition.accepted();
  }

  /** One that waits may have been buffered by an engine that did not note ids. */
  private boolean hasCome(String id) {
    return running.signalIds().contains(id)
        || running.signals().stream().anyMatch(it -> it.event().path("id").asText().equals(id));
  }

  private Decision suspend(Suspend suspend) {
    if (running.suspendedAt() != null) {
      return Workflow.stale("instance " + suspend.instanceId() + " is suspended");
    }
    var transition = transition();
    transition.record(new WorkflowEvent.Suspended(suspend.reason(), now));
    return transition.accepted();
  }

  private Decision resume() {
    if (running.suspendedAt() == null) {
      return Workflow.stale("instance " + running.instanceId() + " is not suspended");
    }
    var transition = transition();
    transition.record(new WorkflowEvent.Resumed(now));
    new Interpreter(transition).goOn();
    return transition.accepted();
  }

  private Decision childEnded(ChildEnded ended) {
    var branch = ended.position().branch();
    var transition = transition();
    var interpreter = new Interpreter(transition);
    switch (at(ended.position())) {
      case Frame.Child child when child.child().equals(ended.child()) ->
          interpreter.childEnded(branch, child, ended.outcome(), ended.isUndoable());
      case Frame.Compensation it when isWith(it, ended.child()) ->
          interpreter.childUndone(branch, it, ended);
      case null, default -> {
        return Workflow.stale(
            ended.position() + " does not wait for " + ended.child(), Workflow.released(ended));
      }
    }
    return transition.accepted();
  }

  private static boolean isWith(Frame.Compensation it, InstanceId child) {
    return it.phase() instanceof Frame.Step.WithChild(var awaited) && awaited.equals(child);
  }

  private Decision settle(SettleCompensation ruling) {
    var task = ruling.task();
    var meant =
        StuckCompensation.of(running).stream()
            .filter(it -> task == null || it.isOf(task))
            .findFirst();
    if (meant.isPresent()) {
      var it = meant.get();
      var transition = transition();
      new Interpreter(transition).ruled(it.branch(), it.frame(), ruling.ruling(), ruling.reason());
      return transition.accepted();
    }
    var which = task == null ? "" : " of task '" + task + "'";
    return Workflow.stale(
        "no compensation" + which + " in " + ruling.instanceId() + " waits for a decision");
  }

  private Decision granted(GrantPermit granted) {
    if (!isAskedFor(granted.gate())) {
      return Workflow.stale("the instance does not wait at gate " + granted.gate());
    }
    var transition = transition();
    transition.record(new WorkflowEvent.PermitGranted(granted.gate(), now));
    new Interpreter(transition).goOn();
    return transition.accepted();
  }

  private Decision refused(RefusePermit refused) {
    if (!isAskedFor(refused.gate())) {
      return Workflow.stale("the instance does not wait at gate " + refused.gate());
    }
    var transition = transition();
    transition.finish(new Outcome.Failed(Errors.full(refused.detail())));
    return transition.accepted();
  }

  private boolean isAskedFor(String gate) {
    var permit = running.permit();
    return permit != null && !permit.isGranted() && permit.gate().equals(gate);
  }
}
