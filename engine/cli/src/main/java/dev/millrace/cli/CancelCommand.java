package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.wire.Submission;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = {
      "Asks the engine to end a running instance.",
      "What its definition says is undone then, is undone before it ends."
    })
final class CancelCommand extends SubmittingCommand {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "cancelled from the command line",
      description = "Kept in the journal. Default: '${DEFAULT-VALUE}'.")
  private String reason = "";

  CancelCommand(Millrace millrace) {
    super(millrace, "cancel");
  }

  @Override
  Submission submission() {
    return new Submission.Cancel(reason);
  }

  @Override
  String said(InstanceId instance) {
    return "asked to cancel " + instance;
  }
}
