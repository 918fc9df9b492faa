package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the arguments of one call. Every question takes a member of the call that may be
 * missing, reports what is wrong with it, and keeps what is right as an argument of the same name.
 */
final class ArgumentCompiler {
  private final EndpointCompiler endpoints;
  private final Expressions expressions;
  private final Set<String> variables;
  private final Map<String, Template> arguments = new LinkedHashMap<>();

  ArgumentCompiler(EndpointCompiler endpoints, Set<String> variables) {
    this.endpoints = endpoints;
    this.expressions = endpoints.expressions();
    this.variables = variables;
  }

  /** All arguments so far: an object. */
  Template template() {
    return ObjectTemplate.of(arguments);
  }

  void put(String name, @Nullable Template value) {
    if (value != null) {
      arguments.put(name, value);
    }
  }

  void constant(String name, JsonNode value) {
    arguments.put(name, Template.constant(value));
  }

  /** One of the words, written down. */
  @Nullable String word(@Nullable Source source, Set<String> words) {
    var word = source == null ? null : source.oneOf(words);
    if (source != null && word != null) {
      constant(source.key(), TextNode.valueOf(word));
    }
    return word;
  }

  /** Text, or an expression. */
  void text(@Nullable Source source, String what) {
    if (source != null && source.text(what) != null) {
      put(source.key(), expressions.template(source, variables));
    }
  }

  /** Any value, with expressions anywhere inside. */
  void value(@Nullable Source source) {
    if (source != null) {
      put(source.key(), expressions.template(source, variables));
    }
  }

  /** An object with expressions anywhere inside, or an expression. */
  void object(@Nullable Source source, String what) {
    if (source != null && (isExpression(source) || source.requireObject(what))) {
      put(source.key(), expressions.template(source, variables));
    }
  }

  /** A list with expressions anywhere inside, or an expression. */
  void list(@Nullable Source source, String what) {
    if (source == null) {
      return;
    }
    if (isExpression(source) || source.value().isArray()) {
      put(source.key(), expressions.template(source, variables));
    } else {
      source.error("expected " + what);
    }
  }

  /** A whole number within the bounds, or an expression. */
  void number(@Nullable Source source, int min, int max) {
    if (source == null) {
      return;
    }
    boolean isNumber = source.value().isIntegralNumber() && source.value().canConvertToInt();
    if (isExpression(source)
        || isNumber && source.value().intValue() >= min && source.value().intValue() <= max) {
      put(source.key(), expressions.template(source, variables));
    } else {
      source.error("expected a whole number from %,d to %,d".formatted(min, max));
    }
  }

  /** A duration; as an argument it is ISO 8601. */
  void duration(@Nullable Source source) {
    if (source == null) {
      return;
    }
    var template =
        switch (new DurationCompiler(expressions).compile(source, variables)) {
          case DurationPlan.Fixed(var duration) ->
              Template.constant(TextNode.valueOf(duration.toString()));
          case DurationPlan.Computed(var computed) -> computed;
        };
    put(source.key(), template);
  }

  /**
   * A URI with {@code {names}} of the input, an expression, or {@code {uri, authentication}}. As an
   * argument it is the URI, or such an object if there is an authentication.
   */
  void endpoint(String name, @Nullable Source source, Set<String> schemes) {
    if (source == null) {
      return;
    }
    if (!source.isObject()) {
      put(name, uri(source, schemes));
      return;
    }
    source.allow("an endpoint", Set.of("uri", "authentication"), Set.of());
    var named = source.required("uri", "a URI");
    var uri = named == null ? null : uri(named, schemes);
    var authentication =
        endpoints.authentications().compile(source.member("authentication"), variables);
    if (uri != null) {
      put(
          name,
          authentication == null
              ? uri
              : ObjectTemplate.of(Map.of("uri", uri, "authentication", authentication)));
    }
  }

  /** {@code {name, endpoint}}; as an argument it is the endpoint. */
  void resource(@Nullable Source source, Set<String> schemes) {
    if (source == null || !source.requireObject("an external resource: {endpoint: …}")) {
      return;
    }
    source.allow("an external resource", Set.of("name", "endpoint"), Set.of());
    var name = source.member("name");
    if (name != null) {
      name.text("a name");
    }
    endpoint(source.key(), source.required("endpoint", "where the resource is"), schemes);
  }

  private @Nullable Template uri(Source source, Set<String> schemes) {
    var text = source.text("a URI");
    if (text == null) {
      return null;
    }
    if (TemplateCompiler.isEnclosed(text)) {
      return UriTemplate.computed(expressions.expression(source, variables), schemes);
    }
    UriTemplate.complaint(text, schemes).ifPresent(source::error);
    return UriTemplate.of(text);
  }

  private static boolean isExpression(Source source) {
    return source.isText() && TemplateCompiler.isEnclosed(source.value().textValue());
  }
}
