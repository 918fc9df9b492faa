package dev.millrace.core.coordination;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The rows of one channel, gate or schedule, as they stand before a command. Parts name them. */
public interface Rows {

  @Nullable Row get(String part);

  /**
   * Rows in the order of their parts.
   *
   * @param after only parts behind this one; empty for all
   * @param countMax at most so many
   */
  SortedMap<String, Row> startingWith(String prefix, String after, int countMax);
}
