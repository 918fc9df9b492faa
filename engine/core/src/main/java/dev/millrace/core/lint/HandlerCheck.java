package dev.millrace.core.lint;

import dev.millrace.core.WorkflowError;
import dev.millrace.core.definition.Rule;
import java.util.Arrays;
import java.util.List;

/** Errors that a handler means to catch and never sees. */
record HandlerCheck(Warnings warnings) {
  private static final List<String> PREFIXES =
      List.of(
          "https://serverlessworkflow.io/spec/1.0.0/errors/",
          "https://open-workflow-specification.org/spec/1.0.0/errors/",
          "https://open-workflow-specification.org/dsl/errors/types/");

  void check(Tasks tasks) {
    for (var task : tasks.all()) {
      if (task.has("try")) {
        check(task, task.value().at("/catch/errors/with/type").asText());
      }
    }
  }

  private void check(Task task, String caught) {
    var pointer = task.pointer() + "/catch/errors/with/type";
    var slug = caught.substring(caught.lastIndexOf('/') + 1);
    if (!isStandard(slug)) {
      return;
    }
    if (caught.contains("/spec/") && PREFIXES.stream().noneMatch(caught::startsWith)) {
      warnings.add(
          Rule.FOREIGN_ERROR_TYPE,
          pointer,
          "'" + caught + "' is not the standard error " + PREFIXES.getFirst() + slug);
    } else if (slug.equals("timeout") && task.has("timeout")) {
      warnings.add(
          Rule.OWN_TIMEOUT,
          task.pointer() + "/timeout",
          "the catch of '" + task.name() + "' does not see the timeout of '" + task.name() + "'");
    }
  }

  private static boolean isStandard(String slug) {
    return Arrays.stream(WorkflowError.Kind.values())
        .anyMatch(kind -> kind.type().endsWith("/" + slug));
  }
}
