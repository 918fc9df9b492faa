package dev.millrace.server.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.topology.TopologySettings;
import dev.millrace.topology.WorkflowTopology;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import dev.millrace.wire.UndecodableException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The real topology on Kafka's test driver, with the real stages answering from its outbox. */
final class TestDriverEngine implements ConformanceEngine {
  private static final InstanceId ID = new InstanceId("scenario");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ROUNDS_MAX = 100;
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final Codecs codecs = AvroCodecs.embedded(new Topics("kit"));
  private final List<StageSpec> stages =
      Stages.discover(new StageSettings(Path.of("target", "conformance"), Map.of()));

  @Override
  public Run run(String definition, JsonNode input) throws InvalidDefinitionException {
    var plan = PlanCompiler.compile(definition, Stages.catalog(stages)).plan();
    try (var driver = driver()) {
      deploy(driver, plan, definition);
      submit(driver, plan, input);
      return new Run(awaitOutcome(driver), trace(driver));
    } catch (UndecodableException e) {
      throw new AssertionError(e);
    }
  }

  private TopologyTestDriver driver() {
    var config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, codecs.topics().engine());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
    var topology =
        WorkflowTopology.build(
            codecs,
            deployed -> PlanCompiler.compile(deployed.source(), Stages.catalog(stages)).plan(),
            TopologySettings.DEFAULT);
    return new TopologyTestDriver(topology, config, START);
  }

  private void deploy(TopologyTestDriver driver, Plan plan, String source) {
    var deployed = new DeployedDefinition(plan.id(), source, plan.hash(), START);
    pipe(
        driver,
        codecs.topics().definitions(),
        plan.id().toString(),
        codecs.definitions().encode(deployed));
  }

  private void submit(TopologyTestDriver driver, Plan plan, JsonNode input) {
    var submission = new Submission.Start(plan.id().ref(), input);
    pipe(
        driver, codecs.topics().submissions(), ID.value(), codecs.submissions().encode(submission));
  }

  private Outcome awaitOutcome(TopologyTestDriver driver) throws UndecodableException {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      for (var stage : stages) {
        answerAll(driver, stage);
      }
      var outcome = read(driver, codecs.topics().outcomes()).findFirst();
      if (outcome.isPresent()) {
        return codecs.outcomes().decode(outcome.get()).outcome();
      }
      driver.advanceWallClockTime(ROUND);
    }
    throw new AssertionError("no outcome after " + ROUNDS_MAX + " rounds");
  }

  private void answerAll(TopologyTestDriver driver, StageSpec stage) throws UndecodableException {
    for (var bytes : read(driver, codecs.topics().stage(stage.name())).toList()) {
      var request = codecs.stageRequests(stage.name()).decode(bytes);
      pipe(
          driver,
          codecs.topics().commands(),
          ID.value(),
          codecs.commands().encode(answer(stage, request)));
    }
  }

  private static CompleteStage answer(StageSpec stage, StageRequest request) {
    try {
      var function = Optional.ofNullable(stage.functions().get(request.function())).orElseThrow();
      return new CompleteStage(
          request.instanceId(), request.position(), request.attempt(), function.execute(request));
    } catch (Exception e) {
      throw new AssertionError("stage " + stage.name() + " failed", e);
    }
  }

  private List<String> trace(TopologyTestDriver driver) throws UndecodableException {
    var begun = new LinkedHashSet<TaskPosition>();
    for (var entry : journal(driver)) {
      entry.events().forEach(event -> position(event).ifPresent(begun::add));
    }
    return begun.stream().map(TaskPosition::taskName).toList();
  }

  /** The task an event speaks of; its first event is its beginning. */
  private static Optional<TaskPosition> position(WorkflowEvent event) {
    return switch (event) {
      case WorkflowEvent.ScopeEntered e -> Optional.of(e.position());
      case WorkflowEvent.LoopEntered e -> Optional.of(e.position());
      case WorkflowEvent.TryEntered e -> Optional.of(e.position());
      case WorkflowEvent.StageRequested e -> Optional.of(e.position());
      case WorkflowEvent.WaitStarted e -> Optional.of(e.position());
      case WorkflowEvent.TaskCompleted e -> Optional.of(e.position());
      case WorkflowEvent.TaskFailed e -> Optional.of(e.position());
      case WorkflowEvent.ForkEntered e -> Optional.of(e.position());
      case WorkflowEvent.ListenStarted e -> Optional.of(e.position());
      case WorkflowEvent.ChildStarted e -> Optional.of(e.position());
      case WorkflowEvent.CompensationStarted e -> Optional.of(e.position());
      case WorkflowEvent _ -> Optional.empty();
    };
  }

  private List<JournalEntry> journal(TopologyTestDriver driver) throws UndecodableException {
    KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore("journal");
    var entries = new ArrayList<JournalEntry>();
    try (var rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        entries.add(codecs.journal().decode(row.value));
      }
    }
    return entries;
  }

  private static void pipe(TopologyTestDriver driver, String topic, String key, byte[] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(key.getBytes(UTF_8), value);
  }

  private static Stream<byte[]> read(TopologyTestDriver driver, String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readValuesToList()
        .stream();
  }
}
