package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;

/** How a run ended, as far as two engines can be compared. */
sealed interface End {

  record Completed(JsonNode output) implements End {}

  /**
   * @param type its last part: what precedes it has had three forms
   */
  record Failed(String type, int status) implements End {
    static Failed of(String type, int status) {
      return new Failed(type.substring(type.lastIndexOf('/') + 1), status);
    }
  }

  /** The definition was not accepted. */
  record Refused() implements End {}

  /** It has not ended in time. */
  record Hung() implements End {}

  /** With something the language has no word for. */
  record Broken(String why) implements End {}

  /** Numbers are equal if their values are, whatever they are kept in. */
  default boolean agreesWith(End other) {
    return this instanceof Completed(var output) && other instanceof Completed(var its)
        ? output.equals(End::compare, its)
        : equals(other);
  }

  private static int compare(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue());
    }
    return a.equals(b) ? 0 : 1;
  }
}
