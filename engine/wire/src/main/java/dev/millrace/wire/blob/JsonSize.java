package dev.millrace.wire.blob;

import com.fasterxml.jackson.databind.JsonNode;

/** How large a value is as JSON, guessed from above without writing it. */
final class JsonSize {
  /** A character that has to be escaped takes six bytes; no other takes more. */
  private static final int CHAR_BYTES_MAX = 6;

  private static final int PUNCTUATION_BYTES = 4;
  private static final int SCALAR_BYTES_MAX = 32;

  private JsonSize() {}

  /** False says nothing; true spares the caller from writing the value to learn its size. */
  static boolean isCertainlyWithin(JsonNode value, int bytesMax) {
    return remaining(value, bytesMax) >= 0;
  }

  private static long remaining(JsonNode value, long left) {
    var rest = left - own(value);
    for (var entry : value.properties()) {
      rest = remaining(entry.getValue(), rest - text(entry.getKey()));
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size() && rest >= 0; i++) {
        rest = remaining(value.get(i), rest);
      }
    }
    return rest;
  }

  private static long own(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> text(value.textValue());
      case OBJECT, ARRAY, BOOLEAN, NULL, MISSING -> PUNCTUATION_BYTES * 2L;
      case NUMBER ->
          value.isBigInteger() || value.isBigDecimal() ? text(value.asText()) : SCALAR_BYTES_MAX;
      case BINARY, POJO -> Integer.MAX_VALUE;
    };
  }

  private static long text(String text) {
    return (long) text.length() * CHAR_BYTES_MAX + PUNCTUATION_BYTES;
  }
}
