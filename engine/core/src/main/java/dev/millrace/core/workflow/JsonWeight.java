package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;

/** Roughly how long a value is as JSON text, without writing it. */
final class JsonWeight {
  private static final int SCALAR_BYTES = 8;
  private static final int PUNCTUATION_BYTES = 4;

  private JsonWeight() {}

  /**
   * @param enough stops counting once the weight is above it
   * @return bytes, within a factor of about two for ordinary text
   */
  static long of(JsonNode value, long enough) {
    if (value.isTextual()) {
      return value.textValue().length() + (long) PUNCTUATION_BYTES;
    }
    if (!value.isContainerNode()) {
      return SCALAR_BYTES;
    }
    long weight = PUNCTUATION_BYTES;
    for (var entry : value.properties()) {
      weight += entry.getKey().length() + PUNCTUATION_BYTES + of(entry.getValue(), enough - weight);
      if (weight > enough) {
        return weight;
      }
    }
    if (value.isArray()) {
      for (var item : value) {
        weight += of(item, enough - weight) + 1;
        if (weight > enough) {
          return weight;
        }
      }
    }
    return weight;
  }
}
