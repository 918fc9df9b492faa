package dev.millrace.stages.worker;

import java.util.concurrent.atomic.LongAdder;

/** Counts as they grow. */
final class Tally {
  final LongAdder executed = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder remembered = new LongAdder();
  final LongAdder deadLettered = new LongAdder();
  final LongAdder oversize = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder restarts = new LongAdder();

  WorkerCounts counts() {
    return new WorkerCounts(
        executed.sum(),
        expired.sum(),
        remembered.sum(),
        deadLettered.sum(),
        oversize.sum(),
        failed.sum(),
        restarts.sum());
  }
}
