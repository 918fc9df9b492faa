package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.JsonPointers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A task without the tasks inside it.
 *
 * @param path the names that lead to it, without numbers, so that it survives a move
 * @param list the path of the list it stands in
 */
record OwnTask(String path, String list, Map<String, JsonNode> members) {
  private static final Set<String> COMMON =
      Set.of("if", "input", "output", "export", "timeout", "then", "metadata", "with", "while");

  /** What happens to each message of a subscription. */
  private static final String MESSAGES = "/with/subscription/foreach";

  /**
   * Every task of a definition, of its functions and of its extensions, by its path, in the order
   * written. An extension counts as a task that its tasks are inside of.
   */
  static Map<String, OwnTask> all(JsonNode definition) {
    var tasks = new LinkedHashMap<String, OwnTask>();
    addList(definition.path("do"), "/do", tasks);
    for (var function : definition.at("/use/functions").properties()) {
      add(function.getKey(), function.getValue(), "/use/functions", tasks);
    }
    for (var entry : definition.at("/use/extensions")) {
      entry.properties().forEach(named -> addExtension(named.getKey(), named.getValue(), tasks));
    }
    return tasks;
  }

  JsonNode member(String name) {
    return members.getOrDefault(name, MissingNode.getInstance());
  }

  /** The word that says what it does. */
  String kind() {
    return members.keySet().stream()
        .filter(name -> !COMMON.contains(name) && !name.startsWith("catch/"))
        .findFirst()
        .map(kind -> kind.equals("call") ? "call " + member("call").asText() : kind)
        .orElse("task");
  }

  private static void addExtension(String name, JsonNode extension, Map<String, OwnTask> tasks) {
    var path = JsonPointers.member("/use/extensions", name);
    var members = new LinkedHashMap<String, JsonNode>();
    for (var member : extension.properties()) {
      if (!member.getKey().equals("before") && !member.getKey().equals("after")) {
        members.put(member.getKey(), member.getValue());
      }
    }
    tasks.put(path, new OwnTask(path, "/use/extensions", members));
    addList(extension.path("before"), path + "/before", tasks);
    addList(extension.path("after"), path + "/after", tasks);
  }

  private static void addList(JsonNode list, String path, Map<String, OwnTask> tasks) {
    for (var entry : list) {
      entry.properties().forEach(named -> add(named.getKey(), named.getValue(), path, tasks));
    }
  }

  private static void add(String name, JsonNode task, String list, Map<String, OwnTask> tasks) {
    var path = JsonPointers.member(list, name);
    tasks.put(path, new OwnTask(path, list, members(task)));
    for (var inside : List.of("do", "try")) {
      addList(task.path(inside), path + "/" + inside, tasks);
    }
    for (var inside : List.of("catch", "foreach")) {
      addList(task.path(inside).path("do"), path + "/" + inside + "/do", tasks);
    }
    addList(task.at(MESSAGES + "/do"), path + MESSAGES + "/do", tasks);
    addList(task.at("/fork/branches"), path + "/fork/branches", tasks);
  }

  /** Task lists stand for themselves, a handler's parts are told one by one. */
  private static Map<String, JsonNode> members(JsonNode task) {
    var members = new LinkedHashMap<String, JsonNode>();
    for (var member : task.properties()) {
      switch (member.getKey()) {
        case "do", "try" -> members.put(member.getKey(), MissingNode.getInstance());
        case "catch" ->
            member.getValue().properties().stream()
                .filter(part -> !part.getKey().equals("do"))
                .forEach(part -> members.put("catch/" + part.getKey(), part.getValue()));
        case "fork" -> members.put("fork", without(member.getValue(), "branches"));
        case "with" -> members.put("with", withoutTasks(task));
        case "foreach" -> members.put("foreach", without(member.getValue(), "do"));
        default -> members.put(member.getKey(), member.getValue());
      }
    }
    return members;
  }

  private static JsonNode withoutTasks(JsonNode call) {
    if (!call.at(MESSAGES).has("do")) {
      return call.path("with");
    }
    var copy = call.deepCopy();
    ((ObjectNode) copy.at(MESSAGES)).remove("do");
    return copy.path("with");
  }

  private static JsonNode without(JsonNode value, String member) {
    return value instanceof ObjectNode object ? object.deepCopy().without(member) : value;
  }
}
