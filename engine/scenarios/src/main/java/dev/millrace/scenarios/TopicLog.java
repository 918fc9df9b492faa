package dev.millrace.scenarios;

import dev.millrace.scenarios.TopicLog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.test.TestRecord;

/** What Kafka holds for a scenario's engines: the only thing that outlives one of them. */
final class TopicLog {
  private final Map<String, List<Entry>> topics = new LinkedHashMap<>();
  private final Map<String, Integer> consumed = new HashMap<>();
  private int appended;

  /**
   * @param number in the order of all topics
   */
  record Entry(String topic, int number, TestRecord<byte[], byte[]> record) {}

  void append(String topic, TestRecord<byte[], byte[]> record) {
    topics.computeIfAbsent(topic, _ -> new ArrayList<>()).add(new Entry(topic, appended, record));
    appended++;
  }

  void consume(String topic, int count) {
    consumed.merge(topic, count, Integer::sum);
  }

  List<Entry> all(String topic) {
    return List.copyOf(topics.getOrDefault(topic, List.of()));
  }

  /** The oldest record of these topics that no engine has consumed in a transaction; or none. */
  java.util.Optional<Entry> next(Iterable<String> inputs) {
    var waiting = new TreeMap<Integer, Entry>();
    for (var topic : inputs) {
      var entries = topics.getOrDefault(topic, List.of());
      var position = consumed.getOrDefault(topic, 0);
      if (position < entries.size()) {
        var entry = entries.get(position);
        waiting.put(entry.number(), entry);
      }
    }
    return waiting.values().stream().findFirst();
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
