package dev.millrace.cli;

import java.util.List;
import picocli.CommandLine;

/** All commands, in the order {@code --help} lists them. */
final class Commands {
  private Commands() {}

  static List<Object> of(Millrace millrace) {
    return List.of(
        new CommandLine(new DemoCommand())
            .addSubcommand(new RagDemoCommand(millrace))
            .addSubcommand(new OrderDemoCommand(millrace))
            .addSubcommand(new TravelDemoCommand(millrace))
            .addSubcommand(new CodingDemoCommand(millrace))
            .addSubcommand(new AgentsDemoCommand(millrace)),
        new DevCommand(millrace),
        new RunCommand(millrace),
        new ValidateCommand(millrace),
        new LintCommand(millrace),
        new PlanCommand(millrace),
        new DiffCommand(millrace),
        new TestCommand(millrace),
        new TopologyCommand(millrace),
        new DeployCommand(millrace),
        new VersionsCommand(millrace),
        new RetireCommand(millrace),
        new DeleteCommand(millrace),
        new CancelCommand(millrace),
        new SignalCommand(millrace),
        new SuspendCommand(millrace),
        new ResumeCommand(millrace),
        new SettleCommand(millrace),
        new EventCommand(millrace),
        new SchedulesCommand(millrace),
        new ScheduleCommand(millrace),
        new InstancesCommand(millrace),
        new HistoryCommand(millrace),
        new LifecycleCommand(millrace),
        new DeadLettersCommand(millrace),
        new EngineCommand(millrace),
        new WorkCommand(millrace),
        new BrokerCommand(millrace));
  }
}
