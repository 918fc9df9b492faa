package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An expression on its way to the worker that has the secrets, with all else it sees.
 *
 * @param text without <code>${ }</code>
 * @param now the instant of the command that evaluated the call's arguments
 * @param data the value of {@code .}; null where the expression does not read it
 * @param variables by name without the dollar sign; never {@code secrets}
 */
public record CapturedExpression(String text, Instant now, JsonNode data, ObjectNode variables) {
  private static final String MEMBER = "$secret";

  /** As it stands in the arguments of a call. */
  public ObjectNode toJson() {
    var json = JsonNodeFactory.instance.objectNode();
    var captured = json.putObject(MEMBER).put("expression", text).put("now", now.toString());
    if (!data.isNull()) {
      captured.set("data", data);
    }
    if (!variables.isEmpty()) {
      captured.set("variables", variables);
    }
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote. Only for values at the pointers of a request: anything else
   * that looks the same is data.
   *
   * @throws IllegalArgumentException if it is nothing of the kind
   */
  public static CapturedExpression fromJson(JsonNode json) {
    var captured = json.path(MEMBER);
    var text = captured.path("expression");
    var variables = captured.path("variables");
    if (!text.isTextual() || !variables.isMissingNode() && !variables.isObject()) {
      throw new IllegalArgumentException("no expression that waits for secrets");
    }
    try {
      return new CapturedExpression(
          text.textValue(),
          Instant.parse(captured.path("now").asText()),
          captured.has("data") ? captured.get("data") : JsonNodeFactory.instance.nullNode(),
          variables instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no expression that waits for secrets", e);
    }
  }

  /**
   * Names of the secrets it needs.
   *
   * @throws InvalidExpressionException if the text is not an expression
   */
  public Set<String> secrets() throws InvalidExpressionException {
    return compiled().secrets();
  }

  /**
   * @param secrets by name
   * @throws InvalidExpressionException if the text is not an expression
   * @throws ExpressionException if it fails or exceeds a bound; its message may repeat a secret
   */
  public JsonNode evaluate(ObjectNode secrets) throws InvalidExpressionException {
    return compiled().evaluate(new WithSecrets(this, secrets));
  }

  private JqExpression compiled() throws InvalidExpressionException {
    var names = new HashSet<String>();
    variables.fieldNames().forEachRemaining(names::add);
    names.add(SyntaxTree.SECRETS);
    return JqExpression.compile(text, names);
  }

  private record WithSecrets(CapturedExpression captured, ObjectNode secrets) implements Scope {
    @Override
    public JsonNode current() {
      return captured.data();
    }

    @Override
    public @Nullable JsonNode variable(String name) {
      return name.equals(SyntaxTree.SECRETS) ? secrets : captured.variables().get(name);
    }

    @Override
    public Instant now() {
      return captured.now();
    }
  }
}
