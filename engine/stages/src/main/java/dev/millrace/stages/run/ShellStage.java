package dev.millrace.stages.run;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.run.ProcessArguments.Command;
import dev.millrace.stages.run.Processes.Invocation;
import java.util.ArrayList;
import java.util.List;

/**
 * The function {@code run.shell}. A command that is a program and its words is started without a
 * shell, with the task's arguments after them. One that only a shell can read goes to {@code
 * /bin/sh}, if it was written so in the definition and {@code sh} is allowed; the task's arguments
 * are its positional parameters and never part of its text.
 */
final class ShellStage implements StageFunction {
  static final String NAME = "run.shell";

  private static final String SHELL = "sh";
  private final Processes processes;

  ShellStage(Processes processes) {
    this.processes = processes;
  }

  @Override
  public String dependency(StageRequest request) {
    var words = request.arguments().path("command").asText().strip().split("\\s", 2);
    return NAME + " " + words[0];
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    return processes.run(request, _ -> invocation(new ProcessArguments(request.arguments())));
  }

  private Invocation invocation(ProcessArguments arguments) throws NotRunException {
    var allowed = processes.settings().allowed();
    return switch (arguments.command()) {
      case Command.Program(var words) ->
          new Invocation(
              allowed.program(words.getFirst()),
              words.subList(1, words.size()),
              "'" + words.getFirst() + "'");
      case Command.Line(var text, var positional) -> {
        var shell = allowed.program(SHELL);
        var all = new ArrayList<>(List.of("-c", text, SHELL));
        all.addAll(positional);
        yield new Invocation(shell, all, "the shell line");
      }
    };
  }
}
