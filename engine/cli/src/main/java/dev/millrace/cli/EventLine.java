package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo.Settled;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An event of the journal as one line for a person. */
final class EventLine {
  private static final int VALUE_LENGTH_MAX = 100;

  /** Of the error that a run ended with: it says what to do, often in its last words. */
  private static final int LAST_ERROR_LENGTH_MAX = 4_000;

  private static final int MILLIS_PER_SECOND = 1_000;

  private final Terminal terminal;

  EventLine(Terminal terminal) {
    this.terminal = terminal;
  }

  String of(WorkflowEvent event) {
    return switch (event) {
      case WorkflowEvent.WorkflowStarted e ->
          terminal.bold("started ") + e.definition() + value(" with ", e.rawInput());
      case WorkflowEvent.TaskSkipped e -> terminal.dim("– " + task(e.position()) + " skipped");
      case WorkflowEvent.ScopeEntered e -> "┌ " + task(e.position());
      case WorkflowEvent.LoopEntered e ->
          "┌ " + task(e.position()) + " over " + counted(e.items().size(), "item");
      case WorkflowEvent.IterationStarted e ->
          "├ " + task(e.position()) + " iteration " + (e.index() + 1);
      case WorkflowEvent.TryEntered e -> "┌ " + task(e.position());
      case WorkflowEvent.StageRequested e ->
          "→ "
              + task(e.position())
              + " asks stage "
              + e.stage()
              + " for "
              + e.function()
              + value(" ", e.arguments());
      case WorkflowEvent.StageRetryScheduled e ->
          terminal.yellow(
              "↻ "
                  + task(e.position())
                  + " attempt "
                  + e.attempt()
                  + " in "
                  + pause(e.at(), e.dueAt())
                  + ": "
                  + error(e.error()));
      case WorkflowEvent.StageRetried e ->
          "→ " + task(e.position()) + " attempt " + e.attempt() + " asks again";
      case WorkflowEvent.WaitStarted e ->
          "… " + task(e.position()) + " waits " + pause(e.at(), e.until());
      case WorkflowEvent.TaskCompleted e ->
          terminal.green("✓ ")
              + task(e.position())
              + value(" → ", e.output())
              + value(" context ", e.context())
              + flow(e.next());
      case WorkflowEvent.TaskFailed e ->
          terminal.red("✗ " + task(e.position()) + ": " + error(e.error()));
      case WorkflowEvent.ErrorCaught e ->
          terminal.yellow("⤷ " + task(e.position()) + " handles " + error(e.error()));
      case WorkflowEvent.RetryScheduled e ->
          terminal.yellow(
              "↻ "
                  + task(e.position())
                  + " tries again in "
                  + pause(e.at(), e.dueAt())
                  + " (attempt "
                  + e.attempt()
                  + "): "
                  + error(e.error()));
      case WorkflowEvent.TryRetried e ->
          "┌ " + task(e.position()) + " attempt " + e.attempt() + " begins";
      case WorkflowEvent.WorkflowFinished e -> outcome(e.outcome());
      case WorkflowEvent.ForkEntered e -> "┌ " + task(e.position()) + " " + lanes(e);
      case WorkflowEvent.BranchStarted e ->
          "├ " + task(e.position()) + " branch " + (e.lane() + 1) + " begins";
      case WorkflowEvent.BranchCompleted e ->
          "├ " + task(e.position()) + " branch " + (e.lane() + 1) + " is done";
      case WorkflowEvent.BranchFailed e ->
          terminal.yellow(
              "├ "
                  + task(e.position())
                  + " branch "
                  + (e.lane() + 1)
                  + " failed, which is tolerated: "
                  + error(e.error()));
      case WorkflowEvent.ListenStarted e -> "… " + task(e.position()) + " listens";
      case WorkflowEvent.EventConsumed e ->
          "← " + task(e.position()) + " hears" + value(" ", e.item());
      case WorkflowEvent.EventHandlingStarted e -> "├ " + task(e.position()) + " handles an event";
      case WorkflowEvent.EventHandled e ->
          "├ " + task(e.position()) + " has handled it" + value(" → ", e.output());
      case WorkflowEvent.SignalReceived e -> "← signal " + e.name() + " " + e.id();
      case WorkflowEvent.SignalBuffered e ->
          "← signal " + e.name() + " waits to be listened for" + value(" ", e.event());
      case WorkflowEvent.ChildStarted e ->
          "→ "
              + task(e.position())
              + " starts "
              + e.workflow()
              + " as "
              + e.child()
              + value(" with ", e.childInput());
      case WorkflowEvent.CompensationRegistered e ->
          terminal.dim("⎌ " + task(e.undo().position()) + " can be undone");
      case WorkflowEvent.CompensationStarted e ->
          terminal.yellow(
              "⎌ " + task(e.position()) + " undoes " + counted(e.steps().size(), "task"));
      case WorkflowEvent.CompensationStepStarted e ->
          "⎌ compensation " + e.step() + " attempt " + e.attempt() + " begins";
      case WorkflowEvent.CompensationByChildRequested e ->
          "⎌ compensation " + e.step() + ": " + e.child() + " is to undo what it did";
      case WorkflowEvent.CompensationStepSettled e ->
          "⎌ compensation "
              + e.step()
              + " "
              + e.settlement()
              + (e.detail().isEmpty() ? "" : ": " + shortened(e.detail()));
      case WorkflowEvent.CompensationRetryScheduled e ->
          terminal.yellow(
              "↻ compensation "
                  + e.step()
                  + " attempt "
                  + e.attempt()
                  + " in "
                  + pause(e.at(), e.dueAt())
                  + ": "
                  + error(e.error()));
      case WorkflowEvent.CompensationStuck e ->
          terminal.red(
              "✗ compensation "
                  + e.step()
                  + " failed for good and waits for a person: "
                  + wholeError(e.error()));
      case WorkflowEvent.CompensationEnded e ->
          "⎌ " + task(e.position()) + " has undone what it did";
      case WorkflowEvent.EndingStarted e ->
          terminal.yellow("■ comes to its end: ") + ending(e.cause());
      case WorkflowEvent.CleanupStarted _ -> "■ runs what always runs";
      case WorkflowEvent.Suspended e -> terminal.yellow("‖ suspended: " + e.reason());
      case WorkflowEvent.Resumed _ -> "▶ resumed";
      case WorkflowEvent.PermitRequested _ -> "… queues for leave to run";
      case WorkflowEvent.PermitGranted _ -> "▶ may run";
      case WorkflowEvent.UndoRequested e -> "⎌ is to undo what it did, for " + e.by().parent();
      case WorkflowEvent.Released _ -> terminal.dim("will not be asked to undo anything");
    };
  }

  private static String lanes(WorkflowEvent.ForkEntered e) {
    return e.items() == null
        ? counted(e.lanes(), "branch", "branches")
        : "over " + counted(e.lanes(), "item");
  }

  /** How it ended, without the output. */
  String ending(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> terminal.green("COMPLETED");
      case Outcome.Failed failed -> terminal.red("FAILED ") + wholeError(failed.error());
      case Outcome.Cancelled cancelled -> terminal.yellow("CANCELLED ") + cancelled.reason();
      case Outcome.Compensated it ->
          terminal.yellow("COMPENSATED ")
              + counted(it.undone().size(), "task")
              + " undone after "
              + ending(it.cause());
      case Outcome.CompensationFailed it ->
          terminal.red("COMPENSATION_FAILED ")
              + wholeError(it.error())
              + notUndone(it)
              + (it.isFinal() ? "" : "; settle it with 'millrace settle'");
    };
  }

  /** What is left; what somebody has given up is in the error once that is final. */
  private static String notUndone(Outcome.CompensationFailed outcome) {
    var skipped =
        outcome.settled().stream()
            .filter(settled -> settled.settlement() == Settlement.SKIPPED && !outcome.isFinal())
            .map(Settled::position);
    var names =
        Stream.concat(outcome.left().stream(), skipped)
            .map(TaskPosition::taskName)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; not undone: " + names;
  }

  private String outcome(Outcome outcome) {
    return outcome instanceof Outcome.Completed completed
        ? ending(outcome) + value(" ", completed.output())
        : ending(outcome);
  }

  static String error(WorkflowError error) {
    return error(error, VALUE_LENGTH_MAX);
  }

  static String wholeError(WorkflowError error) {
    return error(error, LAST_ERROR_LENGTH_MAX);
  }

  private static String error(WorkflowError error, int detailLengthMax) {
    var detail = error.detail();
    return error.title()
        + " ("
        + error.status()
        + ")"
        + (detail == null ? "" : ": " + shortened(detail, detailLengthMax));
  }

  private static String task(TaskPosition position) {
    return position.taskName() + (position.iteration().isEmpty() ? "" : "#" + position.iteration());
  }

  private String value(String before, @Nullable JsonNode value) {
    return value == null ? "" : before + terminal.dim(shortened(value.toString()));
  }

  private static String flow(int next) {
    return switch (next) {
      case Cursor.EXIT -> ", leaves the block";
      case Cursor.END -> ", ends the workflow";
      default -> "";
    };
  }

  private static String shortened(String text) {
    return shortened(text, VALUE_LENGTH_MAX);
  }

  private static String shortened(String text, int lengthMax) {
    return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "…";
  }

  private static String counted(int number, String one) {
    return counted(number, one, one + "s");
  }

  private static String counted(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  private static String pause(Instant from, Instant to) {
    return String.format(
        Locale.ROOT, "%.1f s", Duration.between(from, to).toMillis() / (double) MILLIS_PER_SECOND);
  }
}
