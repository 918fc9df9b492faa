package dev.millrace.stages.a2a;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of server-sent events.
 *
 * @see <a
 *     href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">HTML,
 *     parsing an event stream</a>
 */
final class EventStream {
  private static final String DATA = "data:";

  private EventStream() {}

  /** The stream is longer than it may be. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(String message) {
      super(message);
    }
  }

  /**
   * The data of every event until the stream ends.
   *
   * @throws TooLongException if there are more events or characters than that
   */
  static List<String> read(InputStream stream, int eventsMax, int charsMax) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(stream, UTF_8));
    List<String> events = new ArrayList<>();
    var data = new StringBuilder();
    var line = new StringBuilder();
    int left = charsMax;
    while (nextLine(reader, line, left)) {
      left -= line.length() + 1;
      if (line.isEmpty()) {
        add(data, events, eventsMax);
      } else if (line.indexOf(DATA) == 0) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring(DATA.length()).strip());
      }
    }
    add(data, events, eventsMax);
    return events;
  }

  private static void add(StringBuilder data, List<String> events, int eventsMax)
      throws TooLongException {
    if (data.isEmpty()) {
      return;
    }
    if (events.size() == eventsMax) {
      throw new TooLongException("more than %,d events".formatted(eventsMax));
    }
    events.add(data.toString());
    data.setLength(0);
  }

  /** Whether there was another line. */
  private static boolean nextLine(Reader reader, StringBuilder line, int charsMax)
      throws IOException {
    line.setLength(0);
    for (int next = reader.read(); next >= 0; next = reader.read()) {
      if (next == '\n') {
        return true;
      }
      if (line.length() >= charsMax) {
        throw new TooLongException("a stream that is too long");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return !line.isEmpty();
  }
}
