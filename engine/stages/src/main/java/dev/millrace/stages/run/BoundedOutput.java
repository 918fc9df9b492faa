package dev.millrace.stages.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What a process writes: all of it is read, its beginning and its end are kept, and every line is
 * handed on while it runs. Secrets are taken out first, so that no bound leaves a half of one.
 * Thread-safe, as a process may be given up while it still writes.
 */
final class BoundedOutput {

  /** Longer lines are handed on in pieces. */
  static final int LINE_BYTES_MAX = 2_000;

  /** Lines handed on per stream; the output itself has its own bound. */
  static final int LINES_MAX = 10_000;

  private static final int BUFFER_BYTES = 8 * 1024;

  private final int headMax;
  private final byte[] tail;
  private final Consumer<String> lines;
  private final MaskedStream masked;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long beyondHead;
  private int linesCount;

  /**
   * @param bytesMax kept: one half of the beginning, one of the end
   */
  BoundedOutput(int bytesMax, ProcessRedaction redaction, Consumer<String> lines) {
    this.masked = redaction.stream(this::accept);
    this.headMax = bytesMax - bytesMax / 2;
    this.tail = new byte[bytesMax / 2];
    this.lines = lines;
  }

  /** Reads to the end. */
  void read(InputStream stream) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    for (var count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
      add(buffer, count);
    }
    end();
  }

  private synchronized void add(byte[] bytes, int count) {
    masked.add(bytes, count);
  }

  private synchronized void end() {
    masked.end();
    endLine();
  }

  private void accept(byte b) {
    keep(b);
    if (b == '\n') {
      endLine();
    } else {
      line.write(b);
      if (line.size() >= LINE_BYTES_MAX) {
        endLine();
      }
    }
  }

  private void keep(byte b) {
    if (head.size() < headMax) {
      head.write(b);
    } else {
      tail[(int) (beyondHead++ % tail.length)] = b;
    }
  }

  private void endLine() {
    if (line.size() > 0 && linesCount <= LINES_MAX) {
      lines.accept(
          linesCount++ < LINES_MAX
              ? line.toString(StandardCharsets.UTF_8)
              : "… more than " + LINES_MAX + " lines; the rest is not logged");
    }
    line.reset();
  }

  /** What was kept; with a mark where something was left out. */
  synchronized String text() {
    var all = new ByteArrayOutputStream();
    all.writeBytes(head.toByteArray());
    var leftOut = beyondHead - tail.length;
    if (leftOut > 0) {
      all.writeBytes(
          "\n… %,d bytes left out …\n".formatted(leftOut).getBytes(StandardCharsets.UTF_8));
    }
    var from = leftOut > 0 ? (int) (beyondHead % tail.length) : 0;
    var length = (int) Math.min(beyondHead, tail.length);
    for (var i = 0; i < length; i++) {
      all.write(tail[(from + i) % tail.length]);
    }
    return all.toString(StandardCharsets.UTF_8);
  }
}
