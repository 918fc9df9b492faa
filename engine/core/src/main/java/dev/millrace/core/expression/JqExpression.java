package dev.millrace.core.expression;

import static dev.millrace.core.expression.ExpressionBounds.MESSAGE_LENGTH_MAX;
import static dev.millrace.core.expression.ExpressionBounds.TEXT_LENGTH_MAX;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.NearestWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.javacc.ExpressionParser;
import net.thisptr.jackson.jq.internal.javacc.ParseException;
import net.thisptr.jackson.jq.internal.tree.TopLevelExpression;
import org.jspecify.annotations.Nullable;

/**
 * One jq expression, parsed once. Safe to share between threads; no evaluation takes more than
 * {@link ExpressionBounds} allow.
 */
final class JqExpression implements Template {
  /** Variables the language has and an expression cannot use here, with the reason. */
  private static final Map<String, String> WITHHELD =
      Map.of(
          SyntaxTree.SECRETS,
          "$secrets can only be used where a value leaves to a stage, in the arguments and the"
              + " authentication of a call or run, and of the secrets in use.secrets: anywhere else"
              + " its value would be journaled",
          "authorization",
          "$authorization is not supported: it holds a credential, and what expressions yield is"
              + " journaled");

  private final String text;
  private final Expression root;
  private final Set<String> variables;
  private final Set<String> secrets;
  private final boolean readsData;

  private JqExpression(String text, SyntaxTree tree) {
    this.text = text;
    this.root = tree.root();
    this.variables = tree.freeVariables();
    this.secrets = variables.contains(SyntaxTree.SECRETS) ? tree.secretsNamed() : Set.of();
    this.readsData = tree.readsData();
  }

  /**
   * @param text without <code>${ }</code>
   * @param variables names that are defined where the expression stands, without the dollar sign
   * @throws InvalidExpressionException if the text is not jq, is too long, or uses a variable or
   *     function that does not exist
   */
  static JqExpression compile(String text, Set<String> variables)
      throws InvalidExpressionException {
    if (text.length() > TEXT_LENGTH_MAX) {
      throw new InvalidExpressionException(
          "an expression has at most " + TEXT_LENGTH_MAX + " characters", null);
    }
    var tree = parse(text);
    checkVariables(tree, variables);
    checkSecrets(tree);
    checkFunctions(tree);
    return new JqExpression(text, tree);
  }

  private static SyntaxTree parse(String text) throws InvalidExpressionException {
    try {
      var parsed = ExpressionParser.compile(text, Builtins.DIALECT);
      if (parsed instanceof TopLevelExpression) {
        throw new InvalidExpressionException("an expression cannot import modules", null);
      }
      return SyntaxTree.of(parsed);
    } catch (JsonQueryException e) {
      throw new InvalidExpressionException(syntaxError(text, e.getCause()), null);
    } catch (StackOverflowError e) {
      throw new InvalidExpressionException("the expression is nested too deeply", null);
    }
  }

  private static String syntaxError(String text, @Nullable Throwable cause) {
    if (cause instanceof ParseException e
        && e.currentToken != null
        && e.currentToken.next != null) {
      var token = e.currentToken.next;
      return token.kind == 0
          ? "not a jq expression: it ends too early: " + text
          : "not a jq expression: unexpected '%s' at its line %d, column %d"
              .formatted(token.image, token.beginLine, token.beginColumn);
    }
    return cause instanceof IllegalStateException e
        ? "not a jq expression: " + e.getMessage()
        : "not a jq expression: " + text;
  }

  /** Which secret is meant has to be in the text, or data could choose one. */
  private static void checkSecrets(SyntaxTree tree) throws InvalidExpressionException {
    if (tree.freeVariables().contains(SyntaxTree.SECRETS) && tree.usesSecretsAsWhole()) {
      throw new InvalidExpressionException(
          "name the secret: $secrets.name, or $secrets[\"name\"]", null);
    }
  }

  private static void checkVariables(SyntaxTree tree, Set<String> known)
      throws InvalidExpressionException {
    for (var name : new TreeSet<>(tree.freeVariables())) {
      if (!known.contains(name)) {
        if (WITHHELD.containsKey(name)) {
          throw new InvalidExpressionException(WITHHELD.get(name), null);
        }
        var near = NearestWord.to(name, known);
        throw new InvalidExpressionException(
            "$" + name + " is not defined here", near == null ? null : "$" + near);
      }
    }
  }

  private static void checkFunctions(SyntaxTree tree) throws InvalidExpressionException {
    for (var signature : new TreeSet<>(tree.freeFunctions())) {
      if (!Builtins.signatures().contains(signature)) {
        throw new InvalidExpressionException(
            "there is no function " + signature + " (name/number of arguments)",
            NearestWord.to(signature, Builtins.signatures()));
      }
    }
  }

  /** Names without the dollar sign, {@code secrets} among them if {@link #secrets()} are used. */
  Set<String> variables() {
    return variables;
  }

  /** Names of the secrets the expression uses. */
  Set<String> secrets() {
    return secrets;
  }

  /** Whether the result may depend on {@code .}. */
  boolean readsData() {
    return readsData;
  }

  @Override
  public JsonNode evaluate(Scope scope) {
    var results = new ArrayList<JsonNode>();
    try {
      ScopedValue.where(Meter.CURRENT, new Meter(scope)).call(() -> apply(scope, results));
      return Detached.copy(single(results));
    } catch (ExpressionException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (JsonQueryException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (StackOverflowError e) {
      throw failed("recurses too deeply", e);
    } catch (RuntimeException e) {
      throw failed(e.toString(), e);
    }
  }

  private List<JsonNode> apply(Scope scope, List<JsonNode> results) throws JsonQueryException {
    var names = net.thisptr.jackson.jq.Scope.newChildScope(Builtins.ROOT);
    variables.forEach(name -> names.setValue(name, () -> variable(scope, name)));
    root.apply(names, scope.current(), results::add);
    return results;
  }

  private static JsonNode variable(Scope scope, String name) {
    var value = scope.variable(name);
    if (value == null) {
      throw new ExpressionException("uses $" + name + ", which is not defined here");
    }
    return value;
  }

  /** Nothing is null, and many are an array (rule 10 of the language's section 2.8). */
  private static JsonNode single(List<JsonNode> results) {
    return switch (results.size()) {
      case 0 -> NullNode.instance;
      case 1 -> results.getFirst();
      default -> new ArrayNode(JsonNodeFactory.instance, results);
    };
  }

  private ExpressionException failed(String reason, Throwable cause) {
    return new ExpressionException("expression " + cut(text) + ": " + cut(reason), cause);
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE_LENGTH_MAX
        ? message
        : message.substring(0, MESSAGE_LENGTH_MAX) + "…";
  }

  @Override
  public String toString() {
    return text;
  }
}
