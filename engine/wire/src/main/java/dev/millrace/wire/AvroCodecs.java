package dev.millrace.wire;

import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.schema.v1.DefinitionDeployed;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.specific.SpecificRecordBase;

/** The codecs of a namespace in Avro. Make one per process and namespace, and share it. */
public final class AvroCodecs implements Codecs {
  private final Topics topics;
  private final Formats formats;
  private final Codec<Submission> submissions;
  private final Codec<WorkflowCommand> commands;
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

  private static <R extends SpecificRecordBase> RecordFormat<R> singleObject(
      String topic, Class<R> type) {
    return new SingleObjectFormat<>(new AvroType<>(type));
  }

  private <T, R extends SpecificRecordBase> Codec<T> codec(
      String topic, Class<R> type, Mapping<T, R> mapping) {
    return new AvroCodec<>(mapping, formats.of(topic, type));
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
}
