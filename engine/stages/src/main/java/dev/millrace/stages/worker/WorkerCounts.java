package dev.millrace.stages.worker;

/**
 * What one worker has done since its process began.
 *
 * @param executed requests whose function ran and answered
 * @param expired requests whose deadline had passed, so that nobody waits for an answer
 * @param remembered requests delivered again that were done before a restart or rebalance
 * @param deadLettered records that are no request to this stage, and those of {@code failed}
 * @param oversize answers replaced by a refusal because they did not fit into a record
 * @param failed requests no task waits for that were refused, given up or too late
 * @param restarts of the poll loop after a failure
 */
public record WorkerCounts(
    long executed,
    long expired,
    long remembered,
    long deadLettered,
    long oversize,
    long failed,
    long restarts) {}
