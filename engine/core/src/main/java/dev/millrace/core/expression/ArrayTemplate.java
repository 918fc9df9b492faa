package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import java.util.ArrayList;
import java.util.List;

/** An array whose elements are templates. */
record ArrayTemplate(List<Template> elements) implements Template {
  ArrayTemplate {
    elements = List.copyOf(elements);
  }

  @Override
  public JsonNode evaluate(Scope scope) {
    var result = JsonNodeFactory.instance.arrayNode(elements.size());
    elements.forEach(element -> result.add(element.evaluate(scope)));
    return result;
  }

  @Override
  public List<String> secretPointers() {
    List<String> pointers = List.of();
    for (var i = 0; i < elements.size(); i++) {
      for (var below : elements.get(i).secretPointers()) {
        pointers = pointers.isEmpty() ? new ArrayList<>() : pointers;
        pointers.add(JsonPointers.element("", i) + below);
      }
    }
    return pointers;
  }
}
