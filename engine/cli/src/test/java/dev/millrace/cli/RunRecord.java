package dev.millrace.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowEvent.ErrorCaught;
import dev.millrace.core.workflow.WorkflowEvent.IterationStarted;
import dev.millrace.core.workflow.WorkflowEvent.LoopEntered;
import dev.millrace.core.workflow.WorkflowEvent.RetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.ScopeEntered;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.StageRetried;
import dev.millrace.core.workflow.WorkflowEvent.StageRetryScheduled;
import dev.millrace.core.workflow.WorkflowEvent.TaskCompleted;
import dev.millrace.core.workflow.WorkflowEvent.TaskFailed;
import dev.millrace.core.workflow.WorkflowEvent.TaskSkipped;
import dev.millrace.core.workflow.WorkflowEvent.TryEntered;
import dev.millrace.core.workflow.WorkflowEvent.TryRetried;
import dev.millrace.core.workflow.WorkflowEvent.WaitStarted;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.wire.Codec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a run that has ended has left on the topics, with all there is twice.
 *
 * @param journal in the order of the log
 * @param answers of stages, as they arrived
 * @param requests to stages, as they stand in the queues
 */
record RunRecord(
    List<JournalEntry> journal, List<CompleteStage> answers, List<StageRequest> requests) {
  private static final Set<String> STAGES = Set.of("retrieve", "llm", "validate");

  static RunRecord read(Connection from, InstanceId instance) {
    var codecs = from.codecs();
    var journal =
        all(from, from.topics().journal(), codecs.journal())
            .filter(entry -> entry.instanceId().equals(instance));
    var commands =
        all(from, from.topics().commands(), codecs.commands())
            .filter(CompleteStage.class::isInstance)
            .map(CompleteStage.class::cast)
            .filter(answer -> answer.instanceId().equals(instance));
    var requests =
        STAGES.stream()
            .map(StageName::new)
            .flatMap(stage -> all(from, from.topics().stage(stage), codecs.stageRequests(stage)))
            .filter(request -> request.instanceId().equals(instance));
    return new RunRecord(journal.toList(), commands.toList(), requests.toList());
  }

  private static <T> Stream<T> all(Connection from, String topic, Codec<T> codec) {
    try (var records =
        new Following<>(TopicTail.ofTopic(from.bootstrapServers(), topic), codec, _ -> true)) {
      return records.soFar().stream().map(Following.Placed::value);
    }
  }

  Outcome outcome() {
    return ((WorkflowFinished) journal.getLast().events().getLast()).outcome();
  }

  List<Long> sequences() {
    return journal.stream().map(JournalEntry::sequence).toList();
  }

  /** What happened where, in order: equal for runs that went the same way. */
  List<String> steps() {
    return journal.stream().flatMap(entry -> entry.events().stream()).map(RunRecord::step).toList();
  }

  /** The positions at which a task was completed, with all there is twice. */
  List<TaskPosition> completed() {
    return journal.stream()
        .flatMap(entry -> entry.events().stream())
        .filter(TaskCompleted.class::isInstance)
        .map(event -> ((TaskCompleted) event).position())
        .toList();
  }

  Map<TaskPosition, Long> answersByPosition() {
    return answers.stream().collect(groupingBy(CompleteStage::position, counting()));
  }

  /** The keys of all requests for one occurrence of a task. */
  List<String> keysOf(String task, String iteration) {
    return requests.stream()
        .filter(request -> request.position().taskName().equals(task))
        .filter(request -> request.position().iteration().equals(iteration))
        .map(StageRequest::idempotencyKey)
        .toList();
  }

  private static String step(WorkflowEvent event) {
    return event.getClass().getSimpleName() + " " + place(event);
  }

  private static String place(WorkflowEvent event) {
    return switch (event) {
      case WorkflowStarted _ -> "";
      case TaskSkipped e -> e.position().toString();
      case ScopeEntered e -> e.position().toString();
      case LoopEntered e -> e.position().toString();
      case IterationStarted e -> e.position() + " " + e.index();
      case TryEntered e -> e.position().toString();
      case StageRequested e -> e.position().toString();
      case StageRetryScheduled e -> e.position() + " " + e.attempt();
      case StageRetried e -> e.position() + " " + e.attempt();
      case WaitStarted e -> e.position().toString();
      case TaskCompleted e -> e.position().toString();
      case TaskFailed e -> e.position().toString();
      case ErrorCaught e -> e.position().toString();
      case RetryScheduled e -> e.position() + " " + e.attempt();
      case TryRetried e -> e.position() + " " + e.attempt();
      case WorkflowEvent.ForkEntered e -> e.position().toString();
      case WorkflowEvent.BranchStarted e -> e.position().toString();
      case WorkflowEvent.BranchCompleted e -> e.position().toString();
      case WorkflowEvent.BranchFailed e -> e.position().toString();
      case WorkflowEvent.ListenStarted e -> e.position().toString();
      case WorkflowEvent.EventConsumed e -> e.position().toString();
      case WorkflowEvent.EventHandlingStarted e -> e.position().toString();
      case WorkflowEvent.EventHandled e -> e.position().toString();
      case WorkflowEvent.ChildStarted e -> e.position().toString();
      case WorkflowEvent.CompensationStarted e -> e.position().toString();
      case WorkflowEvent.CompensationStepStarted e -> e.position().toString();
      case WorkflowEvent.CompensationByChildRequested e -> e.position().toString();
      case WorkflowEvent.CompensationStepSettled e -> e.position().toString();
      case WorkflowEvent.CompensationRetryScheduled e -> e.position().toString();
      case WorkflowEvent.CompensationStuck e -> e.position().toString();
      case WorkflowEvent.CompensationEnded e -> e.position().toString();
      case WorkflowEvent.SignalReceived _,
          WorkflowEvent.SignalBuffered _,
          WorkflowEvent.CompensationRegistered _,
          WorkflowEvent.EndingStarted _,
          WorkflowEvent.CleanupStarted _,
          WorkflowEvent.Suspended _,
          WorkflowEvent.Resumed _,
          WorkflowEvent.PermitRequested _,
          WorkflowEvent.PermitGranted _,
          WorkflowEvent.UndoRequested _,
          WorkflowEvent.Released _ ->
          "";
      case WorkflowFinished e -> e.outcome().status();
    };
  }
}
