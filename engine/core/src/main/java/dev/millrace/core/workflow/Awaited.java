package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What one filter of a {@code listen} waits for.
 *
 * @param channel where its events are looked for, see {@link
 *     dev.millrace.core.coordination.Channel}
 * @param expected the values that correlate, by the names of the definition; those that the first
 *     event decides are missing until then
 */
public record Awaited(String channel, Map<String, JsonNode> expected) {
  public Awaited {
    expected = Map.copyOf(expected);
  }
}
