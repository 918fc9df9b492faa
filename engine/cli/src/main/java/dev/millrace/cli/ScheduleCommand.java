package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.CoordinationCommand.BackfillSchedule;
import dev.millrace.core.coordination.CoordinationCommand.PauseSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ResumeSchedule;
import dev.millrace.core.coordination.CoordinationCommand.TriggerSchedule;
import dev.millrace.core.coordination.Schedule;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Pauses or resumes a schedule, starts a run of it, or fills in a time gone by.")
final class ScheduleCommand implements Runnable {
  private final Millrace millrace;

  @Spec private @Nullable CommandSpec spec;

  ScheduleCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(millrace.terminal().out());
    }
  }

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = "Starts nothing until it is resumed. What runs goes on.")
  int pause(
      @Mixin ConnectionOptions to,
      @Parameters(paramLabel = "NAMESPACE/NAME") String name,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              defaultValue = "paused from the command line",
              description = "Shown by 'schedules'.")
          String reason) {
    return ask(to, name, key -> new PauseSchedule(key, reason), "asked to pause " + name);
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Goes on from now; what was due meanwhile is left out.")
  int resume(@Mixin ConnectionOptions to, @Parameters(paramLabel = "NAMESPACE/NAME") String name) {
    return ask(to, name, ResumeSchedule::new, "asked to resume " + name);
  }

  @Command(
      name = "trigger",
      mixinStandardHelpOptions = true,
      description = "Starts one run now, whatever else runs and although it is paused.")
  int trigger(
      @Mixin ConnectionOptions to,
      @Parameters(paramLabel = "NAMESPACE/NAME") String name,
      @Option(
              names = "--id",
              paramLabel = "ID",
              description = "Ends the instance id; the same id starts nothing again.")
          @Nullable String id,
      @Option(
              names = {"-i", "--input"},
              paramLabel = "JSON",
              defaultValue = "{}",
              description = "JSON, @FILE, or - for standard input.")
          String input) {
    var chosen = id == null ? UUID.randomUUID().toString() : id;
    var json = Arguments.input(input, System.in);
    return ask(
        to,
        name,
        key -> triggered(key, chosen, json),
        "asked to start " + name.replace('/', '.') + "-" + chosen);
  }

  private static CoordinationCommand triggered(
      String key, String id, com.fasterxml.jackson.databind.JsonNode input) {
    try {
      return new TriggerSchedule(key, id, input);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      name = "backfill",
      mixinStandardHelpOptions = true,
      description = {
        "Starts what was or would have been due in a time gone by. Runs that exist are left alone.",
        "More than 1,000 runs at a time are refused, see 'dead-letters'."
      })
  int backfill(
      @Mixin ConnectionOptions to,
      @Parameters(paramLabel = "NAMESPACE/NAME") String name,
      @Option(
              names = "--from",
              paramLabel = "INSTANT",
              required = true,
              description = "Such as 2026-01-01T00:00:00Z.")
          Instant from,
      @Option(
              names = "--to",
              paramLabel = "INSTANT",
              required = true,
              description = "Not part of it.")
          Instant until) {
    return ask(
        to,
        name,
        key -> new BackfillSchedule(key, from, until),
        "asked to fill in " + name + " from " + from + " to " + until);
  }

  private int ask(
      ConnectionOptions to,
      String name,
      Function<String, CoordinationCommand> wish,
      String confirmation) {
    Logs.of(millrace.workspace(), "schedule");
    var definition = definition(name);
    var command = wish.apply(Schedule.key(definition.namespace(), definition.name()));
    try (var client = new WorkflowClient(to.reach(millrace.workspace()))) {
      if (!client.timetables().byName().containsKey(name)) {
        throw new CommandFailure(
            ExitCode.USAGE, "there is no schedule " + name + "; see 'millrace schedules'");
      }
      client.coordinate(command);
    }
    millrace.terminal().say(confirmation);
    return ExitCode.OK.code();
  }

  private static DefinitionRef definition(String name) {
    try {
      var definition = DefinitionRef.parse(name);
      if (definition.version() == null) {
        return definition;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new CommandFailure(
        ExitCode.USAGE, "expected a schedule as namespace/name, got '" + name + "'");
  }
}
