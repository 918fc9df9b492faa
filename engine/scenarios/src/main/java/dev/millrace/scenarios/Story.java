package dev.millrace.scenarios;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a journal tells about one instance. */
final class Story {
  private final List<JournalEntry> entries;

  private Story(List<JournalEntry> entries) {
    this.entries = entries;
  }

  static Story of(Observation seen, InstanceId instance) {
    return new Story(
        seen.journal().stream().filter(entry -> entry.instanceId().equals(instance)).toList());
  }

  boolean hasBegun() {
    return !entries.isEmpty();
  }

  Instant startedAt() {
    return entries.getFirst().at();
  }

  private Stream<WorkflowEvent> events() {
    return entries.stream().flatMap(entry -> entry.events().stream());
  }

  /** Every occurrence of a task that began, in order. */
  List<TaskPosition> begun() {
    return events().map(Story::begins).flatMap(Optional::stream).distinct().toList();
  }

  List<String> trace() {
    return begun().stream().map(TaskPosition::taskName).toList();
  }

  /** The tasks that wait for a stage, a time or an event. */
  Set<String> waiting() {
    var waiting = new LinkedHashSet<TaskPosition>();
    events()
        .forEach(event -> {
          waits(event).ifPresent(waiting::add);
          ends(event).ifPresent(ended -> waiting.removeIf(position -> isIn(position, ended)));
        });
    return waiting.stream()
        .map(TaskPosition::taskName)
        .collect(java.util.stream.Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean isIn(TaskPosition position, TaskPosition outer) {
    return position.pointer().equals(outer.pointer())
        || position.pointer().startsWith(outer.pointer() + "/");
  }

  /** The task an event speaks of; its first event is its beginning. */
  private static Optional<TaskPosition> begins(WorkflowEvent event) {
    return switch (event) {
      case WorkflowEvent.ScopeEntered e -> Optional.of(e.position());
      case WorkflowEvent.LoopEntered e -> Optional.of(e.position());
      case WorkflowEvent.TryEntered e -> Optional.of(e.position());
      case WorkflowEvent.StageRequested e -> Optional.of(e.position());
      case WorkflowEvent.WaitStarted e -> Optional.of(e.position());
      case WorkflowEvent.TaskCompleted e -> Optional.of(e.position());
      case WorkflowEvent.TaskFailed e -> Optional.of(e.position());
      case WorkflowEvent.WorkflowStarted _,
          WorkflowEvent.TaskSkipped _,
          WorkflowEvent.IterationStarted _,
          WorkflowEvent.StageRetryScheduled _,
          WorkflowEvent.StageRetried _,
          WorkflowEvent.ErrorCaught _,
          WorkflowEvent.RetryScheduled _,
          WorkflowEvent.TryRetried _,
          WorkflowEvent.WorkflowFinished _ ->
          Optional.empty();
    };
  }

  private static Optional<TaskPosition> waits(WorkflowEvent event) {
    return Stream.of(event)
        .map(e ->
            switch (e) {
              case WorkflowEvent.StageRequested requested -> requested.position();
              case WorkflowEvent.WaitStarted started -> started.position();
              case WorkflowEvent.RetryScheduled scheduled -> scheduled.position();
              default -> null;
            })
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static Optional<TaskPosition> ends(WorkflowEvent event) {
    return Stream.of(event)
        .map(e ->
            switch (e) {
              case WorkflowEvent.TaskCompleted completed -> completed.position();
              case WorkflowEvent.TaskFailed failed -> failed.position();
              case WorkflowEvent.TryRetried retried -> retried.position();
              default -> null;
            })
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** One line for each event, for whoever has to find out why a scenario fails. */
  List<String> lines() {
    return entries.stream()
        .flatMap(entry ->
            entry.events().stream().map(event -> "%4d  %s".formatted(entry.sequence(), event)))
        .toList();
  }
}
