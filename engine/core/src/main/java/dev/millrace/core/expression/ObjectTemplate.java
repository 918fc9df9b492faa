package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An object whose members are templates.
 *
 * @param members in the order they are evaluated and written
 */
public record ObjectTemplate(Map<String, Template> members) implements Template {
  public ObjectTemplate {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** The object; a constant if every member is one. */
  public static Template of(Map<String, Template> members) {
    var template = new ObjectTemplate(members);
    return members.values().stream().allMatch(ConstantTemplate.class::isInstance)
        ? Template.constant(template.write(member -> ((ConstantTemplate) member).value()))
        : template;
  }

  @Override
  public JsonNode evaluate(Scope scope) {
    return write(member -> member.evaluate(scope));
  }

  @Override
  public List<String> secretPointers() {
    List<String> pointers = List.of();
    for (var member : members.entrySet()) {
      for (var below : member.getValue().secretPointers()) {
        pointers = pointers.isEmpty() ? new ArrayList<>() : pointers;
        pointers.add(JsonPointers.member("", member.getKey()) + below);
      }
    }
    return pointers;
  }

  private JsonNode write(java.util.function.Function<Template, JsonNode> value) {
    var result = JsonNodeFactory.instance.objectNode();
    members.forEach((name, member) -> result.set(name, value.apply(member)));
    return result;
  }
}
