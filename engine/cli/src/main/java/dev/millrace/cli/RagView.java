package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A run of {@code rag/agentic-rag} as it happens, and its answer. Made from the journal alone. */
final class RagView {
  private static final String UNANSWERED = "https://millrace.dev/errors/unanswered";
  private static final String EXTRACTIVE = "extractive";
  private static final int TEXT_LENGTH_MAX = 160;
  private static final double MILLIS_PER_SECOND = 1_000;

  private final Terminal terminal;
  private final Map<String, Instant> asked = new HashMap<>();
  private JsonNode rungs = MissingNode.getInstance();

  RagView(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JournalEntry entry) {
    entry.events().forEach(this::show);
  }

  private void show(WorkflowEvent event) {
    switch (event) {
      case WorkflowEvent.LoopEntered loop -> rungs = loop.items();
      case WorkflowEvent.IterationStarted iteration -> attempt(iteration.index());
      case WorkflowEvent.StageRequested request -> {
        asked.put(request.position().taskName(), request.at());
        terminal.replaceLine("  " + step(request.position().taskName()) + "…");
      }
      case WorkflowEvent.TaskCompleted done -> completed(done);
      case WorkflowEvent.StageRetryScheduled again ->
          trouble(again.position().taskName(), again.error(), again.at(), again.dueAt());
      case WorkflowEvent.RetryScheduled again ->
          trouble(again.position().taskName(), again.error(), again.at(), again.dueAt());
      case WorkflowEvent.WorkflowFinished _ -> terminal.replaceLine("");
      case WorkflowEvent _ -> {}
    }
  }

  private void attempt(int index) {
    var rung = rungs.path(index);
    terminal.replaceLine("");
    terminal.say(
        terminal.bold("attempt " + (index + 1))
            + "  "
            + rung.path("mode").asText()
            + " search, up to "
            + rung.path("topK").asInt()
            + " passages");
  }

  private void completed(WorkflowEvent.TaskCompleted done) {
    var task = done.position().taskName();
    JsonNode output = Objects.requireNonNullElse(done.output(), MissingNode.getInstance());
    switch (task) {
      case "search" -> step(task, done.at(), retrieved(output));
      case "draft" -> step(task, done.at(), drafted(output));
      case "judge" -> step(task, done.at(), judged(output));
      default -> {}
    }
  }

  private void step(String task, Instant at, String text) {
    var since = asked.getOrDefault(task, at);
    var seconds = Duration.between(since, at).toMillis() / MILLIS_PER_SECOND;
    terminal.replaceLine("");
    terminal.say(
        "  "
            + step(task)
            + text.replace("\n", "\n             ")
            + terminal.dim(String.format(Locale.ROOT, "  (%.2f s)", seconds)));
  }

  private static String step(String task) {
    var name =
        switch (task) {
          case "search" -> "retrieve";
          case "draft" -> "generate";
          case "judge" -> "validate";
          default -> task;
        };
    return String.format(Locale.ROOT, "%-11s", name);
  }

  private String retrieved(JsonNode output) {
    var paths = new HashSet<String>();
    output.path("passages").forEach(passage -> paths.add(passage.path("path").asText()));
    var text =
        new StringBuilder()
            .append(output.path("passages").size())
            .append(" passages of ")
            .append(paths.size())
            .append(paths.size() == 1 ? " document" : " documents");
    output
        .path("queries")
        .forEach(query -> text.append('\n').append(terminal.dim("? " + shortened(query.asText()))));
    return text.toString();
  }

  private String drafted(JsonNode output) {
    var answer = output.path("answer").asText();
    return output.path("generator").asText()
        + ", "
        + (answer.isBlank()
            ? "found no support for an answer"
            : output.path("citations").size()
                + " citations\n"
                + terminal.dim("“" + shortened(answer) + "”"));
  }

  private String judged(JsonNode verdict) {
    var grounded = verdict.path("grounded").asBoolean();
    var score = String.format(Locale.ROOT, "%.2f", verdict.path("score").asDouble());
    var text =
        new StringBuilder(
            grounded
                ? terminal.green("✓ grounded") + ", weakest check " + score
                : terminal.red("✗ not grounded") + ", weakest check " + score);
    for (var check : verdict.path("checks")) {
      var passed = check.path("passed").asBoolean();
      if (!passed || grounded) {
        text.append('\n').append(check(check, passed));
      }
    }
    return text.toString();
  }

  private String check(JsonNode check, boolean passed) {
    var text =
        String.format(
            Locale.ROOT,
            "%s %s %.2f: %s",
            passed ? "✓" : "✗",
            check.path("name").asText(),
            check.path("score").asDouble(),
            shortened(check.path("reason").asText()));
    return passed ? terminal.dim(text) : terminal.yellow(text);
  }

  private void trouble(String task, WorkflowError error, Instant at, Instant due) {
    terminal.replaceLine("");
    terminal.say(
        terminal.yellow(
            String.format(
                Locale.ROOT,
                "  %s↻ %s; again in %.1f s",
                step(task),
                EventLine.error(error),
                Duration.between(at, due).toMillis() / MILLIS_PER_SECOND)));
  }

  /** Prints how the run ended, and says which exit code that is. */
  ExitCode conclude(Outcome outcome) {
    terminal.say("");
    return switch (outcome) {
      case Outcome.Completed completed -> {
        answer(completed.output());
        yield ExitCode.OK;
      }
      case Outcome.Failed failed when failed.error().type().equals(UNANSWERED) -> {
        terminal.say(terminal.bold("Unanswered.") + " The documents do not support an answer.");
        terminal.say("  " + Objects.requireNonNullElse(failed.error().detail(), "no reason given"));
        yield ExitCode.UNANSWERED;
      }
      case Outcome.Failed failed -> {
        terminal.say(terminal.red("Failed. ") + EventLine.error(failed.error()));
        yield ExitCode.WORKFLOW_FAILED;
      }
      case Outcome.Cancelled cancelled -> {
        terminal.say(terminal.yellow("Cancelled. ") + cancelled.reason());
        yield ExitCode.WORKFLOW_FAILED;
      }
      case Outcome.Compensated _, Outcome.CompensationFailed _ ->
          throw new IllegalStateException("this workflow undoes nothing: " + outcome);
    };
  }

  private void answer(JsonNode output) {
    terminal.say(terminal.bold("Answer"));
    terminal.say("  " + output.path("answer").asText().replace("\n", "\n  "));
    terminal.say("");
    for (var citation : output.path("citations")) {
      terminal.say(
          "  ["
              + citation.path("n").asInt()
              + "] "
              + citation.path("title").asText()
              + terminal.dim("  " + citation.path("path").asText()));
    }
    terminal.say("");
    terminal.say("  " + terminal.dim(generator(output)));
  }

  private static String generator(JsonNode output) {
    var generator = output.path("generator").asText();
    return generator.equals(EXTRACTIVE)
        ? "Generator: extractive. No model is configured, so these are sentences of the documents,"
            + " picked and joined."
        : "Generator: " + generator + ", model " + output.path("model").asText() + ".";
  }

  private static String shortened(String text) {
    var line = text.replace('\n', ' ');
    return line.length() <= TEXT_LENGTH_MAX ? line : line.substring(0, TEXT_LENGTH_MAX) + "…";
  }
}
