package dev.millrace.core.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code input}, {@code output} and {@code export} of tasks and of the workflow. */
record TransformCompiler(Expressions expressions, Outside outside) {

  Transform input(@Nullable Source source, Set<String> variables) {
    return compile(source, "from", variables);
  }

  Transform output(@Nullable Source source, Set<String> variables) {
    return compile(source, "as", variables);
  }

  private Transform compile(@Nullable Source source, String word, Set<String> variables) {
    if (source == null || !source.requireObject("an object with " + word + ", schema")) {
      return Transform.NONE;
    }
    source.allow(source.key(), Set.of(word, "schema"), Set.of());
    var template = source.member(word);
    var schema = source.member("schema");
    return new Transform(
        schema == null ? null : SchemaCompiler.compile(schema, outside),
        template == null ? null : expressions.expressionOrTemplate(template, variables));
  }
}
