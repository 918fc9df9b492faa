package dev.millrace.cli;

import dev.millrace.testkit.JavaCommand;
import dev.millrace.testkit.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code millrace} process that is killed and started again with the same arguments. */
final class ClusterMember implements AutoCloseable {
  /** A virtual machine, a broker or a group, and other builds on the same cores. */
  static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private static final String HEAP_MAX = "-Xmx384m";
  private static final int OUTPUT_LINES_MAX = 60;

  private final String name;
  private final String readyLine;
  private final JavaCommand command;
  private @Nullable RunningProcess process;

  /**
   * @param home of this process alone
   * @param readyLine what it prints when it can work
   */
  ClusterMember(String name, Path home, String readyLine, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    this.name = name;
    this.readyLine = readyLine;
    this.command =
        JavaCommand.of(Millrace.class, all.toArray(String[]::new)).withJvmOptions(HEAP_MAX);
  }

  /** Returns before it is ready. */
  void start() {
    process = command.start();
  }

  void awaitReady() {
    running().awaitLine(readyLine, START_TIMEOUT);
  }

  /** {@code kill -9}. */
  void kill() {
    running().kill();
  }

  void suspend() {
    running().suspend();
  }

  void resume() {
    running().resume();
  }

  /** Makes it run and work, whatever an earlier scenario has left. */
  void recover() {
    if (!running().isAlive()) {
      start();
    }
    resume();
    awaitReady();
  }

  String lastWords() {
    var last = process;
    return "--- " + name + "\n" + (last == null ? "" : last.output(OUTPUT_LINES_MAX)) + "\n";
  }

  /** Nothing it holds is wanted any more. */
  @Override
  public void close() {
    if (process != null) {
      process.kill();
    }
  }

  private RunningProcess running() {
    var running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return running;
  }
}
