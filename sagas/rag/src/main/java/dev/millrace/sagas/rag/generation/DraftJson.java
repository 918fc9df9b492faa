package dev.millrace.sagas.rag.generation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A draft as a stage's output. */
final class DraftJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DraftJson() {}

  static JsonNode of(Draft draft) {
    return MAPPER.valueToTree(draft);
  }
}
