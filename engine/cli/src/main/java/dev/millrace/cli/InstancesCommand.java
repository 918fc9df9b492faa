package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "instances",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the instances, those that began last first: how each stands, since when, and what it",
      "waits for. Reads the whole journal of the namespace."
    })
final class InstancesCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--waiting", description = "Those that have not ended; with --failed, both.")
  private boolean isWaitingWanted;

  @Option(
      names = "--failed",
      description = "Those that ended and did not complete, or wait for a person to settle them.")
  private boolean isFailedWanted;

  @Option(
      names = "--workflow",
      paramLabel = "NS/NAME",
      description = "Those of one workflow, or of one version of it: NS/NAME:VERSION.")
  private @Nullable String workflow;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many to show. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one instance per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  InstancesCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "instances");
    if (limit < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--limit is at least 1, got " + limit);
    }
    var wanted = workflow == null ? null : Arguments.workflow(workflow);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var rows = read(client, wanted);
      var matching = rows.newestFirst().stream().filter(this::isWanted).toList();
      matching.stream().limit(limit).forEach(this::show);
      sayWhatIsLeftOut(matching, rows.dropped());
    }
    return ExitCode.OK.code();
  }

  private InstanceRows read(WorkflowClient client, @Nullable DefinitionRef wanted) {
    return client.instances(id -> wanted == null || wanted.matches(id), millrace.terminal());
  }

  private boolean isWanted(InstanceRow row) {
    return !isWaitingWanted && !isFailedWanted
        || isWaitingWanted && row.isUnderWay()
        || isFailedWanted && row.hasFailed();
  }

  private void show(InstanceRow row) {
    switch (format) {
      case JSON -> millrace.terminal().say(JsonView.of(row));
      case TEXT -> millrace.terminal().say(line(row));
    }
  }

  private String line(InstanceRow row) {
    var terminal = millrace.terminal();
    var state = row.state();
    return terminal.bold(row.instanceId().value())
        + "  "
        + row.workflow()
        + "  "
        + (row.hasFailed() ? terminal.red(state) : state)
        + terminal.dim(" since " + local(row.since()))
        + (row.details().isEmpty() ? "" : "\n    " + String.join("; ", row.details()));
  }

  private static String local(Instant at) {
    return TIME.format(at.atZone(ZoneId.systemDefault()));
  }

  private void sayWhatIsLeftOut(List<InstanceRow> matching, long dropped) {
    var terminal = millrace.terminal();
    if (matching.isEmpty()) {
      terminal.note("no such instances");
    }
    if (matching.size() > limit) {
      terminal.note(
          "%,d of %,d shown, those that began last; --limit shows more"
              .formatted(limit, matching.size()));
    }
    if (dropped > 0) {
      terminal.note(
          "%,d more were let go while reading, those that ended first; --workflow narrows it down"
              .formatted(dropped));
    }
  }
}
