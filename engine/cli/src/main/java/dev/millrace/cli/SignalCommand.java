package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.wire.Submission;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "signal",
    mixinStandardHelpOptions = true,
    description = {
      "Sends a signal to an instance, e.g. what somebody has decided:",
      "  millrace signal o-1 approval '{\"choice\": \"approve\", \"by\": \"ann\"}'",
      "It may come before the instance listens for it."
    })
final class SignalCommand extends SubmittingCommand {
  @Parameters(index = "1", paramLabel = "NAME", description = "As the definition names it.")
  private String name = "";

  @Parameters(
      index = "2",
      paramLabel = "DATA",
      arity = "0..1",
      defaultValue = "{}",
      description = "JSON, @FILE, or - for standard input. Default: ${DEFAULT-VALUE}.")
  private String data = "{}";

  @Option(
      names = "--signal-id",
      paramLabel = "ID",
      description = "The same when it is sent again, so that it is heard once. Default: a new one.")
  private @Nullable String signalId;

  SignalCommand(Millrace millrace) {
    super(millrace, "signal");
  }

  @Override
  Submission submission() {
    var id = signalId != null ? signalId : UUID.randomUUID().toString();
    try {
      return new Submission.Signal(name, id, Arguments.input(data, System.in));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  String said(InstanceId instance) {
    return "sent the signal " + name + " to " + instance;
  }
}
