package dev.millrace.scenarios;

import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.topology.TopologySettings;
import dev.millrace.topology.WorkflowTopology;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeployedDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** One life of a scenario's engine, from its start or restart to its end. */
final class DriverRun implements AutoCloseable {
  private static final String CHANGELOG = "-changelog";

  /**
   * As long as a new engine lets commands go before timers; the driver begins so much earlier, so
   * that it is over at the scenario's instant.
   */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Codecs codecs;
  private final TopicLog log;
  private final EngineWatch.Notes notes;
  private final TopologyTestDriver driver;
  private final Set<String> inputs;
  private final List<StageRequest> requests = new ArrayList<>();

  /** What has come to the engine since the last look, by topic. */
  private final Map<String, List<TopicLog.Entry>> given = new HashMap<>();

  private Instant now;

  private DriverRun(
      Codecs codecs, ScenarioStages stages, CommitPoints points, TopicLog log, Instant at) {
    this.codecs = codecs;
    this.log = log;
    this.notes = new EngineWatch.Notes(points, at);
    this.now = at.minus(GRACE);
    var settings = settings(codecs, notes);
    var topology = topology(codecs, stages, log, settings);
    this.inputs = inputs(topology.describe());
    this.driver = new TopologyTestDriver(topology, settings, now);
  }

  /** Begins an engine on what the log holds, at an instant of the scenario. */
  static DriverRun begin(
      Codecs codecs, ScenarioStages stages, CommitPoints points, TopicLog log, Instant at) {
    var run = new DriverRun(codecs, stages, points, log, at);
    run.restoreDefinitions();
    return run;
  }

  private static Properties settings(Codecs codecs, EngineWatch.Notes notes) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, codecs.topics().engine());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
    settings.put(StreamsConfig.PROCESSOR_WRAPPER_CLASS_CONFIG, EngineWatch.class);
    settings.put(EngineWatch.NOTES, notes);
    return settings;
  }

  private static Topology topology(
      Codecs codecs, ScenarioStages stages, TopicLog log, Properties settings) {
    var watched = new Topology(new TopologyConfig(new StreamsConfig(settings)));
    return WorkflowTopology.build(
        watched,
        codecs,
        deployed -> plan(deployed, stages),
        TopologySettings.DEFAULT,
        store -> RestoredStore.supplier(store, log.rows(changelog(codecs, store))));
  }

  private static Plan plan(DeployedDefinition deployed, ScenarioStages stages)
      throws InvalidDefinitionException {
    var resources = Resources.of(deployed.resources());
    return PlanCompiler.compile(deployed.source(), stages.catalog(), resources).plan();
  }

  private static String changelog(Codecs codecs, String store) {
    return codecs.topics().engine() + "-" + store + CHANGELOG;
  }

  /** What the engine consumes; not its global stores, which a restart fills by itself. */
  private static Set<String> inputs(TopologyDescription described) {
    var inputs = new LinkedHashSet<String>();
    for (var part : described.subtopologies()) {
      for (var node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source) {
          inputs.addAll(source.topicSet());
        }
      }
    }
    return inputs;
  }

  private void restoreDefinitions() {
    log.all(codecs.topics().definitions()).forEach(entry -> pipe(entry.topic(), entry.record()));
  }

  void define(TestRecord<byte[], byte[]> definition) {
    log.append(codecs.topics().definitions(), definition);
    pipe(codecs.topics().definitions(), definition);
  }

  Set<String> inputs() {
    return inputs;
  }

  /**
   * When the engine wants to be woken; null when no time means anything to it.
   *
   * @param alsoIdle whether by a tick too that has just found nothing to do
   */
  @Nullable Instant nextAlarm(boolean alsoIdle) {
    return notes.nextAlarm(alsoIdle);
  }

  /** Lets time pass, without looking at what would have been due on the way. */
  void moveTo(Instant time) {
    var span = Duration.between(now, time);
    if (span.isPositive()) {
      now = time;
      driver.advanceWallClockTime(span);
    }
  }

  void consume(TopicLog.Entry entry) {
    give(entry);
    pipe(entry.topic(), entry.record());
  }

  private void pipe(String topic, TestRecord<byte[], byte[]> record) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  /** Moves what was committed into the log: what was produced, and what was consumed. */
  void collect() {
    for (var topic : driver.producedTopicNames()) {
      var output =
          driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      for (var record : output.readRecordsToList()) {
        give(log.append(topic, record));
        requestOf(topic, record);
      }
    }
    for (var topic : inputs) {
      log.consume(topic, given.getOrDefault(topic, List.of()), notes.takeConsumed(topic));
    }
    given.clear();
  }

  private void give(TopicLog.Entry entry) {
    given.computeIfAbsent(entry.topic(), _ -> new ArrayList<>()).add(entry);
  }

  private void requestOf(String topic, TestRecord<byte[], byte[]> record) {
    var prefix = codecs.topics().namespace() + ".stage.";
    if (topic.startsWith(prefix)) {
      var stage = new StageName(topic.substring(prefix.length()));
      requests.add(DriverEngine.decode(codecs.stageRequests(stage), record.value()));
    }
  }

  List<StageRequest> takeRequests() {
    var taken = List.copyOf(requests);
    requests.clear();
    return taken;
  }

  @Override
  public void close() {
    driver.close();
  }
}
