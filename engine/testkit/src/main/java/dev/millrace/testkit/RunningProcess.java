package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A process that a test started, with what it has printed. Killed with this JVM at the latest. */
public final class RunningProcess implements AutoCloseable {
  /** Older lines are dropped: enough for a person to understand a failure. */
  public static final int LINES_KEPT_MAX = 10_000;

  private static final Duration END_TIMEOUT = Duration.ofSeconds(20);

  private final Process process;
  private final Thread killer;
  private final Deque<String> lines = new ArrayDeque<>();

  private RunningProcess(Process process) {
    this.process = process;
    this.killer = new Thread(process::destroyForcibly, "kill-" + process.pid());
  }

  static RunningProcess start(List<String> commandLine) {
    try {
      var running =
          new RunningProcess(new ProcessBuilder(commandLine).redirectErrorStream(true).start());
      Runtime.getRuntime().addShutdownHook(running.killer);
      Thread.ofVirtual().name("output-of-" + running.process.pid()).start(running::readOutput);
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + commandLine.getFirst(), e);
    }
  }

  /**
   * Waits for a line that contains {@code text}, standard output or error.
   *
   * @throws AssertionError if the process ends first or {@code timeout} passes; says what it
   *     printed
   */
  public String awaitLine(String text, Duration timeout) {
    try {
      Awaitility.await()
          .atMost(timeout)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> lineWith(text).isPresent() || !process.isAlive());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("no '" + text + "' within " + timeout + " in:\n" + output(), e);
    }
    return lineWith(text)
        .orElseThrow(() -> new AssertionError("ended without '" + text + "':\n" + output()));
  }

  /** {@code kill -9}: no shutdown hook, no flush. Returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /**
   * SIGSTOP: it keeps its connections, and does nothing until {@link #resume}. Killing it works.
   *
   * @throws IllegalStateException if it has ended
   */
  public void suspend() {
    signal("STOP");
  }

  /**
   * SIGCONT; harmless when it runs already.
   *
   * @throws IllegalStateException if it has ended
   */
  public void resume() {
    signal("CONT");
  }

  /** SIGTERM, and SIGKILL for a process that does not obey. Returns when the process is gone. */
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** What it has printed so far, the latest {@link #LINES_KEPT_MAX} lines. */
  public String output() {
    return output(LINES_KEPT_MAX);
  }

  /** The latest of what it has printed so far, at most {@code linesMax} lines. */
  public String output(int linesMax) {
    synchronized (lines) {
      return lines.stream()
          .skip(Math.max(0, lines.size() - linesMax))
          .collect(Collectors.joining("\n"));
    }
  }

  private void signal(String name) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("process " + process.pid() + " takes no SIG" + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send SIG" + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Optional<String> lineWith(String text) {
    synchronized (lines) {
      return lines.stream().filter(line -> line.contains(text)).findFirst();
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException _) {
      // This JVM is ending as well, and the hook has run or is about to.
    }
  }

  private void readOutput() {
    try (var reader = new BufferedReader(process.inputReader(UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        keep(line);
      }
    } catch (IOException _) {
      // The process was killed while it was printing.
    }
  }

  private void keep(String line) {
    synchronized (lines) {
      if (lines.size() == LINES_KEPT_MAX) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }
  }
}
