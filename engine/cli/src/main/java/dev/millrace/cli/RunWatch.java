package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowFinished;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.Submission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts an instance and watches it to its end. */
final class RunWatch implements AutoCloseable {
  private final WorkflowClient client;
  private final InstanceId instance;
  private final Following<JournalEntry> journal;
  private final Following<DeadLetter> deadLetters;

  /** A compensation failed for good, and nobody has settled it yet. */
  private boolean isStuck;

  RunWatch(WorkflowClient client, InstanceId instance) {
    this(client, instance, client.journal(instance));
  }

  private RunWatch(WorkflowClient client, InstanceId instance, Following<JournalEntry> journal) {
    this.client = client;
    this.instance = instance;
    this.journal = journal;
    this.deadLetters = client.newDeadLetters();
  }

  /** Of an id that nobody has used, so that there is no need to look for an earlier run. */
  static RunWatch ofNew(WorkflowClient client, InstanceId instance) {
    return new RunWatch(client, instance, client.newJournal(instance));
  }

  /**
   * Submits, and returns when the instance has begun; at once if the same was submitted before.
   *
   * @return false when {@code timeout} passed, and it has neither begun nor been refused
   * @throws CommandFailure as {@link #run}
   */
  boolean begin(Submission.Start start, Duration timeout) {
    client.submit(instance, start);
    var end = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < end) {
      var entries = journal.next();
      if (!entries.isEmpty()) {
        requireSame(start, entries.getFirst().value());
        return true;
      }
      deadLetters.nextAtOnce().forEach(letter -> refuse(letter.value()));
    }
    return false;
  }

  /**
   * Submits, and returns the outcome; that of an earlier run when the same was submitted before. An
   * instance that waits for a person to settle a compensation has one, too, that is not final.
   *
   * @param onEntry gets the journal while it grows
   * @return empty when {@code timeout} passed; the instance goes on
   * @throws CommandFailure if the id is taken by a run of something else, or the engine put the
   *     submission to the dead letters
   */
  Optional<Outcome> run(Submission.Start start, Duration timeout, Consumer<JournalEntry> onEntry) {
    client.submit(instance, start);
    return toTheEnd(
        timeout,
        entry -> {
          requireSame(start, entry);
          onEntry.accept(entry);
        });
  }

  /** Submits what settles the compensation {@link #run} has ended with, and goes on watching. */
  Optional<Outcome> settle(
      Submission.SettleCompensation ruling, Duration timeout, Consumer<JournalEntry> onEntry) {
    isStuck = false;
    client.submit(instance, ruling);
    return toTheEnd(timeout, onEntry);
  }

  private Optional<Outcome> toTheEnd(Duration timeout, Consumer<JournalEntry> onEntry) {
    var end = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < end) {
      var entries = journal.next();
      for (var entry : entries) {
        onEntry.accept(entry.value());
        entry.value().events().forEach(this::note);
        if (entry.value().events().getLast() instanceof WorkflowFinished finished) {
          return Optional.of(finished.outcome());
        }
      }
      if (isStuck && entries.isEmpty() && journal.caughtUp()) {
        return Optional.of(outcomeSoFar());
      }
      deadLetters.nextAtOnce().forEach(letter -> refuse(letter.value()));
    }
    return Optional.empty();
  }

  private void note(WorkflowEvent event) {
    switch (event) {
      case WorkflowEvent.CompensationStuck _ -> isStuck = true;
      case WorkflowEvent.CompensationStepSettled _, WorkflowEvent.CompensationStepStarted _ ->
          isStuck = false;
      case WorkflowEvent _ -> {}
    }
  }

  /** Written in the transaction that journals that the compensation failed. */
  private Outcome outcomeSoFar() {
    try (var outcomes = client.outcomes()) {
      return outcomes.soFar().stream()
          .map(Following.Placed::value)
          .filter(outcome -> outcome.instanceId().equals(instance))
          .map(InstanceOutcome::outcome)
          .reduce((_, latest) -> latest)
          .orElseThrow(() -> new IllegalStateException(instance + " is stuck without an outcome"));
    }
  }

  private void requireSame(Submission.Start start, JournalEntry entry) {
    if (entry.events().getFirst() instanceof WorkflowStarted started
        && !(start.workflow().matches(started.definition())
            && start.input().equals(started.rawInput()))) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the id "
              + instance
              + " is taken by another run: of "
              + started.definition()
              + " with "
              + started.rawInput());
    }
  }

  private void refuse(DeadLetter letter) {
    if (letter.reason() != DeadLetter.Reason.FAILED
        && Arrays.equals(letter.key(), instance.value().getBytes(StandardCharsets.UTF_8))) {
      throw new CommandFailure(
          letter.reason() == DeadLetter.Reason.DEFECT ? ExitCode.DEFECT : ExitCode.USAGE,
          "the engine did not accept "
              + instance
              + ": "
              + letter.reason()
              + ", "
              + letter.detail());
    }
  }

  @Override
  public void close() {
    journal.close();
    deadLetters.close();
  }
}
