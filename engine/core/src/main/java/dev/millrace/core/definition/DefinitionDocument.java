package dev.millrace.core.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A definition as it was written: its values, and where each of them stands. */
public final class DefinitionDocument {
  private final JsonNode root;
  private final Map<String, Place> values;
  private final Map<String, Place> keys;

  DefinitionDocument(JsonNode root, Map<String, Place> values, Map<String, Place> keys) {
    this.root = root;
    this.values = values;
    this.keys = keys;
  }

  public JsonNode root() {
    return root;
  }

  /** Where the value at the JSON pointer begins; that of the value around it if there is none. */
  public Place place(String pointer) {
    var place = values.get(pointer);
    var end = pointer.lastIndexOf('/');
    if (place != null || end < 0) {
      return place == null ? Place.UNKNOWN : place;
    }
    return place(pointer.substring(0, end));
  }

  /** Where the key of the value at the JSON pointer begins; the value's place if it has no key. */
  public Place keyPlace(String pointer) {
    var place = keys.get(pointer);
    return place == null ? place(pointer) : place;
  }
}
