package dev.millrace.core.coordination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where events of one kind meet those that wait for them.
 *
 * <p>A filter's signature is what it says of events without regard to any instance. Filters of one
 * signature that expect the same values share a channel; so an event is brought to a channel by
 * looking at the event alone, and an instance finds its channel by looking at itself alone.
 */
public final class Channel {
  private static final String UNCORRELATED =
      CanonicalJson.hash(JsonNodeFactory.instance.objectNode());

  private Channel() {}

  /**
   * @param signature of the filter, see {@link dev.millrace.core.plan.EventFilter#signature()}
   * @param correlation the values that name the channel, by the names of the definition; empty when
   *     the filter expects none
   */
  public static String key(String signature, Map<String, JsonNode> correlation) {
    var values = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(correlation).forEach(values::set);
    return "event/" + signature + "/" + CanonicalJson.hash(values);
  }

  /**
   * Whether values name the channel. Only then is an event of it meant for somebody in particular,
   * and kept when nobody waits.
   */
  static boolean isCorrelated(String key) {
    return !key.endsWith("/" + UNCORRELATED);
  }
}
