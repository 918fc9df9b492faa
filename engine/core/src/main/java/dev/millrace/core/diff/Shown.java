package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;

/** Values of definitions, short enough for a line. */
final class Shown {
  private static final int LENGTH_MAX = 80;

  private Shown() {}

  static String value(JsonNode value) {
    var text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX) + "…";
  }
}
