package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.UndoLog;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowState;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What bytes from before branches, children and sagas say of them: that there were none. */
class FirstReleaseTest {
  private final Codecs codecs = AvroCodecs.embedded(Samples.TOPICS);

  @Test
  void a_snapshot_is_of_an_instance_with_one_branch_and_nothing_to_undo() throws Exception {
    var state = (WorkflowState.Running) codecs.snapshots().decode(bytes("snapshots/Running-1"));

    assertThat(state.branches()).singleElement().matches(Branch::isRoot);
    assertThat(state.branches().getFirst().frames())
        .hasSize(9)
        .extracting(Frame::entry)
        .allMatch(entry -> entry.undoMark() == 0);
    assertThat(state.branchesBegun()).isEqualTo(1);
    assertThat(state.undo()).isEqualTo(UndoLog.EMPTY);
    assertThat(state.signals()).isEmpty();
    assertThat(state.children()).isEmpty();
    assertThat(state.permit()).isNull();
    assertThat(state.suspendedAt()).isNull();
    assertThat(state.run().origin()).isEqualTo(new Origin.Submitted());
  }

  @Test
  void a_finished_instance_has_nothing_to_undo() throws Exception {
    var state = (WorkflowState.Finished) codecs.snapshots().decode(bytes("snapshots/Finished-1"));

    assertThat(state.undoable()).isNull();
  }

  @Test
  void an_event_is_of_a_submitted_instance_and_its_own_branch() throws Exception {
    var started = (WorkflowEvent.WorkflowStarted) event("WorkflowStarted-1");
    var skipped = (WorkflowEvent.TaskSkipped) event("TaskSkipped-1");

    assertThat(started.origin()).isEqualTo(new Origin.Submitted());
    assertThat(skipped.position().branch()).isEqualTo(Branch.ROOT);
  }

  private WorkflowEvent event(String name) throws Exception {
    return codecs.journal().decode(bytes("journal/" + name)).events().getFirst();
  }

  @Test
  void a_start_is_a_submission() throws Exception {
    var start = (WorkflowCommand.Start) codecs.commands().decode(bytes("commands/Start-1"));

    assertThat(start.origin()).isEqualTo(new Origin.Submitted());
  }

  private static byte[] bytes(String sample) throws IOException {
    return Files.readAllBytes(SchemasFolder.golden().resolve(sample + ".bin"));
  }
}
