package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Errors that a definition raises, and the filters that catch them. */
record ErrorCompiler(Expressions expressions) {
  private static final Set<String> MEMBERS =
      Set.of("type", "status", "title", "detail", "instance");
  private static final int STATUS_MIN = 100;
  private static final int STATUS_MAX = 599;

  /** A template of an error with at least type, status and title. */
  Template error(Source source, Set<String> variables) {
    Map<String, Template> members = new LinkedHashMap<>();
    if (!source.requireObject("an error: {type, status, title, detail}")) {
      return ObjectTemplate.of(members);
    }
    source.allow("an error", MEMBERS, Set.of());
    requireText(source.required("type", "a URI that classifies the error"));
    checkStatus(source.required("status", "a whole number such as 400"));
    for (var member : source.members()) {
      members.put(member.key(), expressions.template(member, variables));
    }
    members.computeIfAbsent("title", _ -> title(members.get("type")));
    return ObjectTemplate.of(members);
  }

  private static void requireText(@Nullable Source source) {
    if (source != null) {
      source.text("text");
    }
  }

  private static void checkStatus(@Nullable Source source) {
    if (source != null && !isStatus(source)) {
      source.error("expected a status from " + STATUS_MIN + " to " + STATUS_MAX);
    }
  }

  private static boolean isStatus(Source source) {
    var status = source.value();
    return status.isIntegralNumber()
        && status.canConvertToInt()
        && status.intValue() >= STATUS_MIN
        && status.intValue() <= STATUS_MAX;
  }

  /** What the error is called when its definition does not say: the last part of its type. */
  private static Template title(@Nullable Template type) {
    if (type instanceof ConstantTemplate(TextNode text)) {
      return Template.constant(TextNode.valueOf(title(text.textValue())));
    }
    return Template.constant(TextNode.valueOf("Error"));
  }

  private static String title(String type) {
    return Arrays.stream(WorkflowError.Kind.values())
        .filter(kind -> ErrorTypes.same(kind.type(), type))
        .findFirst()
        .map(kind -> kind.error("").title())
        .orElse(type.substring(type.lastIndexOf('/') + 1));
  }

  /** The filter of a {@code catch}: {@code errors.with}. */
  ErrorFilter filter(@Nullable Source errors) {
    if (errors == null || !errors.requireObject("a filter: {with: {type, status}}")) {
      return ErrorFilter.ANY;
    }
    errors.allow("errors", Set.of("with"), Set.of());
    var with = errors.member("with");
    if (with == null || !with.requireObject("a filter: {type, status, title, details, instance}")) {
      return ErrorFilter.ANY;
    }
    with.allow(
        "an error filter",
        Set.of("type", "status", "title", "detail", "details", "instance"),
        Set.of());
    checkStatus(with.member("status"));
    return new ErrorFilter(
        literal(with, "type"),
        with.has("status") ? (Integer) with.value().path("status").intValue() : null,
        literal(with, "title"),
        literal(with, with.has("details") ? "details" : "detail"),
        literal(with, "instance"));
  }

  private static @Nullable String literal(Source filter, String name) {
    var source = filter.member(name);
    var text = source == null ? null : source.text("text");
    if (source != null && text != null && TemplateCompiler.isEnclosed(text)) {
      source.error("a filter compares with fixed text; use 'when' for an expression", "when");
    }
    return text;
  }
}
