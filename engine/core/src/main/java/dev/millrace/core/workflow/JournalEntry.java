package dev.millrace.core.workflow;

import dev.millrace.core.InstanceId;
import java.time.Instant;
import java.util.List;

/**
 * All events of one transition of one instance, in order.
 *
 * @param sequence counted from 0 without gaps
 */
public record JournalEntry(
    InstanceId instanceId, long sequence, Instant at, List<WorkflowEvent> events) {
  public JournalEntry {
    events = List.copyOf(events);
  }
}
