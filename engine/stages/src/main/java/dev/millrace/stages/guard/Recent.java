package dev.millrace.stages.guard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Values made when they are first asked for; the least recently used is forgotten. Thread-safe. */
final class Recent<K, V> {
  private final Map<K, V> values;

  /**
   * @param max values remembered
   */
  Recent(int max) {
    values =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
          }
        };
  }

  V of(K key, Function<K, V> make) {
    synchronized (values) {
      return values.computeIfAbsent(key, make);
    }
  }
}
