package dev.millrace.cli;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo.Settlement;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A saga as it happens: what is done, and what of it is undone. Made from the journal alone. */
final class SagaView {
  private static final double MILLIS_PER_SECOND = 1_000;

  private final Terminal terminal;

  /** Tasks that are at a stage. */
  private final Set<TaskPosition> asked = new HashSet<>();

  /** What can be undone, by its number. */
  private final Map<Integer, String> done = new HashMap<>();

  SagaView(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JournalEntry entry) {
    entry.events().forEach(this::show);
  }

  private void show(WorkflowEvent event) {
    switch (event) {
      case WorkflowEvent.StageRequested e -> asked.add(e.position());
      case WorkflowEvent.TaskCompleted e -> completed(e);
      case WorkflowEvent.TaskFailed e -> failed(e.position(), e.error());
      case WorkflowEvent.StageRetryScheduled e ->
          again(e.position().taskName(), e.error(), e.at(), e.dueAt());
      case WorkflowEvent.ForkEntered e -> line("  ┌ ", e.position().taskName(), "side by side");
      case WorkflowEvent.ListenStarted e ->
          line("  … ", e.position().taskName(), terminal.dim("waits for a signal or an event"));
      case WorkflowEvent.EventConsumed e ->
          line(terminal.green("  ← "), e.position().taskName(), String.valueOf(e.item()));
      case WorkflowEvent.ErrorCaught e ->
          line("  ⤷ ", e.position().taskName(), "handles " + EventLine.error(e.error()));
      case WorkflowEvent.CompensationRegistered e ->
          done.put(e.undo().number(), e.undo().position().taskName());
      case WorkflowEvent.EndingStarted e ->
          line(terminal.yellow("  ■ "), "the end", new EventLine(terminal).ending(e.cause()));
      case WorkflowEvent.CompensationStarted e -> undoing(e.steps().size());
      case WorkflowEvent.CompensationStepSettled e -> settled(e.step(), e.settlement(), e.detail());
      case WorkflowEvent.CompensationRetryScheduled e ->
          again("undo " + name(e.step()), e.error(), e.at(), e.dueAt());
      case WorkflowEvent.CompensationStuck e ->
          line(
              terminal.red("  ✗ "),
              name(e.step()),
              terminal.red("cannot be undone: " + EventLine.error(e.error())));
      case WorkflowEvent.Suspended e -> line(terminal.yellow("  ‖ "), "suspended", e.reason());
      case WorkflowEvent.Resumed _ -> line("  ▶ ", "resumed", "");
      case WorkflowEvent _ -> {}
    }
  }

  private void completed(WorkflowEvent.TaskCompleted e) {
    if (asked.remove(e.position()) && !isUndoing(e.position())) {
      line(
          terminal.green("  ✓ "),
          e.position().taskName(),
          terminal.dim(String.valueOf(e.output())));
    }
  }

  private void failed(TaskPosition position, WorkflowError error) {
    if (asked.remove(position) && !isUndoing(position)) {
      line(terminal.red("  ✗ "), position.taskName(), EventLine.error(error));
    }
  }

  /** Told by its own events, with the name of what is undone. */
  private static boolean isUndoing(TaskPosition position) {
    return position.pointer().contains("/compensation/");
  }

  private void undoing(int tasks) {
    line(
        terminal.yellow("  ⎌ "),
        "undoing",
        tasks + (tasks == 1 ? " task" : " tasks, latest first"));
  }

  private void settled(int step, Settlement settlement, String detail) {
    var text =
        switch (settlement) {
          case UNDONE -> terminal.green("undone");
          case RESOLVED -> terminal.green("resolved by hand: ") + detail;
          case SKIPPED -> terminal.red("given up: ") + detail;
        };
    line(terminal.yellow("  ⎌ "), name(step), text);
  }

  private void again(String what, WorkflowError error, Instant at, Instant due) {
    var pause = Duration.between(at, due).toMillis() / MILLIS_PER_SECOND;
    var text = String.format(Locale.ROOT, "%s; again in %.1f s", EventLine.error(error), pause);
    line(terminal.yellow("  ↻ "), what, terminal.yellow(text));
  }

  private String name(int step) {
    return done.getOrDefault(step, "compensation " + step);
  }

  private void line(String mark, String what, String text) {
    terminal.say(mark + String.format(Locale.ROOT, "%-10s ", what) + text);
  }

  /** Prints how it ended, and says which exit code that is. */
  ExitCode conclude(Outcome outcome) {
    terminal.say(terminal.bold(new EventLine(terminal).ending(outcome)));
    if (outcome instanceof Outcome.Completed completed) {
      terminal.say(JsonView.pretty(completed.output()));
    }
    return ExitCode.of(outcome);
  }
}
