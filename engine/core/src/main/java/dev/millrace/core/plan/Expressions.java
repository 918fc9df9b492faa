package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Templates and expressions of a definition, with the place of what is wrong with them. */
record Expressions(TemplateCompiler compiler) {

  /** A value with expressions anywhere inside. */
  Template template(Source source, Set<String> variables) {
    return compiler.template(source.value(), variables, complaints(source));
  }

  /** Text that is an expression whether or not it stands in <code>${ }</code>. */
  Template expression(Source source, Set<String> variables) {
    var text = source.text("an expression");
    return text == null
        ? Template.constant(NullNode.instance)
        : compiler.expression(text, variables, complaints(source));
  }

  @Nullable Template optionalExpression(@Nullable Source source, Set<String> variables) {
    return source == null ? null : expression(source, variables);
  }

  /** What {@code from}, {@code as} and {@code in} hold: an expression, or an object of them. */
  Template expressionOrTemplate(Source source, Set<String> variables) {
    return source.value().isContainerNode()
        ? template(source, variables)
        : expression(source, variables);
  }

  /** The secret of this name, or what an expression makes of it. */
  Template secret(Source reference, String expression) {
    return compiler.expression(expression, Set.of("secrets"), complaints(reference));
  }

  private static TemplateCompiler.Complaints complaints(Source source) {
    return (below, message, suggestion) ->
        source.findings().error(source.pointer() + below, message, suggestion);
  }
}
