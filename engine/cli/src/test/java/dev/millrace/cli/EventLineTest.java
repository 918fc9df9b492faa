package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo.Settled;
import dev.millrace.core.workflow.Undo.Settlement;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLineTest {
  private static final String REMEDY = "start the engine with MILLRACE_SECRET_shop_key";
  private final EventLine lines = new EventLine(CommandLineRun.silent());

  @Test
  void the_error_a_run_ends_with_keeps_its_last_words() {
    var error = error("x".repeat(300) + REMEDY);
    assertThat(lines.ending(new Outcome.Failed(error))).endsWith(REMEDY);
    assertThat(EventLine.error(error)).doesNotContain(REMEDY);
  }

  @Test
  void an_error_of_any_length_is_cut_in_the_end() {
    assertThat(lines.ending(new Outcome.Failed(error("x".repeat(100_000))))).hasSizeLessThan(5_000);
  }

  @Test
  void one_task_is_one_task() {
    var position = new TaskPosition("/do/0/reserve", "");
    var outcome =
        new Outcome.Compensated(
            new Outcome.Cancelled("enough"), List.of(new Settled(position, Settlement.UNDONE, "")));
    assertThat(lines.ending(outcome)).startsWith("COMPENSATED 1 task undone after");
  }

  private static WorkflowError error(String detail) {
    return WorkflowError.Kind.CONFIGURATION.error(detail);
  }
}
