package dev.millrace.cli;

import dev.millrace.broker.BrokerSettings;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.core.StageName;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.Topics;
import dev.millrace.wire.blob.BlobLocation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Engine, stages and, unless there is a Kafka already, a broker, in this process. */
final class LocalEngine implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  private final @Nullable EmbeddedBroker broker;
  private final MillraceNode node;
  private final Connection connection;
  private final List<StageSpec> stages;

  private LocalEngine(
      @Nullable EmbeddedBroker broker,
      MillraceNode node,
      Connection connection,
      List<StageSpec> stages) {
    this.broker = broker;
    this.node = node;
    this.connection = connection;
    this.stages = stages;
  }

  /**
   * @param bootstrap an existing Kafka; null for an embedded broker
   * @param registry of schemas; null where there is none
   * @param blobs where large values are kept
   * @param records how large they may be
   * @param lifecycle of what instances tell the outside whose definition does not say
   * @param port of the embedded broker; 0 for any free one
   * @param runsStages whether this process does the stages' work, too
   * @param values what the stages may read, e.g. {@code llm.provider}
   */
  record Settings(
      Workspace workspace,
      Topics topics,
      @Nullable String bootstrap,
      @Nullable URI registry,
      BlobLocation blobs,
      RecordLimits records,
      LifecycleLevel lifecycle,
      int port,
      boolean runsStages,
      Map<String, String> values) {}

  /**
   * Returns when work can begin.
   *
   * @param terminal shows what is being waited for
   * @throws CommandFailure if the data folder or port is in use, the given Kafka does not answer,
   *     or the engine is not ready within {@code READY_TIMEOUT}
   */
  static LocalEngine start(Settings settings, Terminal terminal) {
    var stages = stages(settings);
    var broker = settings.bootstrap() == null ? broker(settings, terminal) : null;
    try {
      terminal.replaceLine("starting the engine…");
      var connection = connection(settings, broker);
      var node =
          MillraceNode.start(
              settings(settings, connection),
              connection.bootstrapServers(),
              stages,
              settings.runsStages());
      var engine =
          new LocalEngine(broker, node, connection, settings.runsStages() ? stages : List.of());
      engine.awaitReady();
      terminal.replaceLine("");
      return engine;
    } catch (RuntimeException e) {
      if (broker != null) {
        broker.close();
      }
      throw e;
    }
  }

  private static EngineSettings settings(Settings settings, Connection connection) {
    var namespace = connection.topics().namespace();
    return EngineSettings.of(
            connection.bootstrapServers(),
            connection.codecs(),
            settings.blobs(),
            settings.workspace().engine().resolve(namespace))
        .withRecords(settings.records())
        .withLifecycle(settings.lifecycle());
  }

  private static List<StageSpec> stages(Settings settings) {
    return Stages.discover(new StageSettings(settings.workspace().stages(), settings.values()));
  }

  private static EmbeddedBroker broker(Settings settings, Terminal terminal) {
    terminal.replaceLine("starting Kafka…");
    try {
      return EmbeddedBroker.start(
          new BrokerSettings(settings.workspace().broker(), settings.port(), 0));
    } catch (KafkaException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "the embedded Kafka cannot start: is another millrace using "
              + settings.workspace().broker()
              + (settings.port() == 0 ? "" : " or port " + settings.port())
              + "? ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static Connection connection(Settings settings, @Nullable EmbeddedBroker broker) {
    var given = settings.bootstrap();
    if (given != null) {
      return new Connection(given, settings.topics(), settings.registry()).reached();
    }
    if (broker == null) {
      throw new IllegalStateException("neither a Kafka nor a broker");
    }
    return new Connection(broker.bootstrapServers(), settings.topics(), settings.registry());
  }

  private void awaitReady() {
    try {
      if (!node.awaitReady(READY_TIMEOUT)) {
        throw new CommandFailure(
            ExitCode.DEFECT, "the engine is not ready after " + READY_TIMEOUT + "; see the log");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.DEFECT, "interrupted", e);
    }
  }

  Connection connection() {
    return connection;
  }

  /** Those whose work this process does. */
  List<StageName> stages() {
    return stages.stream().map(StageSpec::name).toList();
  }

  /** Returns when the engine has ended: closed, or stopped after too many failures in a row. */
  void awaitEnd() {
    try {
      node.engine().awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    node.close();
    if (broker != null) {
      broker.close();
    }
  }
}
