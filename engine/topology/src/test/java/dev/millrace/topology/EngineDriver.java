package dev.millrace.topology;

import static dev.millrace.topology.TestPlans.WORK;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codec;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.JournalKey;
import dev.millrace.wire.JsonBytes;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import dev.millrace.wire.UndecodableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The engine's topology under a clock that stands still, spoken to as its neighbours would. */
final class EngineDriver implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Codecs codecs = AvroCodecs.embedded(new Topics("shop"));
  private final Map<DefinitionId, Plan> plans = new HashMap<>();
  private final TopologyTestDriver driver;
  private Instant now = NOON;

  EngineDriver(TopologySettings settings) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, codecs.topics().engine());
    driver =
        new TopologyTestDriver(
            WorkflowTopology.build(codecs, this::load, settings), properties, NOON);
  }

  private Plan load(DeployedDefinition definition) {
    var plan = plans.get(definition.id());
    if (plan == null) {
      throw new IllegalStateException("no test made a plan for " + definition.id());
    }
    return plan;
  }

  void deploy(Plan plan) {
    plans.put(plan.id(), plan);
    deployUnloadable(plan);
  }

  void retire(Plan plan) {
    deployed(new DeployedDefinition(plan.id(), "…", plan.hash(), now).retired(now));
  }

  void delete(Plan plan) {
    driver
        .createInputTopic(
            codecs.topics().definitions(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(plan.id().toString().getBytes(UTF_8), null, now));
  }

  /**
   * A definition as people write them, with calls of stage {@code work}.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  Plan deploy(String definition) {
    var plan = plan(definition);
    deploy(plan);
    return plan;
  }

  Plan plan(String definition) {
    try {
      return PlanCompiler.compile(definition, new FunctionCatalog(Map.of("work", WORK))).plan();
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException(definition, e);
    }
  }

  /** The engine can load the plan from now on; nothing tells it so. */
  void makeLoadable(Plan plan) {
    plans.put(plan.id(), plan);
  }

  /** Deployed, but this engine has no plan for it. */
  void deployUnloadable(Plan plan) {
    deployed(new DeployedDefinition(plan.id(), "…", plan.hash(), now));
  }

  private void deployed(DeployedDefinition definition) {
    pipe(
        codecs.topics().definitions(),
        definition.id().toString().getBytes(UTF_8),
        codecs.definitions().encode(definition));
  }

  void submit(String instance, String workflow, JsonNode input) {
    var start = new Submission.Start(DefinitionRef.parse(workflow), input);
    submit(instance, codecs.submissions().encode(start));
  }

  void submit(String instance, byte[] value) {
    pipe(codecs.topics().submissions(), instance.getBytes(UTF_8), value);
  }

  void cancel(String instance, String why) {
    submit(instance, codecs.submissions().encode(new Submission.Cancel(why)));
  }

  void answer(StageRequest request, JsonNode output) {
    command(
        new WorkflowCommand.CompleteStage(
            request.instanceId(),
            request.position(),
            request.attempt(),
            new StageAnswer.Completed(output)));
  }

  void command(WorkflowCommand command) {
    commandBytes(command.instanceId().value(), codecs.commands().encode(command));
  }

  void commandBytes(String key, byte[] value) {
    pipe(codecs.topics().commands(), key.getBytes(UTF_8), value);
  }

  void event(JsonNode event) {
    event(CloudEventRecords.headers(), CloudEventRecords.value(event));
  }

  void event(Headers headers, byte[] value) {
    TestInputTopic<byte[], byte[]> input =
        driver.createInputTopic(
            codecs.topics().events(), new ByteArraySerializer(), new ByteArraySerializer());
    input.pipeInput(new TestRecord<>(null, value, headers, now));
  }

  void coordinate(CoordinationCommand command) {
    coordinationBytes(command.key(), codecs.coordination().encode(command));
  }

  void coordinationBytes(String key, byte[] value) {
    pipe(codecs.topics().coordination(), key.getBytes(UTF_8), value);
  }

  void passTime(Duration duration) {
    now = now.plus(duration);
    driver.advanceWallClockTime(duration);
  }

  /** Requests to stage {@code work} since the last look. */
  List<StageRequest> requests() {
    return read(codecs.topics().stage(WORK), codecs.stageRequests(WORK));
  }

  StageRequest request() {
    var requests = requests();
    if (requests.size() != 1) {
      throw new AssertionError("expected one request, got " + requests);
    }
    return requests.getFirst();
  }

  List<InstanceOutcome> outcomes() {
    return read(codecs.topics().outcomes(), codecs.outcomes());
  }

  List<DeadLetter> deadLetters() {
    return read(codecs.topics().deadLetters(), codecs.deadLetters());
  }

  /** CloudEvents the engine put where others listen, since the last look. */
  List<JsonNode> emitted() {
    var output =
        driver.createOutputTopic(
            codecs.topics().events(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    return output.readValuesToList().stream().map(EngineDriver::json).toList();
  }

  private static JsonNode json(byte[] value) {
    try {
      return JsonBytes.read(value, 0, value.length);
    } catch (IOException e) {
      throw new AssertionError("the engine wrote what is no JSON", e);
    }
  }

  List<JournalEntry> journal(String instance) {
    var id = new InstanceId(instance);
    var entries = new ArrayList<JournalEntry>();
    try (var rows = store(WorkflowTopology.JOURNAL).range(key(id, 0), key(id, Long.MAX_VALUE))) {
      while (rows.hasNext()) {
        entries.add(decode(codecs.journal(), rows.next().value));
      }
    }
    return entries;
  }

  /** The run of another workflow that the instance started last. */
  String childOf(String instance) {
    return journal(instance).stream()
        .flatMap(entry -> entry.events().stream())
        .filter(WorkflowEvent.ChildStarted.class::isInstance)
        .map(event -> ((WorkflowEvent.ChildStarted) event).child().value())
        .toList()
        .getLast();
  }

  int rows(String store) {
    var count = 0;
    try (var rows = store(store).all()) {
      for (; rows.hasNext(); rows.next()) {
        count++;
      }
    }
    return count;
  }

  /** Puts into a store what the engine never wrote there. */
  void spoil(String store, byte[] key) {
    store(store).put(Bytes.wrap(key), new byte[] {1, 2, 3});
  }

  void heal(String store, byte[] key) {
    store(store).delete(Bytes.wrap(key));
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return driver.getKeyValueStore(name);
  }

  private static Bytes key(InstanceId id, long sequence) {
    return Bytes.wrap(new JournalKey(id, sequence).encode());
  }

  private void pipe(String topic, byte[] key, byte[] value) {
    TestInputTopic<byte[], byte[]> input =
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    input.pipeInput(key, value, now);
  }

  private <T> List<T> read(String topic, Codec<T> codec) {
    var output =
        driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    return output.readValuesToList().stream().map(value -> decode(codec, value)).toList();
  }

  private static <T> T decode(Codec<T> codec, byte[] bytes) {
    try {
      return codec.decode(bytes);
    } catch (UndecodableException e) {
      throw new AssertionError("the engine wrote what its codec cannot read", e);
    }
  }

  @Override
  public void close() {
    driver.close();
  }
}
