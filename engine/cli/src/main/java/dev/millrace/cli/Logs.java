package dev.millrace.cli;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** One log file per command, so that processes side by side do not write into each other's. */
final class Logs {
  private static final String FILE = "millrace.log";

  private Logs() {}

  /** Before the first logger is asked for; later calls in the same process change nothing. */
  static void of(Workspace workspace, String command) {
    if (System.getProperty(FILE) == null) {
      System.setProperty(FILE, workspace.logs().resolve(command).toString());
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }
}
