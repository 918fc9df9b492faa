package dev.millrace.stages.worker;

import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.guard.GuardedStage.Outcome.Expired;
import dev.millrace.stages.guard.GuardedStage.Outcome.Withdrawn;
import dev.millrace.wire.Codec;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RegistryUnavailableException;
import dev.millrace.wire.UndecodableException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Carries one record of a stage's queue to its end, on a virtual thread of its own. */
final class Execution {
  private final StageName stage;
  private final Codec<StageRequest> requests;
  private final GuardedStage guarded;
  private final Unawaited unawaited;
  private final Replies replies;
  private final Tally tally;

  Execution(
      StageName stage,
      WorkerSettings settings,
      GuardedStage guarded,
      Replies replies,
      Tally tally) {
    this.stage = stage;
    this.requests = settings.codecs().stageRequests(stage);
    this.guarded = guarded;
    this.unawaited = new Unawaited(guarded);
    this.replies = replies;
    this.tally = tally;
  }

  /**
   * Returns when the record's end is on its way to the broker. The offset counts as completed only
   * once that is acknowledged.
   */
  void run(ConsumerRecord<byte[], byte[]> record, PartitionWork work) throws InterruptedException {
    switch (read(record)) {
      case Wanted(var request) -> execute(record, request, work);
      case Unwanted(var reason, var detail) -> {
        if (work.admit()) {
          replies.deadLetter(record, reason, detail, () -> work.complete(record.offset()));
        } else {
          work.withdraw();
        }
      }
    }
  }

  private sealed interface Reading {}

  private record Wanted(StageRequest request) implements Reading {}

  private record Unwanted(Reason reason, String detail) implements Reading {}

  private Reading read(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return new Unwanted(Reason.UNDECODABLE, "a request has a value");
    }
    try {
      var request = requests.decode(value);
      return request.stage().equals(stage)
          ? new Wanted(request)
          : new Unwanted(
              Reason.IMPOSSIBLE,
              "a request to stage '%s' in the queue of '%s'".formatted(request.stage(), stage));
    } catch (UndecodableException e) {
      return new Unwanted(Reason.UNDECODABLE, String.valueOf(e.getMessage()));
    } catch (RegistryUnavailableException e) {
      throw e; // the record may be fine: the worker starts over until the registry answers
    } catch (RuntimeException | StackOverflowError e) {
      return new Unwanted(Reason.DEFECT, e.toString());
    }
  }

  private void execute(
      ConsumerRecord<byte[], byte[]> record, StageRequest request, PartitionWork work)
      throws InterruptedException {
    var turn = new Turn(work);
    try {
      if (request.isAwaited()) {
        end(record, request, guarded.execute(request, turn::admits), work);
      } else {
        endUnawaited(record, unawaited.execute(request, turn::admits), turn);
      }
    } catch (InterruptedException e) {
      turn.giveUp();
      throw e;
    }
  }

  private void end(
      ConsumerRecord<byte[], byte[]> record,
      StageRequest request,
      Outcome outcome,
      PartitionWork work) {
    switch (outcome) {
      case Withdrawn() -> work.withdraw();
      case Expired() -> {
        tally.expired.increment();
        work.complete(record.offset());
      }
      case Answered(StageAnswer answer) -> {
        tally.executed.increment();
        replies.answer(request, answer, () -> work.complete(record.offset()));
      }
    }
  }

  /** Nobody gets the answer; if it is a bad one the request goes where a person finds it. */
  private void endUnawaited(ConsumerRecord<byte[], byte[]> record, Outcome outcome, Turn turn) {
    switch (outcome) {
      case Withdrawn() -> turn.giveUp();
      case Expired() -> {
        tally.expired.increment();
        failed(record, "its time was over before it began", turn.work);
      }
      case Answered(StageAnswer answer) -> {
        tally.executed.increment();
        switch (answer) {
          case Completed _ -> turn.work.complete(record.offset());
          case Refused(var error) -> failed(record, "refused: " + error, turn.work);
          case Unavailable(var error, _) -> failed(record, "given up: " + error, turn.work);
          case Unknown(var error) -> failed(record, "given up: " + error, turn.work);
        }
      }
    }
  }

  private void failed(ConsumerRecord<byte[], byte[]> record, String detail, PartitionWork work) {
    tally.failed.increment();
    var done = (Runnable) () -> work.complete(record.offset());
    replies.deadLetter(record, Reason.FAILED, "work nobody waits for: " + detail, done);
  }

  /** One record's turn: admitted once, and given up as what it was. */
  private static final class Turn {
    private final PartitionWork work;
    private boolean admitted;

    Turn(PartitionWork work) {
      this.work = work;
    }

    /** Another attempt is admitted unless the partition has become somebody else's meanwhile. */
    boolean admits() {
      if (admitted) {
        return !work.isRevoked();
      }
      admitted = work.admit();
      return admitted;
    }

    void giveUp() {
      if (admitted) {
        work.abandon();
      } else {
        work.withdraw();
      }
    }
  }
}
