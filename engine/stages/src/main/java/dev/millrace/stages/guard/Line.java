package dev.millrace.stages.guard;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The line that those who were sent away would stand in. Each is told to come back when its turn
 * would be, so that they do not all return at once. Nobody is held to it.
 */
final class Line {

  /** Longest pause anybody is told. */
  static final Duration PAUSE_MAX = Duration.ofHours(1);

  private final InstantSource clock;
  private Instant end = Instant.EPOCH;

  Line(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param pauseMin before there is room at all
   * @param each what one turn takes
   * @return the pause until one's turn, at least {@code pauseMin}, at most {@link #PAUSE_MAX}
   */
  synchronized Duration join(Duration pauseMin, Duration each) {
    var now = clock.instant();
    var opens = now.plus(pauseMin);
    var turn = end.isBefore(opens) ? opens : end;
    var pause = Duration.between(now, turn);
    if (pause.compareTo(PAUSE_MAX) >= 0) {
      return PAUSE_MAX;
    }
    end = turn.plus(each);
    return pause;
  }
}
