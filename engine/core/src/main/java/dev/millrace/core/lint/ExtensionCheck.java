package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.Rule;

/** Extensions of tasks that are not there. */
record ExtensionCheck(Warnings warnings) {
  private static final String EXTENSIONS = "/use/extensions";

  void check(JsonNode root, Tasks tasks) {
    var extended =
        tasks.all().stream().filter(task -> !task.pointer().startsWith(EXTENSIONS + "/")).toList();
    var extensions = root.at(EXTENSIONS);
    for (int i = 0; i < extensions.size(); i++) {
      for (var named : extensions.get(i).properties()) {
        var kind = named.getValue().path("extend").asText();
        if (extended.stream().noneMatch(task -> isMeant(task, kind))) {
          warnings.add(
              Rule.UNUSED,
              JsonPointers.member(JsonPointers.element(EXTENSIONS, i), named.getKey()),
              "the extension '" + named.getKey() + "' extends nothing: no task is one of " + kind);
        }
      }
    }
  }

  private static boolean isMeant(Task task, String kind) {
    return switch (kind) {
      case "all" -> true;
      case "composite" -> task.has("fork") || task.has("do") && !task.has("for");
      default -> task.has(kind);
    };
  }
}
