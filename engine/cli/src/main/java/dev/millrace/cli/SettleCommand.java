package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.StuckCompensation;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowState.Running;
import dev.millrace.wire.Submission;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "settle",
    mixinStandardHelpOptions = true,
    description = {
      "Decides about a compensation that failed for good, for which its instance waits:",
      "  retry    try it again, because what kept it from succeeding is gone",
      "  resolve  it has been undone by hand, or there is nothing to undo",
      "  skip     it stays as it is; the instance ends COMPENSATION_FAILED"
    })
final class SettleCommand extends SubmittingCommand {
  @Parameters(index = "1", paramLabel = "RULING", description = "${COMPLETION-CANDIDATES}.")
  private Ruling ruling = Ruling.RETRY;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "settled from the command line",
      description = "Kept in the journal. Default: '${DEFAULT-VALUE}'.")
  private String reason = "";

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "The task that is not undone, if several wait; else the first of them.")
  private @Nullable String task;

  SettleCommand(Millrace millrace) {
    super(millrace, "settle");
  }

  @Override
  Submission submission() {
    return new Submission.SettleCompensation(ruling, reason, task);
  }

  @Override
  void requireSense(Running running) {
    var waiting = StuckCompensation.of(running);
    if (waiting.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED, "no compensation of " + running.instanceId() + " waits for a person");
    }
    if (task != null && waiting.stream().noneMatch(it -> it.isOf(task))) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "no task '"
              + task
              + "' waits for a person; these do: "
              + waiting.stream()
                  .map(it -> it.position().taskName())
                  .collect(Collectors.joining(", ")));
    }
  }

  @Override
  String said(InstanceId instance) {
    return "asked to settle " + instance + ": " + ruling.name().toLowerCase(Locale.ROOT);
  }
}
