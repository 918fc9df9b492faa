package dev.millrace.scenarios;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a journal tells about one instance. */
final class Story {
  /** What holds a task and its extension together is no task anybody wrote. */
  private static final Pattern EXTENSION = Pattern.compile("/extensions/[^/]+(/before|/after)?$");

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
    return meanings()
        .filter(meaning -> meaning.kind() != Kind.NOTHING && meaning.position() != null)
        .map(Meaning::position)
        .filter(position -> !EXTENSION.matcher(position.pointer()).find())
        .distinct()
        .toList();
  }

  List<String> trace() {
    return begun().stream().map(TaskPosition::taskName).toList();
  }

  /** The tasks that wait for a stage, a time, an event or a person. */
  Set<String> waiting() {
    var waiting = new LinkedHashSet<TaskPosition>();
    meanings().forEach(meaning -> wait(meaning, waiting));
    return waiting.stream()
        .map(TaskPosition::taskName)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static void wait(Meaning meaning, Set<TaskPosition> waiting) {
    var position = meaning.position();
    switch (meaning.kind()) {
      case WAITS -> waiting.add(Objects.requireNonNull(position));
      case ENDS -> waiting.removeIf(w -> position == null || isIn(w, position));
      case BEGINS, NOTHING -> {}
    }
  }

  private static boolean isIn(TaskPosition position, TaskPosition outer) {
    return position.pointer().equals(outer.pointer())
        || position.pointer().startsWith(outer.pointer() + "/");
  }

  private Stream<Meaning> meanings() {
    return events().map(Meaning::of);
  }

  /** What an event says about a task; whatever speaks of it first is its beginning. */
  private enum Kind {
    BEGINS,
    WAITS,
    ENDS,
    NOTHING
  }

  /**
   * @param position null for what is about every task
   */
  private record Meaning(Kind kind, @Nullable TaskPosition position) {
    private static final Meaning NONE = new Meaning(Kind.NOTHING, null);

    static Meaning of(WorkflowEvent event) {
      return switch (event) {
        case WorkflowEvent.ScopeEntered e -> new Meaning(Kind.BEGINS, e.position());
        case WorkflowEvent.LoopEntered e -> new Meaning(Kind.BEGINS, e.position());
        case WorkflowEvent.TryEntered e -> new Meaning(Kind.BEGINS, e.position());
        case WorkflowEvent.ForkEntered e -> new Meaning(Kind.BEGINS, e.position());
        case WorkflowEvent.CompensationStarted e -> new Meaning(Kind.BEGINS, e.position());
        case WorkflowEvent.StageRequested e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.WaitStarted e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.RetryScheduled e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.ListenStarted e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.ChildStarted e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.CompensationByChildRequested e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.CompensationRetryScheduled e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.CompensationStuck e -> new Meaning(Kind.WAITS, e.position());
        case WorkflowEvent.TaskCompleted e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.TaskFailed e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.TryRetried e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.CompensationStepStarted e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.CompensationStepSettled e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.CompensationEnded e -> new Meaning(Kind.ENDS, e.position());
        case WorkflowEvent.EndingStarted _, WorkflowEvent.WorkflowFinished _ ->
            new Meaning(Kind.ENDS, null);
        case WorkflowEvent.WorkflowStarted _,
            WorkflowEvent.TaskSkipped _,
            WorkflowEvent.IterationStarted _,
            WorkflowEvent.StageRetryScheduled _,
            WorkflowEvent.StageRetried _,
            WorkflowEvent.ErrorCaught _,
            WorkflowEvent.BranchStarted _,
            WorkflowEvent.BranchCompleted _,
            WorkflowEvent.BranchFailed _,
            WorkflowEvent.EventConsumed _,
            WorkflowEvent.EventHandlingStarted _,
            WorkflowEvent.EventHandled _,
            WorkflowEvent.SignalReceived _,
            WorkflowEvent.SignalBuffered _,
            WorkflowEvent.CompensationRegistered _,
            WorkflowEvent.CleanupStarted _,
            WorkflowEvent.Suspended _,
            WorkflowEvent.Resumed _,
            WorkflowEvent.PermitRequested _,
            WorkflowEvent.PermitGranted _,
            WorkflowEvent.UndoRequested _,
            WorkflowEvent.Released _ ->
            NONE;
      };
    }
  }

  /** One line for each event, for whoever has to find out why a scenario fails. */
  List<String> lines() {
    return entries.stream()
        .flatMap(entry ->
            entry.events().stream().map(event -> "%4d  %s".formatted(entry.sequence(), event)))
        .toList();
  }
}
