package dev.millrace.topology;

import dev.millrace.wire.Codecs;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The shape that runs a namespace. It is the same for every namespace and never changes with what
 * is deployed: definitions are data.
 *
 * <pre>
 * submissions ─► intake ─► commands, dead letters
 * commands ─► workflow ─► stage topics, commands, outcomes, events, lifecycle, coordination,
 *                          dead letters
 * events ─► event-intake ─► coordination, dead letters
 * coordination ─► coordinator ─► commands, coordination, dead letters
 * definitions ─► (global store)
 * </pre>
 *
 * <p>Sources deliver bytes and processors decode them, so that what cannot be decoded meets our
 * dead letters and not Kafka's exception handlers.
 */
public final class WorkflowTopology {
  static final String ADMITTED = "admitted";
  static final String REFUSED = "refused";
  static final String OUTBOX = "outbox";
  static final String OUTCOMES = "outcomes";
  static final String COME_BACK = "come-back";
  static final String EMITTED = "emitted-events";
  static final String LIFECYCLE = "lifecycle-events";
  static final String COORDINATED = "coordinated";
  static final String QUARANTINED = "quarantined";
  static final String ROUTED = "routed-events";
  static final String REFUSED_EVENTS = "refused-events";
  static final String TOLD = "told";
  static final String AGAIN = "again";
  static final String REFUSED_WISHES = "refused-wishes";

  /** Its changelog is the event log: {@link dev.millrace.wire.Topics#journal()}. */
  static final String JOURNAL = "journal";

  static final String SNAPSHOTS = "snapshots";
  static final String TIMERS = "timers";
  static final String PARKED = "parked-starts";

  /** Events that came after the announcement of a definition that has not come yet. */
  static final String HELD = "held-events";

  static final String DEFINITIONS = "definitions";

  /** Rows of what instances share. */
  static final String SHARED = "coordination";

  static final String SHARED_TIMERS = "coordination-timers";

  private static final String INTAKE = "intake";
  private static final String WORKFLOW = "workflow";
  private static final String EVENT_INTAKE = "event-intake";
  private static final String COORDINATOR = "coordinator";
  private static final Serializer<byte[]> KEY = new ByteArraySerializer();
  private static final Serializer<Outgoing> VALUE = (_, outgoing) -> outgoing.value();
  private static final ByteArrayDeserializer BYTES = new ByteArrayDeserializer();

  private WorkflowTopology() {}

  public static Topology build(Codecs codecs, PlanLoader plans, TopologySettings settings) {
    return build(new Topology(), codecs, plans, settings, WorkflowTopology::store);
  }

  /**
   * The same shape for those who watch it from inside, as scenarios do.
   *
   * @param empty gets the shape; may have been made with a configuration, e.g. a wrapper of
   *     processors
   * @param stores makes the stores that are to outlive the process, by name
   */
  public static Topology build(
      Topology empty,
      Codecs codecs,
      PlanLoader plans,
      TopologySettings settings,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var cache = new Plans.Cache();
    addDefinitions(empty, codecs, cache);
    addIntake(empty, codecs, settings);
    addWorkflow(empty, codecs, plans, cache, settings, stores);
    addEventIntake(empty, codecs, plans, cache, settings, stores);
    addCoordinator(empty, codecs, plans, cache, settings, stores);
    return empty;
  }

  private static void addDefinitions(Topology topology, Codecs codecs, Plans.Cache cache) {
    var store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(DEFINITIONS), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled();
    topology.addGlobalStore(
        store,
        "deployed-definitions",
        Serdes.Bytes().deserializer(),
        BYTES,
        codecs.topics().definitions(),
        "keep-definition",
        () -> new KeepDefinition(cache));
  }

  private static void addIntake(Topology topology, Codecs codecs, TopologySettings settings) {
    var topics = codecs.topics();
    topology
        .addSource("submissions", BYTES, BYTES, topics.submissions())
        .addProcessor(INTAKE, () -> new Intake(codecs, settings), "submissions")
        .addSink(ADMITTED, topics.commands(), KEY, VALUE, INTAKE)
        .addSink(REFUSED, topics.deadLetters(), KEY, VALUE, INTAKE);
  }

  private static void addWorkflow(
      Topology topology,
      Codecs codecs,
      PlanLoader plans,
      Plans.Cache cache,
      TopologySettings settings,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var topics = codecs.topics();
    topology
        .addSource("commands", BYTES, BYTES, topics.commands())
        .addProcessor(
            WORKFLOW, () -> new WorkflowProcessor(codecs, settings, plans, cache), "commands")
        .addStateStore(logged(stores.apply(JOURNAL)), WORKFLOW)
        .addStateStore(logged(stores.apply(SNAPSHOTS)), WORKFLOW)
        .addStateStore(logged(stores.apply(TIMERS)), WORKFLOW)
        .addStateStore(logged(stores.apply(PARKED)), WORKFLOW)
        .addSink(OUTBOX, new StageTopic(), KEY, VALUE, WORKFLOW)
        .addSink(COME_BACK, topics.commands(), KEY, VALUE, WORKFLOW)
        .addSink(OUTCOMES, topics.outcomes(), KEY, VALUE, WORKFLOW)
        .addSink(EMITTED, topics.events(), KEY, VALUE, WORKFLOW)
        .addSink(LIFECYCLE, topics.lifecycle(), KEY, VALUE, WORKFLOW)
        .addSink(COORDINATED, topics.coordination(), KEY, VALUE, WORKFLOW)
        .addSink(QUARANTINED, topics.deadLetters(), KEY, VALUE, WORKFLOW);
  }

  /** On disk what may grow, in memory what is bounded. */
  private static KeyValueBytesStoreSupplier store(String name) {
    return name.equals(PARKED) || name.equals(HELD)
        ? Stores.inMemoryKeyValueStore(name)
        : Stores.persistentKeyValueStore(name);
  }

  private static void addEventIntake(
      Topology topology,
      Codecs codecs,
      PlanLoader plans,
      Plans.Cache cache,
      TopologySettings settings,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var topics = codecs.topics();
    topology
        .addSource("events", BYTES, BYTES, topics.events())
        .addProcessor(EVENT_INTAKE, () -> new EventIntake(codecs, settings, plans, cache), "events")
        .addStateStore(logged(stores.apply(HELD)), EVENT_INTAKE)
        .addSink(ROUTED, topics.coordination(), KEY, VALUE, EVENT_INTAKE)
        .addSink(REFUSED_EVENTS, topics.deadLetters(), KEY, VALUE, EVENT_INTAKE);
  }

  private static void addCoordinator(
      Topology topology,
      Codecs codecs,
      PlanLoader plans,
      Plans.Cache cache,
      TopologySettings settings,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var topics = codecs.topics();
    topology
        .addSource("coordination-commands", BYTES, BYTES, topics.coordination())
        .addProcessor(
            COORDINATOR,
            () -> new Coordinator(codecs, settings, plans, cache),
            "coordination-commands")
        .addStateStore(logged(stores.apply(SHARED)), COORDINATOR)
        .addStateStore(logged(stores.apply(SHARED_TIMERS)), COORDINATOR)
        .addSink(TOLD, topics.commands(), KEY, VALUE, COORDINATOR)
        .addSink(AGAIN, topics.coordination(), KEY, VALUE, COORDINATOR)
        .addSink(REFUSED_WISHES, topics.deadLetters(), KEY, VALUE, COORDINATOR);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> logged(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of())
        .withCachingDisabled();
  }

  /** The outbox is many topics: that of the stage a request is for. */
  private static final class StageTopic implements TopicNameExtractor<byte[], Outgoing> {
    @Override
    public String extract(byte[] key, Outgoing outgoing, RecordContext place) {
      return outgoing.topic();
    }

    @Override
    public String toString() {
      return "topic of the stage";
    }
  }

  /** Restoring a global store copies its topic as it is, so nothing may be changed here either. */
  private static final class KeepDefinition extends ContextualProcessor<Bytes, byte[], Void, Void> {
    private final Plans.Cache cache;

    private KeepDefinition(Plans.Cache cache) {
      this.cache = cache;
    }

    @Override
    public void process(Record<Bytes, byte[]> definition) {
      KeyValueStore<Bytes, byte[]> store = context().getStateStore(DEFINITIONS);
      store.put(definition.key(), definition.value());
      cache.changed();
    }
  }
}
