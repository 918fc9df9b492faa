package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.wire.Submission;
import picocli.CommandLine.Command;

@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets a suspended instance go on.")
final class ResumeCommand extends SubmittingCommand {
  ResumeCommand(Millrace millrace) {
    super(millrace, "resume");
  }

  @Override
  Submission submission() {
    return new Submission.Resume();
  }

  @Override
  String said(InstanceId instance) {
    return "asked to resume " + instance;
  }
}
