package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The steps of {@code coding/change} as they happen. Made from the journal alone. */
final class CodingView {
  private static final String OPEN = "open";
  private static final int OPEN_CODE = 3;
  private static final double MILLIS_PER_SECOND = 1_000;

  private final Terminal terminal;
  private final Map<TaskPosition, Step> begun = new HashMap<>();
  private Consumer<String> onBegin = _ -> {};
  private final Map<String, Runnable> onDone = new HashMap<>();
  private boolean isOpenSaid;

  CodingView(Terminal terminal) {
    this.terminal = terminal;
  }

  private record Step(String name, Instant since) {}

  /** Gets the name of every step that begins. */
  void onBegin(Consumer<String> action) {
    onBegin = action;
  }

  /** Runs when a step has ended with exit code 0. */
  void onDone(String step, Runnable action) {
    onDone.put(step, action);
  }

  void show(JournalEntry entry) {
    entry.events().forEach(this::show);
  }

  private void show(WorkflowEvent event) {
    switch (event) {
      case WorkflowEvent.StageRequested e -> begin(e);
      case WorkflowEvent.TaskCompleted e -> ended(e.position(), step -> completed(step, e));
      case WorkflowEvent.TaskFailed e ->
          ended(
              e.position(),
              step -> line(terminal.red("  ✗ "), step.name(), EventLine.error(e.error())));
      case WorkflowEvent.StageRetryScheduled e ->
          line(
              terminal.yellow("  ↻ "),
              e.position().taskName(),
              terminal.yellow(EventLine.error(e.error())));
      case WorkflowEvent.EndingStarted e ->
          line(terminal.yellow("  ■ "), "the end", new EventLine(terminal).ending(e.cause()));
      case WorkflowEvent _ -> {}
    }
  }

  private void begin(WorkflowEvent.StageRequested e) {
    var name = e.arguments().path("arguments").path(0).asText();
    begun.put(e.position(), new Step(name, e.at()));
    onBegin.accept(name);
  }

  private void ended(TaskPosition position, Consumer<Step> action) {
    var step = begun.remove(position);
    if (step != null) {
      action.accept(step);
    }
  }

  private void completed(Step step, WorkflowEvent.TaskCompleted event) {
    JsonNode output = Objects.requireNonNullElse(event.output(), MissingNode.getInstance());
    var code = output.path("code").asInt();
    if (code != OPEN_CODE) {
      said(step, code, output, event.at());
    } else if (!isOpenSaid) {
      isOpenSaid = true; // a look a second is not news
      line("  … ", step.name(), terminal.dim(OPEN));
    }
    if (code == 0) {
      onDone.getOrDefault(step.name(), () -> {}).run();
    }
  }

  private void said(Step step, int code, JsonNode output, Instant at) {
    var said = output.path("said").asText();
    var text = (said.isBlank() ? output.path("error").asText() : said).strip();
    var seconds = Duration.between(step.since(), at).toMillis() / MILLIS_PER_SECOND;
    line(
        code == 0 ? terminal.green("  ✓ ") : terminal.red("  ✗ "),
        step.name(),
        text.replace("\n", "\n" + " ".repeat(17))
            + terminal.dim(String.format(Locale.ROOT, "  (%.1f s)", seconds)));
  }

  private void line(String mark, String what, String text) {
    terminal.say(mark + String.format(Locale.ROOT, "%-12s ", what) + text);
  }
}
