package dev.millrace.cli;

import java.time.Duration;

/** Says how far reading a journal is: in place for a person, as a line now and then for a log. */
final class JournalReading {
  private static final long LIVE_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LOG_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  private final Terminal terminal;
  private long shownAt = System.nanoTime();
  private long read;

  JournalReading(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(long recordsSoFar) {
    read = recordsSoFar;
    var now = System.nanoTime();
    if (now - shownAt < (terminal.live() ? LIVE_PAUSE_NANOS : LOG_PAUSE_NANOS)) {
      return;
    }
    shownAt = now;
    var line = "reading the journal, %,d entries so far".formatted(read);
    if (terminal.live()) {
      terminal.replaceLine(line);
    } else {
      terminal.note(line);
    }
  }

  void finish() {
    terminal.replaceLine("");
    terminal.note("read %,d entries of the journal".formatted(read));
  }
}
