package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of a definition into templates. Only text of a definition ever becomes an
 * expression; text in data stays text, whatever it looks like.
 */
public final class TemplateCompiler {
  private static final String OPEN = "${";
  private static final String CLOSE = "}";
  private static final Pattern EMBEDDED = Pattern.compile("\\$\\{\\s*([^}]*?)\\s*}");

  /** How expressions are told from text. */
  public enum Mode {
    /** Text is an expression if it stands in <code>${ }</code>. */
    STRICT,
    /** Text is an expression if it can be read as one, and itself if that fails. */
    LOOSE
  }

  /** Learns what is wrong, and where below the value that was compiled. */
  @FunctionalInterface
  public interface Complaints {
    /**
     * @param pointer relative JSON pointer; empty for the value itself
     */
    void add(String pointer, String message, @Nullable String suggestion);
  }

  private final Mode mode;
  private final Set<String> secrets;
  private final String whereSecretsAre;

  public TemplateCompiler(Mode mode) {
    this(mode, Set.of());
  }

  /**
   * @param secrets names that {@code $secrets} has, where it is among the variables
   */
  public TemplateCompiler(Mode mode, Set<String> secrets) {
    this(mode, secrets, "in use.secrets");
  }

  private TemplateCompiler(Mode mode, Set<String> secrets, String whereSecretsAre) {
    this.mode = mode;
    this.secrets = Set.copyOf(secrets);
    this.whereSecretsAre = whereSecretsAre;
  }

  /** For a function in a document of its own, which gets none of the secrets of its callers. */
  public static TemplateCompiler ofFunctionElsewhere() {
    return new TemplateCompiler(
        Mode.STRICT, Set.of(), "here: a function from elsewhere sees none of its callers'");
  }

  /** Whether every text may be an expression, whatever it looks like. */
  public boolean isLoose() {
    return mode == Mode.LOOSE;
  }

  /** A value with expressions anywhere inside. */
  public Template template(JsonNode value, Set<String> variables, Complaints complaints) {
    return template(value, "", variables, complaints);
  }

  /** A value that is an expression in any case, with or without <code>${ }</code>. */
  public Template expression(String text, Set<String> variables, Complaints complaints) {
    return compile(isEnclosed(text) ? enclosed(text) : text, "", variables, complaints);
  }

  private Template template(
      JsonNode value, String pointer, Set<String> variables, Complaints complaints) {
    if (value.isTextual()) {
      return text(value, pointer, variables, complaints);
    }
    if (value.isObject()) {
      return object(value, pointer, variables, complaints);
    }
    return value.isArray()
        ? array(value, pointer, variables, complaints)
        : Template.constant(value);
  }

  private Template text(
      JsonNode value, String pointer, Set<String> variables, Complaints complaints) {
    var text = value.textValue();
    if (isEnclosed(text)) {
      return compile(enclosed(text), pointer, variables, complaints);
    }
    if (mode == Mode.LOOSE) {
      return loose(value, pointer, variables, complaints);
    }
    if (text.contains(OPEN)) {
      complaints.add(
          pointer,
          "an expression has to be the whole value; inside text use jq's own interpolation",
          interpolated(text));
    }
    return Template.constant(value);
  }

  private Template loose(
      JsonNode value, String pointer, Set<String> variables, Complaints complaints) {
    try {
      var expression = JqExpression.compile(value.textValue(), variables);
      if (!expression.secrets().isEmpty()) {
        return withSecrets(expression, pointer, complaints);
      }
      return scope -> {
        try {
          return expression.evaluate(scope);
        } catch (ExpressionException _) {
          return value;
        }
      };
    } catch (InvalidExpressionException _) {
      return Template.constant(value);
    }
  }

  private Template compile(
      String text, String pointer, Set<String> variables, Complaints complaints) {
    try {
      var expression = JqExpression.compile(text, variables);
      return expression.secrets().isEmpty()
          ? expression
          : withSecrets(expression, pointer, complaints);
    } catch (InvalidExpressionException e) {
      complaints.add(pointer, String.valueOf(e.getMessage()), e.suggestion());
      return Template.constant(JsonNodeFactory.instance.nullNode());
    }
  }

  private Template withSecrets(JqExpression expression, String pointer, Complaints complaints) {
    for (var name : new TreeSet<>(expression.secrets())) {
      if (!secrets.contains(name)) {
        complaints.add(
            pointer,
            "there is no secret '" + name + "' " + whereSecretsAre,
            NearestWord.to(name, secrets));
      }
    }
    return new SecretExpression(expression);
  }

  private Template object(
      JsonNode value, String pointer, Set<String> variables, Complaints complaints) {
    Map<String, Template> members = new LinkedHashMap<>();
    for (var property : value.properties()) {
      var place = JsonPointers.member(pointer, property.getKey());
      members.put(property.getKey(), template(property.getValue(), place, variables, complaints));
    }
    return ObjectTemplate.of(members);
  }

  private Template array(
      JsonNode value, String pointer, Set<String> variables, Complaints complaints) {
    var elements = new ArrayList<Template>();
    for (var element : value) {
      var place = JsonPointers.element(pointer, elements.size());
      elements.add(template(element, place, variables, complaints));
    }
    return elements.stream().allMatch(ConstantTemplate.class::isInstance)
        ? Template.constant(value)
        : new ArrayTemplate(elements);
  }

  /** Whether text stands in <code>${ }</code>. */
  public static boolean isEnclosed(String text) {
    var stripped = text.strip();
    return stripped.startsWith(OPEN) && stripped.endsWith(CLOSE);
  }

  private static String enclosed(String text) {
    var stripped = text.strip();
    return stripped.substring(OPEN.length(), stripped.length() - CLOSE.length()).strip();
  }

  /** {@code Hello ${ .x }!} as one expression: <code>${ "Hello \(.x)!" }</code>. */
  private static String interpolated(String text) {
    var inner = EMBEDDED.matcher(text.replace("\\", "\\\\").replace("\"", "\\\""));
    return OPEN + " \"" + inner.replaceAll("\\\\($1)") + "\" " + CLOSE;
  }
}
