package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Tasks that run before and after those of a kind.
 *
 * <pre>{@code
 * Extension.of("call")
 *     .when("$task.name == \"charge\"")
 *     .before(set("answer", Map.of("receipt", "r-1")).thenExit())
 * }</pre>
 */
public final class Extension {
  private final ObjectNode definition = JsonNodeFactory.instance.objectNode();

  private Extension() {}

  /**
   * @param kind of the tasks it extends, as the language has it: {@code call}, {@code composite},
   *     {@code all}
   */
  public static Extension of(String kind) {
    var extension = new Extension();
    extension.definition.put("extend", kind);
    return extension;
  }

  /** The expression that decides whether it applies; {@code $task} is the extended task. */
  public Extension when(String jq) {
    definition.set("when", Values.node(Expression.jq(jq)));
    return this;
  }

  /** Left by {@code exit} they replace the task. */
  public Extension before(Task<?>... tasks) {
    definition.set("before", Task.list(List.of(tasks)));
    return this;
  }

  /** Left by {@code exit} they replace its output. */
  public Extension after(Task<?>... tasks) {
    definition.set("after", Task.list(List.of(tasks)));
    return this;
  }

  JsonNode definition() {
    return definition;
  }
}
