package dev.millrace.stages.worker;

/** Where a worker stands. */
public enum WorkerState {
  /** Joining its group. */
  STARTING,
  /** Member of its group, with the partitions the group gave it; they may be none. */
  RUNNING,
  /** Failed, as its log says; waits before it starts over. */
  BACKING_OFF,
  /** Ended for good, because it was closed. */
  CLOSED
}
