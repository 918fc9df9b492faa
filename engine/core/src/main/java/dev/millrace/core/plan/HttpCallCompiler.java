package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code call: http}: an object with {@code method}, {@code endpoint}, the final
 * URI, and of {@code headers}, {@code query}, {@code body}, {@code output}, {@code redirect} and
 * {@code authentication} those the definition gives.
 */
record HttpCallCompiler(Expressions expressions, EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS =
      Set.of("method", "endpoint", "headers", "query", "body", "output", "redirect");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
  private static final Set<String> OUTPUTS = Set.of("content", "response", "raw");

  Template compile(Source with, Set<String> variables) {
    with.allow("an http call", MEMBERS, Set.of());
    Map<String, Template> arguments = new LinkedHashMap<>();
    arguments.put("method", method(with.required("method", "GET, POST or another"), variables));
    endpoints.put(with.required("endpoint", "a URI"), variables, arguments);
    for (var name : new String[] {"headers", "query"}) {
      put(arguments, name, map(with.member(name), variables));
    }
    var body = with.member("body");
    put(arguments, "body", body == null ? null : expressions.template(body, variables));
    put(arguments, "output", output(with.member("output")));
    put(arguments, "redirect", redirect(with.member("redirect")));
    return ObjectTemplate.of(arguments);
  }

  /** The arguments of a plain GET, for what a definition keeps elsewhere; its output is raw. */
  Template get(Source endpoint, Set<String> variables) {
    Map<String, Template> arguments = new LinkedHashMap<>();
    arguments.put("method", Template.constant(TextNode.valueOf("GET")));
    endpoints.put(endpoint, variables, arguments);
    arguments.put("output", Template.constant(TextNode.valueOf("raw")));
    return ObjectTemplate.of(arguments);
  }

  static void put(Map<String, Template> arguments, String name, @Nullable Template value) {
    if (value != null) {
      arguments.put(name, value);
    }
  }

  private Template method(@Nullable Source source, Set<String> variables) {
    var text = source == null ? null : source.text("an HTTP method");
    if (source == null || text == null) {
      return Template.constant(NullNode.instance);
    }
    if (TemplateCompiler.isEnclosed(text)) {
      return expressions.expression(source, variables);
    }
    var method = text.toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      source.oneOf(METHODS);
    }
    return Template.constant(TextNode.valueOf(method));
  }

  private @Nullable Template map(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    if (source.isText() && TemplateCompiler.isEnclosed(source.value().textValue())) {
      return expressions.expression(source, variables);
    }
    return source.requireObject("an object or an expression")
        ? expressions.template(source, variables)
        : null;
  }

  static @Nullable Template output(@Nullable Source source) {
    var word = source == null ? null : source.oneOf(OUTPUTS);
    return word == null ? null : Template.constant(TextNode.valueOf(word));
  }

  static @Nullable Template redirect(@Nullable Source source) {
    if (source == null) {
      return null;
    }
    if (!source.value().isBoolean()) {
      source.error("expected true or false");
    }
    return Template.constant(source.value());
  }
}
