package dev.millrace.cli;

import java.util.List;

/** All commands, in the order {@code --help} lists them. */
final class Commands {
  private Commands() {}

  static List<Object> of(Millrace millrace) {
    return List.of(
        new ValidateCommand(millrace),
        new CancelCommand(millrace),
        new HistoryCommand(millrace),
        new DeadLettersCommand(millrace),
        new BrokerCommand(millrace));
  }
}
