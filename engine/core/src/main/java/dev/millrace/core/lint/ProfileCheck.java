package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.definition.Rule;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/** Keys that mean the same call twice, compensations nothing triggers, listeners without an end. */
record ProfileCheck(Warnings warnings) {
  private static final String COMPENSATE = "compensate:";

  void check(JsonNode root, Tasks tasks) {
    checkKeys(tasks);
    checkCompensations(root, tasks);
    tasks.all().stream()
        .filter(task -> task.has("listen") && !root.has("timeout") && !isTimed(task))
        .forEach(task ->
            warnings.add(
                Rule.LISTEN_WITHOUT_TIMEOUT,
                task.pointer(),
                "'"
                    + task.name()
                    + "' may wait for ever: give it, or a task around it, a timeout"));
  }

  private static boolean isTimed(@Nullable Task task) {
    return task != null && (task.has("timeout") || isTimed(task.around()));
  }

  private void checkKeys(Tasks tasks) {
    var taken = new HashMap<String, Task>();
    for (var task : tasks.all()) {
      var key = task.profile().path("idempotencyKey").asText();
      var other = key.isEmpty() ? null : taken.putIfAbsent(key, task);
      if (other != null) {
        warnings.add(
            Rule.SAME_KEY,
            task.pointer() + "/metadata/millrace/idempotencyKey",
            "'" + task.name() + "' has the idempotency key of '" + other.name() + "'");
      }
    }
  }

  private void checkCompensations(JsonNode root, Tasks tasks) {
    var aborts =
        root.at("/document/metadata/millrace").has("onAbort")
            || tasks.all().stream().anyMatch(task -> task.profile().has("onAbort"));
    var triggers =
        tasks.all().stream()
            .anyMatch(task -> task.value().path("call").asText().startsWith(COMPENSATE));
    if (!aborts && !triggers) {
      tasks.all().stream()
          .filter(task -> task.profile().has("compensation"))
          .forEach(this::warnOfCompensation);
    }
  }

  private void warnOfCompensation(Task task) {
    warnings.add(
        Rule.UNTRIGGERED_COMPENSATION,
        task.pointer() + "/metadata/millrace/compensation",
        "nothing triggers the compensation of '"
            + task.name()
            + "': add 'call: compensate:1.0.0@default' in a catch, or 'onAbort: compensate'");
  }
}
