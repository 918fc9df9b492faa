package dev.millrace.wire;

import dev.millrace.core.StageName;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.Row;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowState;

/** The codec of every topic of a namespace whose values are Avro. */
public interface Codecs {
  Topics topics();

  /** Reads JSON and Avro, because any Kafka client may submit; writes Avro. */
  Codec<Submission> submissions();

  Codec<WorkflowCommand> commands();

  Codec<CoordinationCommand> coordination();

  Codec<Row> coordinationRows();

  Codec<StageRequest> stageRequests(StageName stage);

  Codec<JournalEntry> journal();

  Codec<WorkflowState> snapshots();

  Codec<InstanceOutcome> outcomes();

  Codec<DeployedDefinition> definitions();

  Codec<DeadLetter> deadLetters();
}
