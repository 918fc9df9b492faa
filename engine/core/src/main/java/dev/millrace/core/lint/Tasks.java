package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All tasks of a definition, and the lists in which one follows the other. */
final class Tasks {
  private static final String MESSAGES = "/with/subscription/foreach/do";

  private final List<Task> all = new ArrayList<>();
  private final List<List<Task>> sequences = new ArrayList<>();

  private Tasks() {}

  static Tasks of(JsonNode definition) {
    var tasks = new Tasks();
    tasks.sequence(definition.path("do"), "/do", null);
    tasks.functions(definition.path("use").path("functions"));
    tasks.extensions(definition.path("use").path("extensions"));
    return tasks;
  }

  /** In the order they are written, those inside after the one around them. */
  List<Task> all() {
    return all;
  }

  List<List<Task>> sequences() {
    return sequences;
  }

  private void functions(JsonNode functions) {
    functions
        .properties()
        .forEach(each -> {
          var pointer = JsonPointers.member("/use/functions", each.getKey());
          add(new Task(each.getKey(), pointer, each.getValue(), null));
        });
  }

  private void extensions(JsonNode extensions) {
    for (int i = 0; i < extensions.size(); i++) {
      for (var named : extensions.get(i).properties()) {
        var pointer =
            JsonPointers.member(JsonPointers.element("/use/extensions", i), named.getKey());
        sequence(named.getValue().path("before"), pointer + "/before", null);
        sequence(named.getValue().path("after"), pointer + "/after", null);
      }
    }
  }

  private void sequence(JsonNode list, String pointer, @Nullable Task around) {
    var tasks = list(list, pointer, around);
    if (!tasks.isEmpty()) {
      sequences.add(tasks);
    }
  }

  private List<Task> list(JsonNode list, String pointer, @Nullable Task around) {
    var tasks = new ArrayList<Task>();
    for (int i = 0; list.isArray() && i < list.size(); i++) {
      for (var named : list.get(i).properties()) {
        var place = JsonPointers.member(JsonPointers.element(pointer, i), named.getKey());
        var task = new Task(named.getKey(), place, named.getValue(), around);
        tasks.add(task);
        add(task);
      }
    }
    return tasks;
  }

  private void add(Task task) {
    all.add(task);
    var value = task.value();
    for (var member : List.of("do", "try")) {
      sequence(value.path(member), task.pointer() + "/" + member, task);
    }
    for (var member : List.of("catch", "foreach")) {
      sequence(value.path(member).path("do"), task.pointer() + "/" + member + "/do", task);
    }
    sequence(value.at(MESSAGES), task.pointer() + MESSAGES, task);
    list(value.path("fork").path("branches"), task.pointer() + "/fork/branches", task);
  }
}
