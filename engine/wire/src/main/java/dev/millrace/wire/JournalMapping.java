package dev.millrace.wire;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

final class JournalMapping implements Mapping<JournalEntry, dev.millrace.schema.v1.JournalEntry> {

  @Override
  public dev.millrace.schema.v1.JournalEntry toAvro(JournalEntry entry) {
    var events = new ArrayList<Object>(entry.events().size());
    for (var event : entry.events()) {
      events.add(EventMapping.toAvro(sameTime(entry, event)));
    }
    return new dev.millrace.schema.v1.JournalEntry(
        entry.instanceId().value(), entry.sequence(), CommonMapping.time(entry.at()), events);
  }

  /** The time is written once for all events, so it has to be the time of each. */
  private static WorkflowEvent sameTime(JournalEntry entry, WorkflowEvent event) {
    if (!event.at().equals(entry.at())) {
      throw new IllegalArgumentException(
          "an event of " + event.at() + " in an entry of " + entry.at() + ": " + event);
    }
    return event;
  }

  @Override
  public JournalEntry toCore(dev.millrace.schema.v1.JournalEntry written) {
    var id = new InstanceId(written.getInstanceId());
    return new JournalEntry(
        id,
        written.getSequence(),
        written.getAt(),
        events(written.getEvents(), id, written.getAt()));
  }

  private static List<WorkflowEvent> events(List<Object> written, InstanceId id, Instant at) {
    var events = new ArrayList<WorkflowEvent>(written.size());
    for (var event : written) {
      events.add(EventMapping.toCore(event, id, at));
    }
    return events;
  }
}
