package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.PlanCompiler;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Writes a definition.
 *
 * <pre>{@code
 * var order = DefinitionBuilder.of("shop", "order", "1.0.0")
 *     .retry("transient", Retry.upTo(3).delay(Duration.ofSeconds(1)).exponential())
 *     .tasks(
 *         attempt("charge", call("pay", "charge-card:1.0.0@default").with("cents", jq(".euros * 100")))
 *             .retry("transient"),
 *         set("done", Map.of("receipt", jq(".receipt"))));
 * }</pre>
 */
public final class DefinitionBuilder {
  private static final String DSL = "1.0.3";
  private static final String PROFILE = "1";

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  private DefinitionBuilder(String namespace, String name, String version) {
    root.putObject("document")
        .put("dsl", DSL)
        .put("namespace", namespace)
        .put("name", name)
        .put("version", version);
  }

  public static DefinitionBuilder of(String namespace, String name, String version) {
    return new DefinitionBuilder(namespace, name, version);
  }

  public DefinitionBuilder title(String title) {
    root.withObject("/document").put("title", title);
    return this;
  }

  public DefinitionBuilder summary(String summary) {
    root.withObject("/document").put("summary", summary);
    return this;
  }

  /** A word of the profile: {@code document.metadata.millrace.<name>}. */
  public DefinitionBuilder profile(String name, Object value) {
    root.withObject("/document/metadata/millrace")
        .put("profile", PROFILE)
        .set(name, Values.node(value));
    return this;
  }

  /** Bounds that calls have when they name them: {@link CallTask#policy}. */
  public DefinitionBuilder policy(String name, Policy policy) {
    root.withObject("/document/metadata/millrace")
        .put("profile", PROFILE)
        .withObject("/policies")
        .set(name, policy.definition());
    return this;
  }

  /** What the input has to be, as JSON Schema. */
  public DefinitionBuilder inputSchema(Object schema) {
    root.withObject("/input/schema").set("document", Values.node(schema));
    return this;
  }

  /** What the first task gets: {@code input.from}. */
  public DefinitionBuilder input(Object from) {
    root.withObject("/input").set("from", Values.node(from));
    return this;
  }

  /** What the output will be, as JSON Schema. */
  public DefinitionBuilder outputSchema(Object schema) {
    root.withObject("/output/schema").set("document", Values.node(schema));
    return this;
  }

  /** What the workflow yields: {@code output.as}. */
  public DefinitionBuilder output(Object as) {
    root.withObject("/output").set("as", Values.node(as));
    return this;
  }

  public DefinitionBuilder timeout(Duration after) {
    root.withObject("/timeout").set("after", Values.node(after));
    return this;
  }

  public DefinitionBuilder error(String name, String type, int status, String title) {
    return use("errors", name, Values.node(Map.of("type", type, "status", status, "title", title)));
  }

  public DefinitionBuilder retry(String name, Retry policy) {
    return use("retries", name, policy.definition());
  }

  public DefinitionBuilder namedTimeout(String name, Duration after) {
    return use("timeouts", name, Values.node(Map.of("after", after)));
  }

  /** A task that others call by this name; the name of the task itself does not matter. */
  public DefinitionBuilder function(String name, Task<?> task) {
    return use("functions", name, task.definition());
  }

  /** Tasks around others; the extension that is added first is the outermost. */
  public DefinitionBuilder extension(String name, Extension extension) {
    root.withObject("/use")
        .withArray("extensions")
        .addObject()
        .set(name, extension.definition().deepCopy());
    return this;
  }

  /** The name of a secret that the workflow may use. */
  public DefinitionBuilder secret(String name) {
    root.withObject("/use").withArray("secrets").add(name);
    return this;
  }

  /**
   * @param schedule {@code cron}, {@code every}, {@code after} or {@code on}, as the language has
   *     them
   */
  public DefinitionBuilder schedule(Map<String, ?> schedule) {
    root.set("schedule", Values.node(schedule));
    return this;
  }

  /** What the workflow does. */
  public DefinitionBuilder tasks(Task<?>... tasks) {
    root.set("do", Task.list(List.of(tasks)));
    return this;
  }

  /** The definition: JSON, and therefore YAML, to deploy. */
  public String text() {
    return root.toPrettyString();
  }

  public JsonNode definition() {
    return root.deepCopy();
  }

  /**
   * @param catalog the functions that may be called
   * @throws InvalidDefinitionException with every problem found, and its place in {@link #text()}
   */
  public Compilation compile(FunctionCatalog catalog) throws InvalidDefinitionException {
    return PlanCompiler.compile(text(), catalog);
  }

  private DefinitionBuilder use(String section, String name, JsonNode value) {
    root.withObject("/use").withObject("/" + section).set(name, value.deepCopy());
    return this;
  }
}
