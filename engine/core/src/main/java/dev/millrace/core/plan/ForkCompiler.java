package dev.millrace.core.plan;

import dev.millrace.core.JsonPointers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code fork}: branches side by side. */
record ForkCompiler(TaskCompiler tasks) {

  TaskPlan compile(Source fork, TaskCommon common, Placement at) {
    if (!fork.requireObject("an object: {branches, compete}")) {
      return at.nothing(common.name(), common.definition());
    }
    fork.allow("fork", Set.of("branches", "compete"), Set.of());
    var list = fork.required("branches", "a list of tasks");
    if (list == null || !list.requireList("a list of tasks: [{name: {…}}]")) {
      return at.nothing(common.name(), common.definition());
    }
    var compete = fork.member("compete");
    if (compete != null && !compete.value().isBoolean()) {
      compete.error("expected true or false");
    }
    var isRace = compete != null && compete.value().booleanValue();
    return new TaskPlan.Fork(common, branches(list, at), isRace);
  }

  /** A branch is one task; it has no siblings it could go to. */
  private List<Block> branches(Source list, Placement at) {
    TaskCompiler.siblings(list);
    var branches = new ArrayList<Block>();
    for (var entry : list.elements()) {
      if (TaskCompiler.isNamed(entry)) {
        var task = entry.members().getFirst();
        var element = JsonPointers.element(at.pointer() + "/fork/branches", branches.size());
        var place =
            new Placement(
                JsonPointers.member(element, task.key()), at.names(), Map.of(), at.callers());
        branches.add(new Block(List.of(tasks.extended(tasks.task(task, place)))));
      }
    }
    return branches;
  }
}
