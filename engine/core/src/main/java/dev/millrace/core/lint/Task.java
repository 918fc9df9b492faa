package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was written.
 *
 * @param pointer JSON pointer of the task in the definition
 * @param around the task it is part of; null for one of the outermost, or of a function
 */
record Task(String name, String pointer, JsonNode value, @Nullable Task around) {

  boolean has(String member) {
    return value.has(member);
  }

  /** What the profile says of it; a missing node when it says nothing. */
  JsonNode profile() {
    return value.path("metadata").path("millrace");
  }
}
