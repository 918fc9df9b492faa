package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.sagas.agents.AgentsSaga;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What models, tools and other agents say, as they say it. Made from the journal alone. */
final class AgentsView {
  private static final int TEXT_LENGTH_MAX = 200;

  private final Terminal terminal;

  /** Who has been asked and has not answered: a function, or an agent. */
  private final Map<TaskPosition, String> asked = new HashMap<>();

  AgentsView(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JournalEntry entry) {
    entry.events().forEach(this::show);
  }

  private void show(WorkflowEvent event) {
    switch (event) {
      case WorkflowEvent.StageRequested e -> asked.put(e.position(), e.function());
      case WorkflowEvent.ChildStarted e -> {
        asked.put(e.position(), e.workflow().toString());
        line("  → ", e.position(), "starts " + e.workflow());
      }
      case WorkflowEvent.TaskCompleted e -> completed(e.position(), e.output());
      case WorkflowEvent.TaskFailed e -> failed(e.position(), e.error());
      case WorkflowEvent.BranchFailed e ->
          line(terminal.yellow("  ⤷ "), e.position(), "goes on without one of them");
      case WorkflowEvent.ErrorCaught e ->
          line("  ⤷ ", e.position(), "handles " + EventLine.error(e.error()));
      case WorkflowEvent.StageRetryScheduled e ->
          line(terminal.yellow("  ↻ "), e.position(), "asks again: " + EventLine.error(e.error()));
      case WorkflowEvent _ -> {}
    }
  }

  private void completed(TaskPosition position, @Nullable JsonNode output) {
    if (asked.remove(position) != null && output != null) {
      line(terminal.green("  ✓ "), position, terminal.dim(said(output)));
    }
  }

  private void failed(TaskPosition position, WorkflowError error) {
    if (asked.remove(position) != null) {
      line(terminal.red("  ✗ "), position, EventLine.error(error));
    }
  }

  private static String said(JsonNode output) {
    if (output.has("tools")) {
      return "offers " + output.path("tools").findValuesAsText("name");
    }
    for (var name : new String[] {"text", "finding"}) {
      if (output.path(name).isTextual()) {
        return shortened(
            (output.path("isError").asBoolean() ? "ERROR: " : "") + output.path(name).asText());
      }
    }
    var message = output.path("message");
    return message.isObject()
        ? said(message.path("content"), message.path("toolCalls"))
        : shortened(output.isTextual() ? output.asText() : output.toString());
  }

  private static String said(JsonNode content, JsonNode calls) {
    var wanted = new StringJoiner(", ");
    calls.forEach(call -> wanted.add(call.path("name").asText() + call.path("arguments")));
    return shortened(calls.isEmpty() ? content.asText() : "wants " + wanted);
  }

  private void line(String mark, TaskPosition position, String text) {
    terminal.say(mark + String.format(Locale.ROOT, "%-10s ", task(position)) + text);
  }

  /** Inside a function of the definition, who called it says more than what it is called. */
  private static String task(TaskPosition position) {
    var pointer = position.pointer();
    var call = pointer.indexOf("/call/");
    return call < 0
        ? position.taskName()
        : pointer.substring(pointer.lastIndexOf('/', call - 1) + 1, call);
  }

  /** Prints how it ended, and says which exit code that is. */
  ExitCode conclude(Outcome outcome) {
    terminal.say(terminal.bold(new EventLine(terminal).ending(outcome)));
    if (!(outcome instanceof Outcome.Completed completed)) {
      return ExitCode.WORKFLOW_FAILED;
    }
    terminal.say(JsonView.pretty(completed.output()));
    if (completed.output().path("provider").asText().equals(AgentsSaga.SCRIPTED)) {
      terminal.say(
          terminal.dim(
              "No model is configured: its replies come from a script. Tools and workflow are"
                  + " real."));
    }
    return ExitCode.OK;
  }

  private static String shortened(String text) {
    var line = text.replace('\n', ' ');
    return line.length() <= TEXT_LENGTH_MAX ? line : line.substring(0, TEXT_LENGTH_MAX) + "…";
  }
}
