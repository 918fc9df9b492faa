package dev.millrace.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node Kafka, broker and controller in one, inside this process.
 *
 * <p>It is Kafka's own server from its published jars, not a substitute: transactions, groups and
 * compaction behave as in production. What one node cannot give is replication, so a machine that
 * is lost takes its data along.
 *
 * <p>The data folder survives {@link #close()} as well as {@code kill -9} and is opened again by
 * the next broker. Two brokers on one folder exclude each other by Kafka's own lock file.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int NODE_ID = 1;
  private static final String HOST = "localhost";
  private static final String FORMATTED = "meta.properties";

  /** Fewer than Kafka's 50: each partition is a folder that start-up has to make and recover. */
  private static final int INTERNAL_PARTITIONS = 4;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker and returns when it accepts clients, which takes two to four seconds.
   *
   * @throws UncheckedIOException if the folder cannot be written or no port is free
   * @throws org.apache.kafka.common.KafkaException if a port is taken or the folder is in use
   */
  public static EmbeddedBroker start(BrokerSettings settings) {
    var began = System.nanoTime();
    var port = orFree(settings.port());
    var controllerPort = orFree(settings.controllerPort());
    format(settings.data());
    var config = new KafkaConfig(Kafka.properties(settings.data(), port, controllerPort));
    var server = new KafkaRaftServer(config, Time.SYSTEM);
    server.startup();
    LOG.info(
        "broker on {}:{}, data in {}, up in {} ms",
        HOST,
        port,
        settings.data(),
        (System.nanoTime() - began) / 1_000_000);
    return new EmbeddedBroker(server, port);
  }

  /** What a client puts into {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Returns when the broker has ended: by {@link #close()} or by a fault of its own. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  /** Ends the broker in order, so that the next start has nothing to recover. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static int orFree(int port) {
    if (port != 0) {
      return port;
    }
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    }
  }

  /** Gives a new folder its cluster id. A folder that has one is left alone. */
  private static void format(Path data) {
    try {
      Files.createDirectories(data);
      if (Files.exists(data.resolve(FORMATTED))) {
        return;
      }
      new Formatter()
          .setPrintStream(new PrintStream(PrintStream.nullOutputStream(), true, "UTF-8"))
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(Kafka.CONTROLLER)
          .setMetadataLogDirectory(data.toString())
          .addDirectory(data.toString())
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + data + " for a broker", e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot prepare " + data + " for a broker", e);
    }
  }

  /** The settings that differ from Kafka's defaults, each for its reason. */
  private static final class Kafka {
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    static Map<String, String> properties(Path data, int port, int controllerPort) {
      return Map.ofEntries(
          Map.entry("node.id", String.valueOf(NODE_ID)),
          Map.entry("process.roles", "broker,controller"),
          Map.entry("log.dirs", data.toString()),
          Map.entry(
              "listeners",
              CLIENTS
                  + "://"
                  + HOST
                  + ":"
                  + port
                  + ","
                  + CONTROLLER
                  + "://"
                  + HOST
                  + ":"
                  + controllerPort),
          Map.entry("advertised.listeners", CLIENTS + "://" + HOST + ":" + port),
          Map.entry("inter.broker.listener.name", CLIENTS),
          Map.entry("controller.listener.names", CONTROLLER),
          Map.entry(
              "listener.security.protocol.map",
              CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
          Map.entry("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort),

          // One node: whatever asks for replicas would wait for ever.
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("default.replication.factor", "1"),
          Map.entry("min.insync.replicas", "1"),

          // Quick to start.
          Map.entry("offsets.topic.num.partitions", String.valueOf(INTERNAL_PARTITIONS)),
          Map.entry("transaction.state.log.num.partitions", String.valueOf(INTERNAL_PARTITIONS)),
          Map.entry(
              "share.coordinator.state.topic.num.partitions", String.valueOf(INTERNAL_PARTITIONS)),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),

          // A misspelled topic is an error, not a new topic.
          Map.entry("auto.create.topics.enable", "false"),
          // Back-to-back transactions wait for the marker of the one before (design.md, section 6).
          Map.entry("add.partitions.to.txn.retry.backoff.ms", "1"),
          // A transaction whose producer died for good blocks read_committed readers until then.
          Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
    }
  }
}
