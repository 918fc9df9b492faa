package dev.millrace.stages.ledger;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What stages have done, one line of JSON each, in a file that only grows. Work under a key that
 * stands in it is not done again: its first answer is given again, whoever asks, and also after a
 * crash. Processes of one machine may share the file.
 */
public final class Ledger {
  /** A full ledger refuses; its owner begins another. */
  public static final int ENTRIES_MAX = 100_000;

  private static final byte LINE_END = '\n';
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A file lock is the process's, not the thread's: one object for each file. */
  private static final Map<Path, Ledger> LEDGERS = new ConcurrentHashMap<>();

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long readUpTo;

  private Ledger(Path file) {
    this.file = file;
  }

  /**
   * @param key under which it was done, once
   * @param function what was done, e.g. {@code payment.charge}
   * @param by the instance it was done for, or whoever else asked
   * @param output what was answered
   */
  public record Entry(String key, String function, String by, JsonNode output) {}

  /** The ledger in a file, which is made with the first entry. */
  public static Ledger in(Path file) {
    return LEDGERS.computeIfAbsent(file.toAbsolutePath().normalize(), Ledger::new);
  }

  /** {@link #once(String, String, String, Function)} under the request's own key. */
  public StageAnswer once(StageRequest request, Function<List<Entry>, StageAnswer> work)
      throws IOException {
    return once(request.idempotencyKey(), request.function(), request.instanceId().value(), work);
  }

  /**
   * Does the work unless it is done. Only {@link StageAnswer.Completed} is written down: whatever
   * was not done may be asked for again.
   *
   * @param work decides by what has been done so far, and by nothing else; one at a time
   * @throws IOException if the file cannot be read or written; the work may stand in it then
   */
  public synchronized StageAnswer once(
      String key, String function, String by, Function<List<Entry>, StageAnswer> work)
      throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    try (var channel = FileChannel.open(file, CREATE, READ, WRITE);
        var _ = channel.lock()) {
      readOn(channel);
      var done = entries.get(key);
      if (done != null) {
        return new StageAnswer.Completed(done.output());
      }
      if (entries.size() >= ENTRIES_MAX) {
        return new StageAnswer.Refused(
            Kind.RUNTIME.error(file + " holds " + ENTRIES_MAX + " entries: begin another"));
      }
      var answer = work.apply(List.copyOf(entries.values()));
      if (answer instanceof StageAnswer.Completed(var output)) {
        append(channel, new Entry(key, function, by, output));
      }
      return answer;
    }
  }

  /** Everything done so far, in its order. */
  public synchronized List<Entry> entries() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (var channel = FileChannel.open(file, READ, WRITE);
        var _ = channel.lock()) {
      readOn(channel);
      return List.copyOf(entries.values());
    }
  }

  /**
   * What others have written; a line a crash left unfinished was never answered, and is cut off.
   */
  private void readOn(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - readUpTo));
    channel.position(readUpTo);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
    var from = 0;
    for (int i = 0; i < bytes.position(); i++) {
      if (bytes.get(i) == LINE_END) {
        var entry = MAPPER.readValue(bytes.array(), from, i - from, Entry.class);
        entries.put(entry.key(), entry);
        from = i + 1;
      }
    }
    readUpTo += from;
    channel.truncate(readUpTo);
  }

  private void append(FileChannel channel, Entry entry) throws IOException {
    var line = (MAPPER.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.wrap(line);
    channel.position(readUpTo);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
    entries.put(entry.key(), entry);
    readUpTo += line.length;
  }
}
