package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes: a URI, with {@code {names}} of the input or computed by an expression, or
 * {@code {uri, authentication}}.
 */
record EndpointCompiler(Expressions expressions, AuthenticationCompiler authentications) {

  /** Puts the URI as {@code endpoint} and what goes with it as {@code authentication}. */
  void put(@Nullable Source endpoint, Set<String> variables, Map<String, Template> arguments) {
    if (endpoint == null) {
      return;
    }
    if (!endpoint.isObject()) {
      arguments.put("endpoint", uri(endpoint, variables));
      return;
    }
    endpoint.allow("an endpoint", Set.of("uri", "authentication"), Set.of());
    var uri = endpoint.required("uri", "the URI to call");
    if (uri != null) {
      arguments.put("endpoint", uri(uri, variables));
    }
    var authentication = authentications.compile(endpoint.member("authentication"), variables);
    if (authentication != null) {
      arguments.put("authentication", authentication);
    }
  }

  Template uri(Source source, Set<String> variables) {
    var text = source.text("a URI");
    if (text == null) {
      return Template.constant(NullNode.instance);
    }
    if (TemplateCompiler.isEnclosed(text)) {
      return UriTemplate.computed(expressions.expression(source, variables));
    }
    UriTemplate.complaint(text).ifPresent(source::error);
    return UriTemplate.of(text);
  }
}
