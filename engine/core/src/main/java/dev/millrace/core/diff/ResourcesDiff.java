package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.diff.Change.Kind;
import dev.millrace.core.plan.Compilation;
import java.net.URI;
import java.util.List;

/** What definitions refer to outside themselves: functions of catalogs, and schemas. */
final class ResourcesDiff {
  private static final List<String> ENDS = List.of("input", "output");

  private ResourcesDiff() {}

  /** Documents that both refer to and that have changed, but for those of the contract. */
  static List<Change> of(Compilation old, Compilation now) {
    var contract = ENDS.stream().map(end -> uri(now.plan().definition(), end)).toList();
    return now.resources().keySet().stream()
        .filter(uri -> old.resources().containsKey(uri) && !contract.contains(uri))
        .filter(uri -> !document(old, uri).equals(document(now, uri)))
        .sorted()
        .map(uri -> new Change(Kind.CHANGED, Impact.MINOR, uri, "has other content"))
        .toList();
  }

  /** The definition with the schemas of its input and output written out. */
  static JsonNode contract(Compilation compiled) {
    var definition = compiled.plan().definition();
    if (compiled.resources().isEmpty() || !definition.isObject()) {
      return definition;
    }
    var written = definition.deepCopy();
    for (var end : ENDS) {
      var document = document(compiled, uri(definition, end));
      if (written.at("/" + end + "/schema") instanceof ObjectNode schema
          && !document.isMissingNode()) {
        schema.set("document", document);
      }
    }
    return written;
  }

  private static String uri(JsonNode definition, String end) {
    var endpoint = definition.at("/" + end + "/schema/resource/endpoint");
    var text = endpoint.isObject() ? endpoint.path("uri").asText() : endpoint.asText();
    return URI.create(text).normalize().toString();
  }

  private static JsonNode document(Compilation compiled, String uri) {
    var text = compiled.resources().get(uri);
    try {
      return text == null ? MissingNode.getInstance() : DefinitionReader.read(text).root();
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException("a document that was compiled cannot be read: " + uri, e);
    }
  }
}
