package dev.millrace.server;

import dev.millrace.broker.BrokerSettings;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.stages.worker.StageWorkers;
import dev.millrace.stages.worker.WorkerSettings;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a namespace needs in one process: engine, stage workers and, for development, the
 * broker. What was started last is closed first.
 */
public final class MillraceNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MillraceNode.class);

  private final String bootstrapServers;
  private final Engine engine;
  private final List<StageWorkers> workers;
  private final Deque<AutoCloseable> parts;

  private MillraceNode(
      String bootstrapServers,
      Engine engine,
      List<StageWorkers> workers,
      Deque<AutoCloseable> parts) {
    this.bootstrapServers = bootstrapServers;
    this.engine = engine;
    this.workers = workers;
    this.parts = parts;
  }

  /**
   * A node with a broker of its own.
   *
   * @param data folder of broker and engine; opened again by the next node
   * @param port of the broker; 0 for any free one
   * @param stages run in this process, and callable from definitions
   */
  public static MillraceNode startWithBroker(
      Path data, int port, Topics topics, Collection<StageSpec> stages) {
    var broker = EmbeddedBroker.start(new BrokerSettings(data.resolve("broker"), port, 0));
    try {
      var engineData = data.resolve("engine").resolve(topics.namespace());
      var settings = EngineSettings.of(broker.bootstrapServers(), topics, engineData);
      var node = start(settings, broker.bootstrapServers(), stages, true);
      node.parts.addLast(broker);
      return node;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /**
   * A node at a Kafka that is there.
   *
   * @param stages callable from definitions
   * @param runStages whether this process also does their work; if not, worker processes do
   */
  public static MillraceNode start(
      EngineSettings settings,
      String bootstrapServers,
      Collection<StageSpec> stages,
      boolean runStages) {
    var parts = new ArrayDeque<AutoCloseable>();
    var engine = Engine.start(settings, Stages.catalog(stages));
    parts.addFirst(engine);
    var workers = runStages ? List.of(startWorkers(settings, stages)) : List.<StageWorkers>of();
    workers.forEach(parts::addFirst);
    return new MillraceNode(bootstrapServers, engine, workers, parts);
  }

  private static StageWorkers startWorkers(EngineSettings settings, Collection<StageSpec> stages) {
    var workerSettings =
        new WorkerSettings(
            settings.kafka(),
            settings.codecs(),
            Membership.of(settings.data()),
            settings.bounds().recordBytesMax(),
            settings.claimCheck());
    return StageWorkers.start(stages, workerSettings);
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public Engine engine() {
    return engine;
  }

  /**
   * Waits until engine and workers work.
   *
   * @return false if that takes longer
   * @throws IllegalStateException if the engine has stopped instead
   */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    var until = System.nanoTime() + atMost.toNanos();
    var ready = engine.awaitReady(atMost);
    for (var worker : workers) {
      ready = ready && worker.awaitRunning(Duration.ofNanos(until - System.nanoTime()));
    }
    LOG.info(ready ? "node is ready at {}" : "node is not ready yet at {}", bootstrapServers);
    return ready;
  }

  @Override
  public void close() {
    for (var part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close in order", part.getClass().getSimpleName(), e);
      }
    }
  }
}
