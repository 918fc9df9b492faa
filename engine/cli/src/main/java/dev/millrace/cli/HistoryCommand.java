package dev.millrace.cli;

import dev.millrace.cli.Following.Placed;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Shows the journal of an instance: everything that happened to it.")
final class HistoryCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "ID", description = "Instance id.")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on until the instance ends.")
  private boolean follow;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one journal entry per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  HistoryCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "history");
    var instance = Arguments.instanceId(id);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()));
        var journal = client.journal(instance)) {
      var entries = journal.soFar();
      entries.forEach(this::show);
      if (entries.isEmpty() && !follow) {
        throw unknown(instance);
      }
      if (follow && entries.stream().noneMatch(HistoryCommand::isLast)) {
        followToTheEnd(journal);
      }
    }
    return ExitCode.OK.code();
  }

  private void followToTheEnd(Following<JournalEntry> journal) {
    while (true) {
      for (var entry : journal.next()) {
        show(entry);
        if (isLast(entry)) {
          return;
        }
      }
    }
  }

  private static boolean isLast(Placed<JournalEntry> entry) {
    return entry.value().events().getLast() instanceof WorkflowEvent.WorkflowFinished;
  }

  private static CommandFailure unknown(InstanceId instance) {
    return new CommandFailure(ExitCode.USAGE, InstanceLookup.unknown(instance));
  }

  private void show(Placed<JournalEntry> placed) {
    var terminal = millrace.terminal();
    var entry = placed.value();
    switch (format) {
      case JSON -> terminal.say(JsonView.of(entry));
      case TEXT -> {
        var time = TIME.format(entry.at().atZone(ZoneId.systemDefault()));
        var lines = new EventLine(terminal);
        entry
            .events()
            .forEach(event ->
                terminal.say(
                    terminal.dim(String.format(Locale.ROOT, "%s %4d  ", time, entry.sequence()))
                        + lines.of(event)));
      }
    }
  }
}
