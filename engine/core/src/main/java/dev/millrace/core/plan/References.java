package dev.millrace.core.plan;

import static dev.millrace.core.definition.DefinitionBounds.RESOURCES_LENGTH_MAX;
import static dev.millrace.core.definition.DefinitionBounds.RESOURCES_MAX;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.definition.DefinitionDocument;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the documents of one compilation refer to outside themselves. */
final class References {
  private final Resources given;
  private final Map<String, DefinitionDocument> read = new TreeMap<>();
  private final Map<String, String> used = new TreeMap<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private int length;

  References(Resources given) {
    this.given = given;
  }

  /**
   * The document at a URI; null after a problem, which stands at the reference or in the document.
   *
   * @param suggestion what may be meant if there is no such document
   */
  @Nullable DefinitionDocument document(Source reference, String uri, @Nullable String suggestion) {
    var known = read.get(uri);
    if (known != null) {
      return known;
    }
    var text = given.text(uri);
    return text.isPresent() ? read(reference, uri, text.get()) : absent(reference, uri, suggestion);
  }

  private @Nullable DefinitionDocument read(Source reference, String uri, String text) {
    if (!used.containsKey(uri)) {
      length += text.length();
      used.put(uri, text);
    }
    if (used.size() > RESOURCES_MAX || length > RESOURCES_LENGTH_MAX) {
      return tooMuch(reference);
    }
    try {
      var document = DefinitionReader.read(text);
      read.put(uri, document);
      return document;
    } catch (InvalidDefinitionException e) {
      reference.findings().unreadable(uri, e.problems());
      return null;
    }
  }

  private @Nullable DefinitionDocument absent(
      Source reference, String uri, @Nullable String suggestion) {
    var reason = given.reason(uri);
    if (reason.isPresent()) {
      reference.error("'" + uri + "' cannot be read: " + reason.get(), suggestion);
      return null;
    }
    if (used.size() + missing.size() >= RESOURCES_MAX) {
      return tooMuch(reference);
    }
    missing.add(uri);
    reference.error("'" + uri + "' is not at hand: it is read when the definition is deployed");
    return null;
  }

  private static @Nullable DefinitionDocument tooMuch(Source reference) {
    reference.error(
        "a definition refers to at most %d documents, with %d characters together"
            .formatted(RESOURCES_MAX, RESOURCES_LENGTH_MAX));
    return null;
  }

  /** The URIs of all documents at hand, used or not. */
  Set<String> known() {
    return given.texts().keySet();
  }

  Set<String> missing() {
    return missing;
  }

  Map<String, String> used() {
    return used;
  }

  /** Of the definition, and of what it refers to, whatever way each is written. */
  String hash(JsonNode definition) {
    if (read.isEmpty()) {
      return CanonicalJson.hash(definition);
    }
    var all = JsonNodeFactory.instance.objectNode();
    all.set("definition", definition);
    var resources = all.putObject("resources");
    read.forEach((uri, document) -> resources.set(uri, document.root()));
    return CanonicalJson.hash(all);
  }
}
