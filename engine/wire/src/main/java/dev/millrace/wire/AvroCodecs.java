package dev.millrace.wire;

import dev.millrace.core.StageName;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.Row;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.schema.v1.CoordinationRow;
import dev.millrace.schema.v1.DefinitionDeployed;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.specific.SpecificRecordBase;

/** The codecs of a namespace in Avro. Make one per process and namespace, and share it. */
public final class AvroCodecs implements Codecs {
  private final Topics topics;
  private final Formats formats;
  private final Collection<RecordFormat<?>> inUse = new ConcurrentLinkedQueue<>();
  private final Codec<Submission> submissions;
  private final Codec<WorkflowCommand> commands;
  private final Codec<CoordinationCommand> coordination;
  private final Codec<Row> coordinationRows;
  private final Codec<JournalEntry> journal;
  private final Codec<WorkflowState> snapshots;
  private final Codec<InstanceOutcome> outcomes;
  private final Codec<DeployedDefinition> definitions;
  private final Codec<DeadLetter> deadLetters;
  private final ConcurrentMap<StageName, Codec<StageRequest>> stageRequests =
      new ConcurrentHashMap<>();

  private AvroCodecs(Topics topics, Formats formats) {
    this.topics = topics;
    this.formats = formats;
    submissions =
        new SubmissionCodec(
            codec(
                topics.submissions(),
                dev.millrace.schema.v1.Submission.class,
                new SubmissionMapping()));
    commands =
        codec(
            topics.commands(), dev.millrace.schema.v1.WorkflowCommand.class, new CommandMapping());
    coordination =
        codec(
            topics.coordination(),
            dev.millrace.schema.v1.CoordinationCommand.class,
            new CoordinationMapping());
    coordinationRows = codec(topics.coordinationRows(), CoordinationRow.class, new RowMapping());
    journal =
        codec(topics.journal(), dev.millrace.schema.v1.JournalEntry.class, new JournalMapping());
    snapshots =
        codec(topics.snapshots(), dev.millrace.schema.v1.WorkflowState.class, new StateMapping());
    outcomes =
        codec(
            topics.outcomes(), dev.millrace.schema.v1.InstanceOutcome.class, new OutcomeMapping());
    definitions = codec(topics.definitions(), DefinitionDeployed.class, new DefinitionMapping());
    deadLetters =
        codec(
            topics.deadLetters(), dev.millrace.schema.v1.DeadLetter.class, new DeadLetterMapping());
  }

  /** Needs no registry: records carry the fingerprint of a schema that is in the jar. */
  public static AvroCodecs embedded(Topics topics) {
    return new AvroCodecs(topics, AvroCodecs::singleObject);
  }

  /**
   * Records carry the id of a schema in a registry, under the subject {@code <topic>-value};
   * records of {@link #embedded} are read as well. Asks the registry nothing yet.
   *
   * @throws IllegalArgumentException if the settings name a serde class that cannot be used
   */
  public static AvroCodecs withRegistry(Topics topics, RegistrySettings settings) {
    var serde = settings.serde();
    return new AvroCodecs(
        topics,
        serde == null
            ? new OverRegistry(new Registry(new RegistryClient(settings)))
            : new OverSerde(KafkaSerde.load(settings.url(), serde)));
  }

  private static <R extends SpecificRecordBase> RecordFormat<R> singleObject(
      String topic, Class<R> type) {
    return new SingleObjectFormat<>(new AvroType<>(type));
  }

  private <T, R extends SpecificRecordBase> Codec<T> codec(
      String topic, Class<R> type, Mapping<T, R> mapping) {
    var format = formats.of(topic, type);
    inUse.add(format);
    return new AvroCodec<>(mapping, format);
  }

  /**
   * Registers every schema in use so far. Call it at start, so that a registry that is absent or
   * refuses stops the start and not the first record.
   *
   * @throws IllegalStateException if the registry refuses a schema, e.g. as incompatible
   * @throws RegistryUnavailableException if the registry does not answer
   */
  public void register() {
    inUse.forEach(RecordFormat::prepare);
  }

  @Override
  public Topics topics() {
    return topics;
  }

  @Override
  public Codec<Submission> submissions() {
    return submissions;
  }

  @Override
  public Codec<WorkflowCommand> commands() {
    return commands;
  }

  @Override
  public Codec<CoordinationCommand> coordination() {
    return coordination;
  }

  @Override
  public Codec<Row> coordinationRows() {
    return coordinationRows;
  }

  @Override
  public Codec<StageRequest> stageRequests(StageName stage) {
    return stageRequests.computeIfAbsent(
        stage,
        name ->
            codec(
                topics.stage(name),
                dev.millrace.schema.v1.StageRequest.class,
                new StageRequestMapping()));
  }

  @Override
  public Codec<JournalEntry> journal() {
    return journal;
  }

  @Override
  public Codec<WorkflowState> snapshots() {
    return snapshots;
  }

  @Override
  public Codec<InstanceOutcome> outcomes() {
    return outcomes;
  }

  @Override
  public Codec<DeployedDefinition> definitions() {
    return definitions;
  }

  @Override
  public Codec<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** Which format the values of a topic have. */
  private interface Formats {
    <R extends SpecificRecordBase> RecordFormat<R> of(String topic, Class<R> type);
  }

  private record OverRegistry(Registry registry) implements Formats {
    @Override
    public <R extends SpecificRecordBase> RecordFormat<R> of(String topic, Class<R> type) {
      return new ConfluentFormat<>(new AvroType<>(type), topic, registry);
    }
  }

  private record OverSerde(KafkaSerde serde) implements Formats {
    @Override
    public <R extends SpecificRecordBase> RecordFormat<R> of(String topic, Class<R> type) {
      return new SerdeFormat<>(new AvroType<>(type), topic, serde);
    }
  }
}
