package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions that do something else than they seem to. */
record ExpressionCheck(Warnings warnings) {
  /** Below a task, those that are expressions with or without <code>${ }</code>. */
  private static final List<String> BARE =
      List.of(
          "/if",
          "/while",
          "/for/in",
          "/input/from",
          "/output/as",
          "/export/as",
          "/catch/when",
          "/catch/exceptWhen",
          "/catch/retry/when",
          "/catch/retry/exceptWhen");

  void check(JsonNode root, Tasks tasks) {
    checkEnclosed(root, "");
    var exported = false;
    for (var task : tasks.all()) {
      checkBare(task);
      exported = checkExport(task, exported);
    }
  }

  private void checkEnclosed(JsonNode value, String pointer) {
    if (value.isTextual()) {
      checkText(value.textValue(), pointer);
    }
    for (var member : value.properties()) {
      checkEnclosed(member.getValue(), JsonPointers.member(pointer, member.getKey()));
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      checkEnclosed(value.get(i), JsonPointers.element(pointer, i));
    }
  }

  private void checkText(String text, String pointer) {
    if (TemplateCompiler.isEnclosed(text)) {
      checkResults(text, pointer);
    } else if (text.contains("${")) {
      warnings.add(Rule.EMBEDDED_EXPRESSION, pointer, "${ } inside text is not evaluated: " + text);
    }
  }

  private void checkBare(Task task) {
    for (var path : BARE) {
      checkBare(task.value().at(path), task.pointer() + path);
    }
    var cases = task.value().path("switch");
    for (int i = 0; i < cases.size(); i++) {
      for (var one : cases.get(i).properties()) {
        var pointer =
            JsonPointers.member(JsonPointers.element(task.pointer() + "/switch", i), one.getKey());
        checkBare(one.getValue().path("when"), pointer + "/when");
      }
    }
  }

  private void checkBare(JsonNode value, String pointer) {
    if (value.isTextual() && !TemplateCompiler.isEnclosed(value.textValue())) {
      checkResults(value.textValue(), pointer);
    }
  }

  private void checkResults(String text, String pointer) {
    if (ManyResults.of(TemplateCompiler.isEnclosed(text) ? inner(text) : text)) {
      warnings.add(
          Rule.MANY_RESULTS,
          pointer,
          "may have no, one or many results: " + text.strip() + "; enclose it in [ ] for a list");
    }
  }

  private static String inner(String text) {
    var stripped = text.strip();
    return stripped.substring(2, stripped.length() - 1);
  }

  /** Whether anything is in the context after the task. */
  private boolean checkExport(Task task, boolean exported) {
    @Nullable String expression = task.value().at("/export/as").textValue();
    if (task.value().at("/export/as").isMissingNode()) {
      return exported;
    }
    if (exported && expression != null && !expression.contains("$context")) {
      warnings.add(
          Rule.LOST_CONTEXT,
          task.pointer() + "/export/as",
          "replaces what earlier tasks exported; to keep it write $context + {…}");
    }
    return true;
  }
}
