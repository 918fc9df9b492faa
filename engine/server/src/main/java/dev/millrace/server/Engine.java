package dev.millrace.server;

import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.topology.Recovery;
import dev.millrace.topology.StreamsSettings;
import dev.millrace.topology.WorkflowTopology;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology of one namespace, running in this process. Stages are somebody else's. */
public final class Engine implements AutoCloseable {
  /** How long a stop in order may take before threads are left to die with the process. */
  public static final Duration CLOSE_MAX = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final Admin admin;
  private final KafkaStreams streams;
  private final CompletableFuture<State> ready = new CompletableFuture<>();
  private final CompletableFuture<State> ended = new CompletableFuture<>();

  private Engine(Admin admin, KafkaStreams streams) {
    this.admin = admin;
    this.streams = streams;
  }

  /**
   * Makes the topics that are missing and begins to join the group; {@link #awaitReady} says when
   * the engine works.
   *
   * @param catalog functions definitions may call, from {@code Stages.catalog}
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or refuse
   * @throws RegistryUnavailableException if there is a registry and it does not answer, or refuses
   */
  public static Engine start(EngineSettings settings, FunctionCatalog catalog) {
    var admin = Admin.create(Map.copyOf(settings.kafka()));
    try {
      var plans = new CatalogPlans(catalog, settings, admin);
      settings.codecs().register();
      plans.ensureTopics();
      var engine = new Engine(admin, streams(settings, plans));
      engine.begin(settings);
      return engine;
    } catch (RuntimeException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
  }

  private static KafkaStreams streams(EngineSettings settings, CatalogPlans plans) {
    var streamsSettings =
        new StreamsSettings(
            settings.kafka(),
            settings.topics().engine(),
            Membership.of(settings.data()),
            settings.data().resolve("streams"),
            settings.threads(),
            settings.sizing().replicationFactor(),
            settings.sizing().recordBytesMax());
    return new KafkaStreams(
        WorkflowTopology.build(settings.codecs(), plans, settings.bounds()),
        streamsSettings.properties());
  }

  private void begin(EngineSettings settings) {
    LOG.info(
        "engine of namespace {} starts, {} threads, data in {}",
        settings.topics().namespace(),
        settings.threads(),
        settings.data());
    streams.setUncaughtExceptionHandler(new Recovery());
    streams.setStateListener((state, _) -> changed(state));
    streams.start();
  }

  private void changed(State state) {
    LOG.info("engine is {}", state);
    switch (state) {
      case RUNNING -> ready.complete(state);
      case ERROR, NOT_RUNNING -> {
        ready.completeExceptionally(new IllegalStateException("the engine is " + state));
        ended.complete(state);
      }
      case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR -> {}
    }
  }

  /**
   * Waits until every instance of this process's partitions can be worked on.
   *
   * @return false if that takes longer
   * @throws IllegalStateException if the engine has stopped instead; its log says why
   */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    try {
      ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine did not start", e);
    }
  }

  /** Returns when the engine has ended: closed, or stopped after too many failures in a row. */
  public void awaitEnd() throws InterruptedException {
    try {
      ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed so", e);
    }
  }

  public State state() {
    return streams.state();
  }

  @Override
  public void close() {
    if (!streams.close(CLOSE_MAX)) {
      LOG.warn("engine did not stop within {}", CLOSE_MAX);
    }
    admin.close(CLOSE_MAX);
  }
}
