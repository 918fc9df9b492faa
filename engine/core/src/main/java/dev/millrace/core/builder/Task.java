package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * A task being written: what every kind has. Each method sets a member of the definition of that
 * name and returns the task.
 *
 * @param <T> the kind itself
 */
public abstract class Task<T extends Task<T>> {
  private final String name;
  private final ObjectNode definition = JsonNodeFactory.instance.objectNode();

  Task(String name) {
    this.name = name;
  }

  abstract T self();

  /** The expression that decides whether the task runs: {@code if}. */
  public T when(String jq) {
    return set("if", Expression.jq(jq));
  }

  /** What the task works on: {@code input.from}. */
  public T input(Object from) {
    return setIn("input", "from", from);
  }

  /** What the input has to be, as JSON Schema. */
  public T inputSchema(Object schema) {
    return setIn("input", "schema", java.util.Map.of("document", schema));
  }

  /** What the next task gets: {@code output.as}. */
  public T output(Object as) {
    return setIn("output", "as", as);
  }

  /** What the output has to be, as JSON Schema. */
  public T outputSchema(Object schema) {
    return setIn("output", "schema", java.util.Map.of("document", schema));
  }

  /** What becomes of {@code $context}: {@code export.as}. Replaces it. */
  public T export(Object as) {
    return setIn("export", "as", as);
  }

  public T timeout(Duration after) {
    return setIn("timeout", "after", after);
  }

  /** The name of a timeout in {@code use.timeouts}. */
  public T timeout(String name) {
    return set("timeout", name);
  }

  /** Goes to a task of the same list. */
  public T then(String task) {
    return set("then", task);
  }

  /** Leaves the list. */
  public T thenExit() {
    return then("exit");
  }

  /** Finishes the workflow. */
  public T thenEnd() {
    return then("end");
  }

  /** A word of the profile: {@code metadata.millrace.<name>}. */
  public T profile(String name, Object value) {
    definition.withObject("/metadata/millrace").set(name, Values.node(value));
    return self();
  }

  T set(String member, Object value) {
    definition.set(member, Values.node(value));
    return self();
  }

  T setIn(String member, String inner, Object value) {
    definition.withObject("/" + member).set(inner, Values.node(value));
    return self();
  }

  T setList(String member, List<Task<?>> tasks) {
    return set(member, list(tasks));
  }

  ObjectNode definition() {
    return definition;
  }

  /** A list of tasks as a definition writes it. */
  static JsonNode list(List<Task<?>> tasks) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tasks.forEach(task -> list.addObject().set(task.name, task.definition.deepCopy()));
    return list;
  }
}
