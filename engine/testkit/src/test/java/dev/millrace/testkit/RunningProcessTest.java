package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RunningProcessTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Test
  void a_killed_process_is_gone_and_can_be_started_again() {
    var command = JavaCommand.of(Patient.class, "hello");
    var first = command.start();
    assertThat(first.awaitLine("hello", TIMEOUT)).isEqualTo("hello from a process");

    first.kill();

    assertThat(first.isAlive()).isFalse();
    try (var second = command.start()) {
      second.awaitLine("hello", TIMEOUT);
    }
  }

  @Test
  void a_suspended_process_does_nothing_until_it_is_resumed() {
    try (var process = JavaCommand.of(Patient.class, "hello").start()) {
      process.awaitLine("hello", TIMEOUT);

      process.suspend();
      await().atMost(TIMEOUT).until(() -> state(process).startsWith("T"));
      process.resume();

      await().atMost(TIMEOUT).until(() -> !state(process).startsWith("T"));
      assertThat(process.output(1)).isEqualTo("hello from a process");
    }
  }

  @Test
  void a_process_that_ends_early_shows_what_it_printed() {
    try (var process = JavaCommand.of(Hasty.class).start()) {
      assertThatThrownBy(() -> process.awaitLine("hello", TIMEOUT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("no time");
    }
  }

  private static String state(RunningProcess process) throws IOException {
    var ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(process.pid())).start();
    try (var answer = ps.inputReader()) {
      return Objects.requireNonNullElse(answer.readLine(), "");
    }
  }

  static final class Patient {
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println(arguments[0] + " from a process");
      new CountDownLatch(1).await();
    }
  }

  static final class Hasty {
    public static void main(String[] arguments) {
      System.out.println("no time");
    }
  }
}
