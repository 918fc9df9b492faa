package dev.millrace.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.CoordinationCommand.WhenFull;
import dev.millrace.core.coordination.Row;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Afterwards;
import dev.millrace.core.workflow.Awaited;
import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.UndoLog;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** At least one value of every record that travels, with every optional part both ways. */
final class Samples {
  static final Topics TOPICS = new Topics("shop");
  static final InstanceId ORDER = new InstanceId("order-4711-ü");
  static final Instant AT = Instant.parse("2026-11-21T07:00:00.123Z");
  static final Instant LATER = AT.plusSeconds(90);
  static final DefinitionId DEFINITION = new DefinitionId("shop", "order", "1.2.3");
  static final TaskPosition CHARGE = new TaskPosition("/do/0/rounds/do/1/charge", "2.0");
  static final TaskPosition TOP = new TaskPosition("/do/0/rounds", "");
  static final StageName CARDS = new StageName("charge-card");
  static final JsonNode JSON =
      json("{\"order\":{\"id\":\"ß→漢🎉\",\"total\":12.5,\"items\":[1,2147483648,null,true]}}");
  static final JsonNode NULL = json("null");
  static final WorkflowError ERROR =
      new WorkflowError("https://example.com/declined", 402, "Declined", "no funds", "/do/0");
  static final WorkflowError BARE_ERROR =
      new WorkflowError("https://example.com/declined", 402, "Declined", null, null);

  static final InstanceId CHILD = new InstanceId("order-4711-ü/ship");
  static final TaskPosition IN_BRANCH = new TaskPosition("/do/2/ship", "r1.3", 7);
  static final JsonNode EVENT =
      json(
          "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\","
              + "\"type\":\"com.example.paid\",\"data\":{\"amount\":12.5}}");
  static final Origin.ByParent BY_PARENT = new Origin.ByParent(CHILD, IN_BRANCH, true);
  static final Origin BY_SCHEDULE = new Origin.BySchedule("schedule/nightly");
  static final List<Undo.Settled> SETTLED =
      List.of(
          new Undo.Settled(CHARGE, Undo.Settlement.UNDONE, ""),
          new Undo.Settled(TOP, Undo.Settlement.RESOLVED, "by hand"),
          new Undo.Settled(IN_BRANCH, Undo.Settlement.SKIPPED, "written off"));
  static final Outcome.CompensationFailed COMPENSATION_FAILED =
      new Outcome.CompensationFailed(
          new Outcome.Cancelled("too late"), SETTLED, List.of(CHARGE, IN_BRANCH), ERROR, true);
  static final List<Undo> UNDOS =
      List.of(
          new Undo(0, CHARGE, List.of(0), new Undo.Action.Call("/use/functions/refund", JSON)),
          new Undo(3, IN_BRANCH, List.of(0, 7), new Undo.Action.ByChild(CHILD)));
  static final List<Awaited> AWAITED =
      List.of(
          new Awaited("event/a/b", Map.of("order", json("7"), "customer", JSON)),
          new Awaited("event/c/d", Map.of()));

  private Samples() {}

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static final List<Submission> SUBMISSIONS =
      List.of(
          new Submission.Start(DefinitionRef.parse("shop/order"), JSON),
          new Submission.Start(DefinitionRef.parse("shop/order:1.2.3"), NULL),
          new Submission.Cancel("changed my mind"),
          new Submission.Signal("approval", "sig-1", JSON),
          new Submission.Suspend("the card service is down"),
          new Submission.Resume(),
          new Submission.SettleCompensation(Ruling.RETRY, "the card service is up"),
          new Submission.SettleCompensation(Ruling.SKIP, "written off"),
          new Submission.SettleCompensation(Ruling.RESOLVE, "refunded by hand"),
          new Submission.SettleCompensation(Ruling.SKIP, "written off", "charge"));

  static final List<WorkflowCommand> COMMANDS =
      List.of(
          new WorkflowCommand.Start(ORDER, DefinitionRef.parse("shop/order:1.2.3"), JSON),
          new WorkflowCommand.CompleteStage(ORDER, CHARGE, 1, new StageAnswer.Completed(JSON)),
          new WorkflowCommand.CompleteStage(ORDER, CHARGE, 2, new StageAnswer.Refused(ERROR)),
          new WorkflowCommand.CompleteStage(
              ORDER, CHARGE, 3, new StageAnswer.Unavailable(BARE_ERROR, Duration.ofMillis(1500))),
          new WorkflowCommand.CompleteStage(ORDER, TOP, 4, new StageAnswer.Unknown(ERROR)),
          new WorkflowCommand.Cancel(ORDER, "too late"),
          new WorkflowCommand.Continue(ORDER),
          new WorkflowCommand.Start(ORDER, DefinitionRef.parse("shop/order"), JSON, BY_PARENT),
          new WorkflowCommand.Start(ORDER, DefinitionRef.parse("shop/order"), NULL, BY_SCHEDULE),
          new WorkflowCommand.DeliverEvent(ORDER, IN_BRANCH, 1, "event/a/b", EVENT),
          new WorkflowCommand.Signal(ORDER, "approval", "sig-1", JSON),
          new WorkflowCommand.Suspend(ORDER, "the card service is down"),
          new WorkflowCommand.Resume(ORDER),
          new WorkflowCommand.ChildEnded(ORDER, TOP, CHILD, new Outcome.Completed(JSON), true),
          new WorkflowCommand.ChildEnded(ORDER, TOP, CHILD, COMPENSATION_FAILED, false),
          new WorkflowCommand.SettleCompensation(ORDER, Ruling.RETRY, "up again"),
          new WorkflowCommand.SettleCompensation(ORDER, Ruling.SKIP, "written off"),
          new WorkflowCommand.SettleCompensation(ORDER, Ruling.RESOLVE, "by hand"),
          new WorkflowCommand.UndoChild(ORDER, BY_PARENT),
          new WorkflowCommand.ReleaseChild(ORDER),
          new WorkflowCommand.GrantPermit(ORDER, "gate/customer-7"),
          new WorkflowCommand.RefusePermit(ORDER, "gate/customer-7", "3 of 3 are running"));

  private static final CoordinationCommand.Subscription SUBSCRIPTION =
      new CoordinationCommand.Subscription(ORDER, IN_BRANCH, 1);

  static final List<CoordinationCommand> COORDINATION =
      List.of(
          new CoordinationCommand.Subscribe("event/a/b", SUBSCRIPTION),
          new CoordinationCommand.Unsubscribe("event/a/b", SUBSCRIPTION),
          new CoordinationCommand.RouteEvent("event/a/ü", EVENT),
          new CoordinationCommand.ReturnEvent("event/a/b", EVENT),
          new CoordinationCommand.AcquirePermit("gate/7", ORDER, 3, WhenFull.QUEUE),
          new CoordinationCommand.AcquirePermit("gate/7", ORDER, 1, WhenFull.REJECT),
          new CoordinationCommand.AcquirePermit("gate/7", ORDER, 1, WhenFull.REPLACE),
          new CoordinationCommand.ReleasePermit("gate/7", ORDER),
          new CoordinationCommand.ScheduledRunEnded("schedule/x", ORDER, "COMPENSATED"),
          new CoordinationCommand.ContinueEvent("event/a/b", EVENT, 3, 7, "listener/ü"),
          new CoordinationCommand.ActivateSchedule("schedule/x", DEFINITION),
          new CoordinationCommand.EndSchedule("schedule/x"),
          new CoordinationCommand.PauseSchedule("schedule/x", "audit"),
          new CoordinationCommand.ResumeSchedule("schedule/x"),
          new CoordinationCommand.TriggerSchedule("schedule/x", "by-ann", JSON),
          new CoordinationCommand.BackfillSchedule("schedule/x", AT, LATER));

  static final List<Row> COORDINATION_ROWS =
      List.of(
          new Row.Events(7, 1, 2, 345, 6),
          new Row.Subscriber(SUBSCRIPTION, 3),
          new Row.Buffered(EVENT, 99, LATER),
          new Row.Seen(4, 5, 1),
          new Row.SeenSince("0123abc", LATER),
          new Row.Runs(2, 2, 1, 9),
          new Row.Place(8, true),
          new Row.Run(ORDER, true),
          new Row.Timetable(DEFINITION, "", null, AT, null, List.of(), 0, 0, null, 0, 0),
          new Row.Timetable(
              DEFINITION,
              "every PT1M",
              "audit",
              AT,
              LATER,
              List.of(ORDER, CHILD),
              1,
              2,
              new Row.LastRun(ORDER, AT, "COMPLETED"),
              3,
              4),
          new Row.Timetable(
              DEFINITION,
              "after PT1M",
              null,
              AT,
              LATER,
              List.of(ORDER),
              0,
              0,
              new Row.LastRun(ORDER, AT, null),
              1,
              0),
          new Row.QueuedRun(ORDER, AT, JSON),
          new Row.Known(DEFINITION));

  private static final CallPolicy POLICY =
      new CallPolicy(
          "shop/order",
          "payments",
          new CallPolicy.CircuitBreaker(50, 20, Duration.ofSeconds(30)),
          new CallPolicy.Bulkhead(32, Duration.ZERO),
          new CallPolicy.RateLimit(600, Duration.ofMinutes(1), Duration.ofSeconds(10)));

  private static final CallPolicy RATE_ONLY =
      new CallPolicy("shop/order", "rate", null, null, POLICY.rateLimit());

  static final List<StageRequest> STAGE_REQUESTS =
      List.of(
          new StageRequest(ORDER, CHARGE, CARDS, "charge", JSON, 1, "key-1", LATER),
          new StageRequest(ORDER, TOP, CARDS, "refund", NULL, 7, "key-2", null),
          new StageRequest(
              ORDER, TOP, CARDS, "charge", JSON, 1, "key-3", LATER, List.of("/card/pin")),
          new StageRequest(ORDER, TOP, CARDS, "charge", JSON, 1, "key-4", LATER).withPolicy(POLICY),
          new StageRequest(ORDER, TOP, CARDS, "charge", JSON, 1, "key-5", LATER)
              .withPolicy(RATE_ONLY),
          new StageRequest(ORDER, TOP, CARDS, "charge", JSON, 1, "key-6", null).notAwaited(),
          new StageRequest(ORDER, TOP, CARDS, "charge", JSON, 1, "key-7", null).of(DEFINITION));

  static final List<Outcome> OUTCOMES =
      List.of(
          new Outcome.Completed(JSON),
          new Outcome.Failed(ERROR),
          new Outcome.Cancelled("too late"),
          new Outcome.Compensated(new Outcome.Failed(ERROR), SETTLED),
          new Outcome.Compensated(new Outcome.Cancelled("too late"), List.of()),
          COMPENSATION_FAILED);

  static final List<InstanceOutcome> INSTANCE_OUTCOMES =
      OUTCOMES.stream()
          .map(outcome -> new InstanceOutcome(ORDER, DEFINITION, outcome, AT, LATER))
          .toList();

  static final List<WorkflowEvent> EVENTS =
      List.of(
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", new Origin.Submitted(), JSON, NULL, LATER, AT),
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", new Origin.Submitted(), JSON, null, null, AT),
          new WorkflowEvent.TaskSkipped(CHARGE, Cursor.EXIT, AT),
          new WorkflowEvent.ScopeEntered(TOP, JSON, LATER, AT),
          new WorkflowEvent.ScopeEntered(TOP, null, null, AT),
          new WorkflowEvent.LoopEntered(TOP, JSON, json("[1,2]"), LATER, AT),
          new WorkflowEvent.LoopEntered(TOP, null, json("[]"), null, AT),
          new WorkflowEvent.IterationStarted(TOP, 3, AT),
          new WorkflowEvent.TryEntered(TOP, JSON, LATER, LATER, AT),
          new WorkflowEvent.TryEntered(TOP, null, null, null, AT),
          new WorkflowEvent.StageRequested(CHARGE, JSON, CARDS, "charge", JSON, "key-1", LATER, AT),
          new WorkflowEvent.StageRequested(CHARGE, null, CARDS, "charge", NULL, "key-1", null, AT),
          new WorkflowEvent.StageRetryScheduled(CHARGE, 2, ERROR, LATER, AT),
          new WorkflowEvent.StageRetried(CHARGE, 2, AT),
          new WorkflowEvent.WaitStarted(CHARGE, JSON, LATER, LATER, AT),
          new WorkflowEvent.WaitStarted(CHARGE, null, LATER, null, AT),
          new WorkflowEvent.TaskCompleted(CHARGE, JSON, JSON, 2, AT),
          new WorkflowEvent.TaskCompleted(CHARGE, null, null, Cursor.END, AT),
          new WorkflowEvent.TaskFailed(CHARGE, ERROR, AT),
          new WorkflowEvent.ErrorCaught(TOP, BARE_ERROR, AT),
          new WorkflowEvent.RetryScheduled(TOP, 2, ERROR, LATER, AT),
          new WorkflowEvent.TryRetried(TOP, 2, LATER, AT),
          new WorkflowEvent.TryRetried(TOP, 2, null, AT),
          new WorkflowEvent.WorkflowFinished(new Outcome.Completed(JSON), AT),
          new WorkflowEvent.WorkflowFinished(new Outcome.Failed(ERROR), AT),
          new WorkflowEvent.WorkflowFinished(new Outcome.Cancelled("too late"), AT),
          new WorkflowEvent.WorkflowFinished(
              new Outcome.Compensated(new Outcome.Failed(ERROR), SETTLED), AT),
          new WorkflowEvent.WorkflowFinished(COMPENSATION_FAILED, AT),
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", BY_PARENT, JSON, null, null, AT),
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", BY_SCHEDULE, JSON, null, null, AT),
          new WorkflowEvent.TaskSkipped(IN_BRANCH, 1, AT),
          new WorkflowEvent.ForkEntered(TOP, JSON, json("[1,2]"), 2, 1, 1, false, LATER, AT),
          new WorkflowEvent.ForkEntered(TOP, null, null, 3, 3, 0, true, null, AT),
          new WorkflowEvent.BranchStarted(TOP, 2, 7, AT),
          new WorkflowEvent.BranchCompleted(TOP, 2, AT),
          new WorkflowEvent.BranchFailed(TOP, 1, ERROR, AT),
          new WorkflowEvent.ListenStarted(IN_BRANCH, JSON, AWAITED, LATER, AT),
          new WorkflowEvent.ListenStarted(IN_BRANCH, null, List.of(), null, AT),
          new WorkflowEvent.EventConsumed(
              IN_BRANCH, 1, EVENT, Map.of("order", json("7")), true, false, "approval", AT),
          new WorkflowEvent.EventConsumed(IN_BRANCH, 0, null, Map.of(), false, true, null, AT),
          new WorkflowEvent.EventHandlingStarted(IN_BRANCH, AT),
          new WorkflowEvent.EventHandled(IN_BRANCH, JSON, NULL, AT),
          new WorkflowEvent.EventHandled(IN_BRANCH, null, null, AT),
          new WorkflowEvent.SignalBuffered("approval", EVENT, AT),
          new WorkflowEvent.ChildStarted(
              TOP, JSON, CHILD, DefinitionRef.parse("shop/ship"), NULL, true, false, LATER, AT),
          new WorkflowEvent.ChildStarted(
              TOP, null, CHILD, DefinitionRef.parse("a/b:1.0.0"), JSON, false, true, null, AT),
          new WorkflowEvent.CompensationRegistered(UNDOS.getFirst(), AT),
          new WorkflowEvent.CompensationRegistered(UNDOS.getLast(), AT),
          new WorkflowEvent.CompensationStarted(
              TOP, JSON, List.of(3, 0), new Afterwards.Raise(ERROR), LATER, AT),
          new WorkflowEvent.CompensationStarted(
              TOP, null, List.of(), new Afterwards.Done(), null, AT),
          new WorkflowEvent.CompensationStarted(
              TOP, null, List.of(2), new Afterwards.Yield(JSON), null, AT),
          new WorkflowEvent.CompensationStarted(
              TOP, null, List.of(2), new Afterwards.End(NULL), null, AT),
          new WorkflowEvent.CompensationStepStarted(TOP, 3, 2, AT),
          new WorkflowEvent.CompensationByChildRequested(TOP, 3, CHILD, AT),
          new WorkflowEvent.CompensationStepSettled(TOP, 3, Undo.Settlement.UNDONE, "", AT),
          new WorkflowEvent.CompensationStepSettled(TOP, 0, Undo.Settlement.SKIPPED, "lost", AT),
          new WorkflowEvent.CompensationRetryScheduled(TOP, 3, 2, ERROR, LATER, AT),
          new WorkflowEvent.CompensationStuck(TOP, 3, BARE_ERROR, AT),
          new WorkflowEvent.CompensationEnded(TOP, AT),
          new WorkflowEvent.EndingStarted(
              new Outcome.Cancelled("too late"), List.of(3, 0), List.of(5), AT),
          new WorkflowEvent.EndingStarted(new Outcome.Failed(ERROR), List.of(), List.of(), AT),
          new WorkflowEvent.CleanupStarted(1, AT),
          new WorkflowEvent.Suspended("the card service is down", AT),
          new WorkflowEvent.Resumed(AT),
          new WorkflowEvent.PermitRequested("gate/customer-7", AT),
          new WorkflowEvent.PermitGranted("gate/customer-7", AT),
          new WorkflowEvent.UndoRequested(BY_PARENT, AT),
          new WorkflowEvent.Released(AT),
          new WorkflowEvent.SignalReceived("approval", "s-1", AT));

  static final List<JournalEntry> JOURNAL =
      List.of(
          new JournalEntry(ORDER, 0, AT, EVENTS),
          new JournalEntry(ORDER, Long.MAX_VALUE, AT, List.of()));

  private static final Cursor CURSOR = new Cursor(1, JSON, 2);
  private static final Frame.Entry ENTRY =
      new Frame.Entry("/do/0/rounds", JSON, NULL, AT, LATER, 2);
  private static final Frame.Entry UNBOUNDED = new Frame.Entry("/do/1", NULL, JSON, AT, null, 0);

  static final List<Frame> FRAMES =
      List.of(
          new Frame.Do(ENTRY, CURSOR),
          new Frame.For(UNBOUNDED, json("[1,{}]"), -1, CURSOR),
          new Frame.Try(ENTRY, 1, new Frame.Phase.Trying(LATER), CURSOR),
          new Frame.Try(ENTRY, 1, new Frame.Phase.Trying(null), CURSOR),
          new Frame.Try(ENTRY, 2, new Frame.Phase.BackingOff(ERROR, LATER), CURSOR),
          new Frame.Try(ENTRY, 2, new Frame.Phase.Handling(BARE_ERROR), CURSOR),
          new Frame.Call(ENTRY, CARDS, "charge", JSON, "key-1", 1, null),
          new Frame.Call(ENTRY, CARDS, "charge", JSON, "key-1", 2, LATER),
          new Frame.Wait(UNBOUNDED, LATER),
          new Frame.Fork(
              ENTRY,
              json("[1,2,3,4]"),
              2,
              1,
              false,
              List.of(
                  new Frame.Lane.Done(JSON),
                  new Frame.Lane.Failed(ERROR),
                  new Frame.Lane.Active(7),
                  new Frame.Lane.Waiting())),
          new Frame.Fork(UNBOUNDED, null, 2, 0, true, List.of()),
          new Frame.Listen(
              ENTRY, AWAITED, Set.of(1, 0), List.of(JSON), List.of(EVENT), NULL, 3, true, CURSOR),
          new Frame.Listen(
              UNBOUNDED, List.of(), Set.of(), List.of(), List.of(), null, 0, false, CURSOR),
          new Frame.Child(ENTRY, CHILD, true),
          new Frame.Child(UNBOUNDED, CHILD, false),
          undoing(new Frame.Step.Next(), new Afterwards.Done()),
          undoing(new Frame.Step.Running(1), new Afterwards.Raise(ERROR)),
          undoing(new Frame.Step.WithChild(CHILD), new Afterwards.Raise(BARE_ERROR)),
          undoing(new Frame.Step.BackingOff(2, ERROR, LATER), new Afterwards.Done()),
          undoing(new Frame.Step.Stuck(5, ERROR, AT), new Afterwards.Done()),
          new Frame.Ending(
              ENTRY, new Outcome.Failed(ERROR), List.of(3, 0), List.of(5, 6), -1, CURSOR),
          new Frame.Ending(
              UNBOUNDED, new Outcome.Cancelled("late"), List.of(), List.of(5), 0, CURSOR));

  static final List<Frame> LATER_FRAMES =
      List.of(
          undoing(new Frame.Step.Next(), new Afterwards.Yield(JSON)),
          undoing(new Frame.Step.Running(2), new Afterwards.End(NULL)));

  private static Frame undoing(Frame.Step step, Afterwards afterwards) {
    return new Frame.Compensation(ENTRY, List.of(3, 0), 1, step, afterwards, CURSOR);
  }

  static final List<Branch> BRANCHES =
      List.of(
          new Branch(Branch.ROOT, Branch.ROOT, 0, CURSOR, FRAMES),
          new Branch(7, 0, 2, CURSOR, FRAMES),
          new Branch(9, 7, 0, CURSOR, List.of()));

  private static final WorkflowState.Running BUSY = busy(List.of());

  private static WorkflowState.Running busy(List<String> signalIds) {
    return new WorkflowState.Running(
        new WorkflowState.Run(ORDER, DEFINITION, "plan", "request", BY_PARENT, JSON, NULL, AT),
        JSON,
        LATER,
        BRANCHES,
        10,
        new UndoLog(UNDOS, SETTLED, 6),
        List.of(new WorkflowState.BufferedSignal("approval", EVENT)),
        List.of(new WorkflowState.ChildRun(CHILD, true), new WorkflowState.ChildRun(ORDER, false)),
        new WorkflowState.Permit("gate/customer-7", true),
        AT,
        signalIds);
  }

  /** As every running instance was before there were branches. */
  private static WorkflowState quiet(@Nullable Instant deadline, List<Frame> frames) {
    return new WorkflowState.Running(
        new WorkflowState.Run(
            ORDER, DEFINITION, "plan", "request", new Origin.Submitted(), JSON, NULL, AT),
        JSON,
        deadline,
        List.of(new Branch(Branch.ROOT, Branch.ROOT, 0, CURSOR, frames)),
        1,
        UndoLog.EMPTY,
        List.of(),
        List.of(),
        null,
        null,
        List.of());
  }

  static final List<WorkflowState> STATES =
      List.of(
          new WorkflowState.NotStarted(),
          quiet(LATER, FRAMES.subList(0, 9)),
          quiet(null, List.of()),
          BUSY,
          new WorkflowState.Finished(
              ORDER, DEFINITION, "request", new Outcome.Completed(JSON), AT, LATER, null),
          new WorkflowState.Finished(
              ORDER, DEFINITION, "request", COMPENSATION_FAILED, AT, LATER, BUSY),
          quiet(null, LATER_FRAMES),
          busy(List.of("s-1", "s-2")));

  static final List<DeployedDefinition> DEFINITIONS =
      List.of(
          new DeployedDefinition(DEFINITION, "document: {}\n", "abc123", AT),
          new DeployedDefinition(DEFINITION, "document: {}\n", "abc123", AT, LATER, Map.of()),
          new DeployedDefinition(
              DEFINITION,
              "document: {}\n",
              "abc123",
              AT,
              Map.of("https://example.com/ü.yaml", "set: {ß: 漢}\n")));

  /** Without bytes, because arrays have no equality; those have a test of their own. */
  static final List<DeadLetter> DEAD_LETTERS =
      List.of(DeadLetter.Reason.values()).stream()
          .map(reason -> new DeadLetter(reason, "why", "shop.commands", 3, 42, AT, null, null))
          .toList();

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
