package dev.millrace.stages.worker;

import dev.millrace.stages.worker.CompletedOffsets.Commit;
import java.time.Duration;
import java.util.Optional;

/**
 * The records of one partition this worker has in hand, while the partition is its own.
 *
 * <p>Thread-safe: the poll loop begins records and commits, the records' own threads admit and end
 * them.
 */
final class PartitionWork {
  private final CompletedOffsets offsets;
  private Commit committed;
  private int inHand;
  private int executing;
  private boolean revoked;

  PartitionWork(Commit committed) {
    this.offsets = CompletedOffsets.restore(committed);
    this.committed = committed;
  }

  /** Whether the record at this offset is still to be done; it is in hand then. */
  synchronized boolean begin(long offset) {
    boolean toDo = offsets.begin(offset);
    if (toDo) {
      inHand++;
    }
    return toDo;
  }

  /** Whether a record in hand may be executed: not once the partition is somebody else's. */
  synchronized boolean admit() {
    if (revoked) {
      return false;
    }
    executing++;
    return true;
  }

  /** A record that was admitted is done, and its result is with the broker. */
  synchronized void complete(long offset) {
    offsets.complete(offset);
    inHand--;
    executing--;
    notifyAll();
  }

  /** A record that was admitted is given up. Whoever has the partition next does it again. */
  synchronized void abandon() {
    inHand--;
    executing--;
    notifyAll();
  }

  /** A record that was not admitted. */
  synchronized void withdraw() {
    inHand--;
  }

  synchronized int inHand() {
    return inHand;
  }

  /** From now on nothing is admitted. */
  synchronized void revoke() {
    revoked = true;
  }

  synchronized boolean isRevoked() {
    return revoked;
  }

  /** Waits until nothing executes, at most this long. */
  synchronized void awaitExecuted(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (executing > 0) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return;
      }
      wait(leftMs);
    }
  }

  /** The consumer has delivered everything below {@code position}. */
  synchronized void passTo(long position) {
    offsets.passTo(position);
  }

  /** What to commit; empty if that is committed already. */
  synchronized Optional<Commit> toCommit() {
    var commit = offsets.commit();
    return commit.equals(committed) ? Optional.empty() : Optional.of(commit);
  }

  synchronized void committed(Commit commit) {
    committed = commit;
  }
}
