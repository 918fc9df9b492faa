package dev.millrace.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "millrace",
    description = "Durable workflows on Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n")
public final class Millrace implements Runnable {
  private final Terminal terminal;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Where .millrace with all data and logs lies. Default: the checkout.")
  private @Nullable Path home;

  @Spec private @Nullable CommandSpec spec;

  private Millrace(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    var terminal = Terminal.ofProcess(System::getenv);
    System.exit(run(terminal, arguments));
  }

  /** Runs one command line in this process, and says how it ended; never ends the process. */
  public static int run(Terminal terminal, String... arguments) {
    return commandLine(terminal).execute(arguments);
  }

  static CommandLine commandLine(Terminal terminal) {
    var millrace = new Millrace(terminal);
    var commandLine = new CommandLine(millrace);
    for (var command : Commands.of(millrace)) {
      commandLine.addSubcommand(command);
    }
    commandLine.getCommandSpec().usageMessage().exitCodeList(ExitCode.meanings());
    return commandLine
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        // An @FILE is the input of a command, not more of the command line.
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(millrace::wrongUsage)
        .setExecutionExceptionHandler(millrace::failed);
  }

  Terminal terminal() {
    return terminal;
  }

  Workspace workspace() {
    return home == null ? Workspace.ofProcess() : Workspace.in(home);
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(terminal.out());
    }
  }

  private int wrongUsage(ParameterException problem, String... arguments) {
    terminal.note("millrace: " + problem.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(problem, terminal.err());
    terminal.note(
        "Try '" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.code();
  }

  private int failed(Exception problem, CommandLine command, ParseResult parsed) {
    return switch (problem) {
      case CommandFailure expected -> {
        terminal.note("millrace: " + expected.getMessage());
        yield expected.exit().code();
      }
      default -> {
        LoggerFactory.getLogger(Millrace.class)
            .error("{} failed", command.getCommandName(), problem);
        terminal.note("millrace: a defect, sorry: " + problem);
        terminal.note("The details are in " + workspace().logs() + ".");
        yield ExitCode.DEFECT.code();
      }
    };
  }
}
