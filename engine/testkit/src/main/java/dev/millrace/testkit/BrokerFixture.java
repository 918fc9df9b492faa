package dev.millrace.testkit;

import dev.millrace.broker.BrokerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.kafka.KafkaContainer;

/**
 * One real broker for all tests of this JVM: a container where Docker is there, else the project's
 * own broker as a process. Started by the first test that asks, ended with the JVM.
 *
 * <p>Tests share it and do not see each other, because each works in a {@link #namespace()} of its
 * own.
 */
public final class BrokerFixture {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Path DOCKER_SOCKET = Path.of("/var/run/docker.sock");
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private BrokerFixture() {}

  /** Address of the broker; the first call waits until it runs, which takes some seconds. */
  public static String bootstrapServers() {
    return Shared.BOOTSTRAP_SERVERS;
  }

  /** A namespace no other test of this JVM has. */
  public static String namespace() {
    return "test-" + ProcessHandle.current().pid() + "-" + NAMESPACES.incrementAndGet();
  }

  /** Initialised, and so started, at first use. */
  private static final class Shared {
    static final String BOOTSTRAP_SERVERS = hasDocker() ? startContainer() : startProcess();
  }

  private static boolean hasDocker() {
    return System.getenv("DOCKER_HOST") != null || Files.exists(DOCKER_SOCKET);
  }

  /** Testcontainers itself ends the container with this JVM. */
  @SuppressWarnings("resource")
  private static String startContainer() {
    var container =
        new KafkaContainer(IMAGE)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .withEnv("KAFKA_ADD_PARTITIONS_TO_TXN_RETRY_BACKOFF_MS", "1");
    container.start();
    return container.getBootstrapServers();
  }

  private static String startProcess() {
    var process =
        JavaCommand.of(BrokerMain.class, "--data", newFolder().toString(), "--port", "0").start();
    var line = process.awaitLine(BrokerMain.READY, START_TIMEOUT);
    return line.substring(BrokerMain.READY.length());
  }

  private static Path newFolder() {
    try {
      var folder = Files.createTempDirectory("millrace-broker-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteTree(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the test broker", e);
    }
  }

  private static void deleteTree(Path folder) {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException _) {
      // The broker may still hold a file; the folder is a temporary one.
    }
  }
}
