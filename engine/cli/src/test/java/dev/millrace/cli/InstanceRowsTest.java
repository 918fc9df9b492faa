package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A list of instances is bounded: what ended first gives way to what is under way. */
class InstanceRowsTest {
  private static final int KEPT_MAX = 10;
  private static final DefinitionId GREET = new DefinitionId("shop", "greet", "1.0.0");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final InstanceRows rows =
      new InstanceRows(AvroCodecs.embedded(new Topics("test")).journal(), GREET::equals, KEPT_MAX);

  @Test
  void those_that_ended_first_give_way() {
    begin(0);
    for (var number = 1; number <= KEPT_MAX; number++) {
      begin(number);
      end(number);
    }
    assertThat(rows.dropped()).isEqualTo(1);
    assertThat(rows.newestFirst())
        .hasSize(KEPT_MAX)
        .extracting(row -> row.instanceId().value())
        .contains("i-0", "i-10")
        .doesNotContain("i-1");
  }

  @Test
  void what_has_been_let_go_does_not_come_back_in_part() {
    for (var number = 0; number <= KEPT_MAX; number++) {
      begin(number);
    }
    end(0);
    assertThat(rows.newestFirst())
        .extracting(row -> row.instanceId().value())
        .doesNotContain("i-0");
  }

  private void begin(int number) {
    var nothing = JsonNodeFactory.instance.objectNode();
    var at = NOW.plusSeconds(number);
    var started =
        new WorkflowEvent.WorkflowStarted(
            id(number), GREET, "plan", "request", new Origin.Submitted(), nothing, null, null, at);
    rows.add(new JournalEntry(id(number), 0, at, List.of(started)));
  }

  private void end(int number) {
    var at = NOW.plusSeconds(number);
    var outcome = new Outcome.Completed(JsonNodeFactory.instance.objectNode());
    var ended = new WorkflowEvent.WorkflowFinished(outcome, at);
    rows.add(new JournalEntry(id(number), 1, at, List.of(ended)));
  }

  private static InstanceId id(int number) {
    return new InstanceId("i-" + number);
  }
}
