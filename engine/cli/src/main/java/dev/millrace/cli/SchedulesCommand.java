package dev.millrace.cli;

import dev.millrace.core.coordination.Row.Timetable;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schedules",
    mixinStandardHelpOptions = true,
    description =
        "Lists the schedules: what starts runs, when the next is due, how the last ended.")
final class SchedulesCommand implements Callable<Integer> {
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  SchedulesCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "schedules");
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var timetables = client.timetables().byName();
      if (timetables.isEmpty() && format == OutputFormat.TEXT) {
        millrace.terminal().note("no schedules");
      }
      timetables.values().forEach(this::show);
    }
    return ExitCode.OK.code();
  }

  private void show(Timetable timetable) {
    switch (format) {
      case JSON -> millrace.terminal().say(JsonView.of(timetable));
      case TEXT -> millrace.terminal().say(line(timetable));
    }
  }

  private String line(Timetable it) {
    var terminal = millrace.terminal();
    var state =
        it.pausedBecause() == null
            ? "next " + orNone(it.next())
            : terminal.yellow("paused: " + it.pausedBecause());
    return terminal.bold(it.definition().toString())
        + "  "
        + it.trigger()
        + "  "
        + state
        + "\n    "
        + terminal.dim(
            "%s; %,d started, %,d left out, %,d queued, %,d running"
                .formatted(last(it), it.started(), it.skipped(), it.queued(), it.running().size()));
  }

  private static String last(Timetable it) {
    var last = it.last();
    if (last == null) {
      return "no run yet";
    }
    return "last " + last.instanceId() + " " + (last.status() == null ? "begun" : last.status());
  }

  private static String orNone(@Nullable Instant due) {
    return due == null ? "with the next event or end" : due.toString();
  }
}
