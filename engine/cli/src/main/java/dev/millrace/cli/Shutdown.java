package dev.millrace.cli;

import org.slf4j.LoggerFactory;

/** How a command that runs until it is told to stop stops in order. */
final class Shutdown {
  private Shutdown() {}

  /** Closes the resource when the process is interrupted or terminated; the process ends after. */
  static void closes(AutoCloseable resource) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(resource), "shutdown"));
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LoggerFactory.getLogger(Shutdown.class).error("did not end in order", e);
    }
  }
}
