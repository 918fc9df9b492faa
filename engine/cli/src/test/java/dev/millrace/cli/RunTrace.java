package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowEvent.StageRequested;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.wire.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Watches one run by its topics, as any consumer of committed records can. */
final class RunTrace implements AutoCloseable {
  private final InstanceId instance;
  private final Following<JournalEntry> journal;
  private final Following<WorkflowCommand> commands;
  private final List<JournalEntry> entries = new ArrayList<>();
  private final List<CompleteStage> answers = new ArrayList<>();

  RunTrace(Connection connection, InstanceId instance) {
    this.instance = instance;
    var codecs = connection.codecs();
    this.journal =
        following(
            connection,
            connection.topics().journal(),
            codecs.journal(),
            key -> new String(key, UTF_8).startsWith(instance.value()));
    this.commands =
        following(
            connection,
            connection.topics().commands(),
            codecs.commands(),
            key -> Arrays.equals(key, instance.value().getBytes(UTF_8)));
  }

  private <T> Following<T> following(
      Connection connection, String topic, Codec<T> codec, Predicate<byte[]> ofInterest) {
    var key = instance.value().getBytes(UTF_8);
    return new Following<>(
        TopicTail.ofKey(connection.bootstrapServers(), topic, key), codec, ofInterest);
  }

  /** Waits until the run has asked for the occurrence of a task. */
  void awaitRequest(String task, int occurrence, Duration atMost) {
    within(
        atMost,
        "request " + occurrence + " for " + task,
        () -> requested().filter(r -> isTask(r.position(), task)).count() >= occurrence);
  }

  /**
   * Waits until the answer to the occurrence of a task stands in the commands, whoever reads it.
   */
  void awaitAnswer(String task, int occurrence, Duration atMost) {
    within(
        atMost,
        "answer " + occurrence + " to " + task,
        () -> answers().stream().filter(a -> isTask(a.position(), task)).count() >= occurrence);
  }

  /** Waits until the run has made a transition more than it has by now. */
  void awaitTransitionAfter(int before, Duration atMost) {
    within(atMost, "transition " + (before + 1), () -> transitions() > before);
  }

  void awaitEnd(Duration atMost) {
    within(atMost, "the end", () -> events().stream().anyMatch(WorkflowFinished.class::isInstance));
  }

  private static boolean isTask(TaskPosition position, String task) {
    return position.taskName().equals(task);
  }

  private Stream<StageRequested> requested() {
    return events().stream()
        .filter(StageRequested.class::isInstance)
        .map(StageRequested.class::cast);
  }

  int transitions() {
    journal.next().forEach(entry -> ofThisRun(entry.value()));
    return entries.size();
  }

  private List<WorkflowEvent> events() {
    transitions();
    return entries.stream().flatMap(entry -> entry.events().stream()).toList();
  }

  /** The prefix of a key is that of another instance's, too, when the ids begin alike. */
  private void ofThisRun(JournalEntry entry) {
    if (entry.instanceId().equals(instance)) {
      entries.add(entry);
    }
  }

  private List<CompleteStage> answers() {
    commands.next().stream()
        .map(Following.Placed::value)
        .filter(CompleteStage.class::isInstance)
        .forEach(answer -> answers.add((CompleteStage) answer));
    return answers;
  }

  @Override
  public void close() {
    journal.close();
    commands.close();
  }

  private interface Condition {
    boolean holds();
  }

  /** Each look waits for records itself, so this is no busy loop. */
  private void within(Duration atMost, String what, Condition condition) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "no " + what + " of " + instance + " within " + atMost + "; there is: " + events());
      }
    }
  }
}
