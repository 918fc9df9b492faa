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
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
          new Submission.Cancel("changed my mind"));

  static final List<WorkflowCommand> COMMANDS =
      List.of(
          new WorkflowCommand.Start(ORDER, DefinitionRef.parse("shop/order:1.2.3"), JSON),
          new WorkflowCommand.CompleteStage(ORDER, CHARGE, 1, new StageAnswer.Completed(JSON)),
          new WorkflowCommand.CompleteStage(ORDER, CHARGE, 2, new StageAnswer.Refused(ERROR)),
          new WorkflowCommand.CompleteStage(
              ORDER, CHARGE, 3, new StageAnswer.Unavailable(BARE_ERROR, Duration.ofMillis(1500))),
          new WorkflowCommand.CompleteStage(ORDER, TOP, 4, new StageAnswer.Unknown(ERROR)),
          new WorkflowCommand.Cancel(ORDER, "too late"),
          new WorkflowCommand.Continue(ORDER));

  static final List<StageRequest> STAGE_REQUESTS =
      List.of(
          new StageRequest(ORDER, CHARGE, CARDS, "charge", JSON, 1, "key-1", LATER),
          new StageRequest(ORDER, TOP, CARDS, "refund", NULL, 7, "key-2", null),
          new StageRequest(
              ORDER, TOP, CARDS, "charge", JSON, 1, "key-3", LATER, List.of("/card/pin")));

  static final List<Outcome> OUTCOMES =
      List.of(
          new Outcome.Completed(JSON),
          new Outcome.Failed(ERROR),
          new Outcome.Cancelled("too late"));

  static final List<InstanceOutcome> INSTANCE_OUTCOMES =
      OUTCOMES.stream()
          .map(outcome -> new InstanceOutcome(ORDER, DEFINITION, outcome, AT, LATER))
          .toList();

  static final List<WorkflowEvent> EVENTS =
      List.of(
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", JSON, NULL, LATER, AT),
          new WorkflowEvent.WorkflowStarted(
              ORDER, DEFINITION, "plan", "request", JSON, null, null, AT),
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
          new WorkflowEvent.WorkflowFinished(new Outcome.Cancelled("too late"), AT));

  static final List<JournalEntry> JOURNAL =
      List.of(
          new JournalEntry(ORDER, 0, AT, EVENTS),
          new JournalEntry(ORDER, Long.MAX_VALUE, AT, List.of()));

  private static final Cursor CURSOR = new Cursor(1, JSON, 2);
  private static final Frame.Entry ENTRY = new Frame.Entry("/do/0/rounds", JSON, NULL, AT, LATER);
  private static final Frame.Entry UNBOUNDED = new Frame.Entry("/do/1", NULL, JSON, AT, null);

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
          new Frame.Wait(UNBOUNDED, LATER));

  static final List<WorkflowState> STATES =
      List.of(
          new WorkflowState.NotStarted(),
          new WorkflowState.Running(
              ORDER, DEFINITION, "plan", "request", JSON, NULL, JSON, AT, LATER, CURSOR, FRAMES),
          new WorkflowState.Running(
              ORDER, DEFINITION, "plan", "request", NULL, JSON, NULL, AT, null, CURSOR, List.of()),
          new WorkflowState.Finished(
              ORDER, DEFINITION, "request", new Outcome.Completed(JSON), AT, LATER));

  static final List<DeployedDefinition> DEFINITIONS =
      List.of(new DeployedDefinition(DEFINITION, "document: {}\n", "abc123", AT));

  /** Without bytes, because arrays have no equality; those have a test of their own. */
  static final List<DeadLetter> DEAD_LETTERS =
      List.of(DeadLetter.Reason.values()).stream()
          .map(reason -> new DeadLetter(reason, "why", "shop.commands", 3, 42, AT, null, null))
          .toList();

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
