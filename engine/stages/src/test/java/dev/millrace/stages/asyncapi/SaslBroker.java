package dev.millrace.stages.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka that asks its clients who they are: by PLAIN for {@link #PASSWORD}, by SCRAM-SHA-256
 * for {@link #SCRAM_PASSWORD}, and by OAUTHBEARER for any JWT without a signature.
 */
final class SaslBroker implements AutoCloseable {
  static final String USERNAME = "clerk";
  static final String SCRAM_USERNAME = "scram";
  static final String SCRAM_PASSWORD = "scram-pass";
  static final String PASSWORD = "it's \"so\\so\"";

  private static final String SECURITY = "org.apache.kafka.common.security.";
  private final KafkaRaftServer server;
  private final int port;
  private final int openPort;

  private SaslBroker(KafkaRaftServer server, int port, int openPort) {
    this.server = server;
    this.port = port;
    this.openPort = openPort;
  }

  static SaslBroker start(Path data) throws Exception {
    int port = freePort();
    int openPort = freePort();
    int controllerPort = freePort();
    new Formatter()
        .setPrintStream(new PrintStream(PrintStream.nullOutputStream(), true, UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(data.toString())
        .addDirectory(data.toString())
        .setScramArguments(
            List.of(
                "SCRAM-SHA-256=[name=%s,password=%s]".formatted(SCRAM_USERNAME, SCRAM_PASSWORD)))
        .run();
    var server =
        new KafkaRaftServer(
            new KafkaConfig(properties(data, port, openPort, controllerPort)), Time.SYSTEM);
    server.startup();
    return new SaslBroker(server, port, openPort);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where clients have to say who they are. */
  String address() {
    return "localhost:" + port;
  }

  /** For whoever prepares a test. */
  String openAddress() {
    return "localhost:" + openPort;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Map<String, String> properties(
      Path data, int port, int openPort, int controllerPort) {
    return Map.ofEntries(
        Map.entry("node.id", "1"),
        Map.entry("process.roles", "broker,controller"),
        Map.entry("log.dirs", data.toString()),
        Map.entry(
            "listeners",
            "LOGIN://localhost:%d,OPEN://localhost:%d,CONTROLLER://localhost:%d"
                .formatted(port, openPort, controllerPort)),
        Map.entry(
            "advertised.listeners",
            "LOGIN://localhost:%d,OPEN://localhost:%d".formatted(port, openPort)),
        Map.entry("inter.broker.listener.name", "OPEN"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry(
            "listener.security.protocol.map",
            "LOGIN:SASL_PLAINTEXT,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("controller.quorum.voters", "1@localhost:" + controllerPort),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,OAUTHBEARER"),
        Map.entry(
            "listener.name.login.plain.sasl.jaas.config",
            "%splain.PlainLoginModule required user_%s=\"%s\";"
                .formatted(
                    SECURITY, USERNAME, PASSWORD.replace("\\", "\\\\").replace("\"", "\\\""))),
        Map.entry(
            "listener.name.login.scram-sha-256.sasl.jaas.config",
            SECURITY + "scram.ScramLoginModule required;"),
        Map.entry(
            "listener.name.login.oauthbearer.sasl.jaas.config",
            SECURITY
                + "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "2"),
        Map.entry("log.cleaner.dedupe.buffer.size", "16777216"));
  }
}
