package dev.millrace.core.workflow;

import java.time.Duration;

/**
 * The bounds of one instance.
 *
 * @param stepsPerTransitionMax after so many tasks in one transaction the instance queues again, so
 *     that a long loop of pure tasks neither starves others nor outgrows a record
 * @param bytesPerTransitionMax the same by the approximate size of what is journaled
 * @param valueBytesMax a value that an expression makes larger than this is an error of its task
 * @param roundsMax backward jumps within one block; ends a goto that would never end
 * @param stageAttemptsMax attempts at a stage when no {@code retry} of the definition applies
 * @param undoAttemptsMax the same for compensations: with the delays they reach, a bit over four
 *     hours
 * @param lanesMax items of one {@code map}
 * @param widthMax lanes of one {@code map} that run at a time, when it does not say itself
 * @param eventsPerListenMax events one {@code listen} may take
 * @param signalsMax signals that wait for their {@code listen}
 * @param stageRetryDelay before the second attempt; doubles from there
 * @param stageRetryDelayMax cuts the doubling
 */
public record Limits(
    int stepsPerTransitionMax,
    int bytesPerTransitionMax,
    int valueBytesMax,
    int roundsMax,
    int stageAttemptsMax,
    int undoAttemptsMax,
    int lanesMax,
    int widthMax,
    int eventsPerListenMax,
    int signalsMax,
    Duration stageRetryDelay,
    Duration stageRetryDelayMax) {
  public static final Limits DEFAULT =
      new Limits(
          500,
          256 * 1024,
          512 * 1024,
          100_000,
          5,
          1_500,
          1_000,
          100,
          1_000,
          100,
          Duration.ofMillis(200),
          Duration.ofSeconds(10));
}
