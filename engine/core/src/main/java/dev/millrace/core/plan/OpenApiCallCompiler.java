package dev.millrace.core.plan;

import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code call: openapi}: an object with {@code document}, which has an {@code
 * endpoint}, {@code operationId}, and of {@code parameters}, {@code authentication}, {@code output}
 * and {@code redirect} those the definition gives. Whether the operation exists is known when the
 * document is read, which is when the call runs.
 */
record OpenApiCallCompiler(Expressions expressions, EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS =
      Set.of("document", "operationId", "parameters", "authentication", "output", "redirect");

  Template compile(Source with, Set<String> variables) {
    with.allow("an openapi call", MEMBERS, Set.of());
    Map<String, Template> arguments = new LinkedHashMap<>();
    HttpCallCompiler.put(arguments, "document", document(with, variables));
    HttpCallCompiler.put(arguments, "operationId", operation(with, variables));
    HttpCallCompiler.put(arguments, "parameters", parameters(with, variables));
    HttpCallCompiler.put(
        arguments,
        "authentication",
        endpoints.authentications().compile(with.member("authentication"), variables));
    HttpCallCompiler.put(arguments, "output", HttpCallCompiler.output(with.member("output")));
    HttpCallCompiler.put(arguments, "redirect", HttpCallCompiler.redirect(with.member("redirect")));
    return ObjectTemplate.of(arguments);
  }

  private @Nullable Template document(Source with, Set<String> variables) {
    var source = with.required("document", "the OpenAPI document: {endpoint}");
    if (source == null || !source.requireObject("the OpenAPI document: {endpoint}")) {
      return null;
    }
    source.allow("a document", Set.of("name", "endpoint"), Set.of());
    Map<String, Template> document = new LinkedHashMap<>();
    endpoints.put(source.required("endpoint", "the URI of the document"), variables, document);
    return ObjectTemplate.of(document);
  }

  private @Nullable Template operation(Source with, Set<String> variables) {
    var source = with.required("operationId", "the id of the operation");
    return source == null || source.text("the id of the operation") == null
        ? null
        : expressions.template(source, variables);
  }

  private @Nullable Template parameters(Source with, Set<String> variables) {
    var source = with.member("parameters");
    return source == null || !source.requireObject("an object of parameters")
        ? null
        : expressions.template(source, variables);
  }
}
