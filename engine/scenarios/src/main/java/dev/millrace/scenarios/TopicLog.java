package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.scenarios.TopicLog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** What Kafka holds for a scenario's engines: the only thing that outlives one of them. */
final class TopicLog {
  private final Map<String, List<Entry>> topics = new LinkedHashMap<>();

  /** Records no engine has consumed in a transaction, by topic and number. */
  private final Map<String, TreeMap<Integer, Entry>> waiting = new HashMap<>();

  private int appended;

  /**
   * @param number in the order of all topics
   */
  record Entry(String topic, int number, TestRecord<byte[], byte[]> record) {}

  Entry append(String topic, TestRecord<byte[], byte[]> record) {
    var entry = new Entry(topic, appended, record);
    topics.computeIfAbsent(topic, _ -> new ArrayList<>()).add(entry);
    waiting.computeIfAbsent(topic, _ -> new TreeMap<>()).put(appended, entry);
    appended++;
    return entry;
  }

  /**
   * The driver hands what an engine produced for itself to it before anything that waits here, so
   * the order of consumption is not always that of the topic.
   *
   * @param order in which this topic's records came to the engine; whatever it consumed beyond
   *     these were the oldest
   * @param count of those records that it consumed in a transaction
   */
  void consume(String topic, List<Entry> order, int count) {
    var open = waiting.getOrDefault(topic, new TreeMap<>());
    order.stream().limit(count).forEach(entry -> open.remove(entry.number()));
    for (int i = order.size(); i < count && !open.isEmpty(); i++) {
      open.pollFirstEntry();
    }
  }

  List<Entry> all(String topic) {
    return List.copyOf(topics.getOrDefault(topic, List.of()));
  }

  /** Keys and values of all records, a character for each byte. */
  String text() {
    return topics.values().stream()
        .flatMap(List::stream)
        .map(entry -> text(entry.record().key()) + "\n" + text(entry.record().value()))
        .collect(Collectors.joining("\n"));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, ISO_8859_1);
  }

  /** The oldest record of these topics that no engine has consumed in a transaction; or none. */
  java.util.Optional<Entry> next(Iterable<String> inputs) {
    var oldest = new TreeMap<Integer, Entry>();
    for (var topic : inputs) {
      var first = waiting.getOrDefault(topic, new TreeMap<>()).firstEntry();
      if (first != null) {
        oldest.put(first.getKey(), first.getValue());
      }
    }
    return oldest.values().stream().findFirst();
  }

  /** The rows a compacted topic amounts to. */
  Map<Bytes, byte[]> rows(String topic) {
    var rows = new LinkedHashMap<Bytes, byte[]>();
    for (var entry : topics.getOrDefault(topic, List.of())) {
      var key = Bytes.wrap(entry.record().key());
      if (entry.record().value() == null) {
        rows.remove(key);
      } else {
        rows.put(key, entry.record().value());
      }
    }
    return rows;
  }
}
