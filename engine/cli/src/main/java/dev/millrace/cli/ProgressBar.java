package dev.millrace.cli;

import dev.millrace.cli.Indexing.Tally;
import java.time.Duration;
import java.util.Locale;

/** Shows how far indexing is: in place for a person, as a line now and then for a log. */
final class ProgressBar {
  private static final int WIDTH = 24;
  private static final long LIVE_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LOG_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

  private final Terminal terminal;
  private final long began = System.nanoTime();
  private long shownAt = began;

  ProgressBar(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(Tally tally) {
    var now = System.nanoTime();
    if (now - shownAt < (terminal.live() ? LIVE_PAUSE_NANOS : LOG_PAUSE_NANOS)) {
      return;
    }
    shownAt = now;
    if (terminal.live()) {
      terminal.replaceLine(line(tally));
    } else {
      terminal.note(line(tally));
    }
  }

  void finish(Tally tally) {
    terminal.replaceLine("");
    terminal.note(line(tally));
  }

  private String line(Tally tally) {
    var seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    if (tally.done() + tally.failed() == 0 && tally.settled() < tally.documents()) {
      return String.format(
          Locale.ROOT,
          "indexing %d documents: the embedding model is loading, %.0f s",
          tally.documents() - tally.settled(),
          seconds);
    }
    var filled = tally.documents() == 0 ? WIDTH : WIDTH * tally.settled() / tally.documents();
    return String.format(
        Locale.ROOT,
        "indexing %s%s %d/%d documents, %d passages, %.1f documents/s%s%s, %.0f s",
        "█".repeat(filled),
        "░".repeat(WIDTH - filled),
        tally.settled(),
        tally.documents(),
        tally.passages(),
        (tally.done() + tally.failed()) / Math.max(seconds, 0.1),
        tally.skipped() == 0 ? "" : ", " + tally.skipped() + " unchanged",
        tally.failed() == 0 ? "" : ", " + terminal.red(tally.failed() + " failed"),
        seconds);
  }
}
