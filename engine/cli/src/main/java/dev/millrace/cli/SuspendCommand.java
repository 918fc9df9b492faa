package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.wire.Submission;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "suspend",
    mixinStandardHelpOptions = true,
    description = {
      "Lets an instance stand still until 'resume'.",
      "Answers of stages, events and signals are kept; nothing new begins, no timer rings."
    })
final class SuspendCommand extends SubmittingCommand {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "suspended from the command line",
      description = "Kept in the journal. Default: '${DEFAULT-VALUE}'.")
  private String reason = "";

  SuspendCommand(Millrace millrace) {
    super(millrace, "suspend");
  }

  @Override
  Submission submission() {
    return new Submission.Suspend(reason);
  }

  @Override
  String said(InstanceId instance) {
    return "asked to suspend " + instance;
  }
}
