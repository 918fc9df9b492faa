package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import dev.millrace.core.expression.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the default catalog that no stage runs: they change the flow, so the engine
 * carries them out itself.
 */
final class EngineFunctions {
  static final Set<String> NAMES = Set.of("compensate", "map", "rethrow");

  private final Expressions expressions;
  private final Reusables reusables;
  private final TaskCompiler tasks;

  EngineFunctions(Expressions expressions, Reusables reusables, TaskCompiler tasks) {
    this.expressions = expressions;
    this.reusables = reusables;
    this.tasks = tasks;
  }

  /**
   * @param name one of {@link #NAMES}
   */
  TaskPlan compile(String name, Source call, TaskCommon common, Placement at) {
    var with = call.member("with");
    return switch (name) {
      case "compensate" -> compensate(with, common, at);
      case "map" -> map(call, with, common, at);
      case "rethrow" -> rethrow(call, with, common, at);
      default -> throw new IllegalArgumentException("not a function of the engine: " + name);
    };
  }

  private static TaskPlan compensate(@Nullable Source with, TaskCommon common, Placement at) {
    if (with == null) {
      return new TaskPlan.Compensate(common, null);
    }
    with.allow("compensate", Set.of("scope", "order"), Set.of());
    var order = with.member("order");
    if (order != null) {
      order.oneOf(Set.of("reverse"));
    }
    var scope = with.member("scope");
    return new TaskPlan.Compensate(common, scope == null ? null : enclosing(scope, at));
  }

  /**
   * The pointer of the task around this one that has that name, the innermost if several. A task is
   * not around what its extensions run before and after it.
   */
  private static @Nullable String enclosing(Source scope, Placement at) {
    var name = scope.text("the name of a task around this one");
    if (name == null) {
      return null;
    }
    var parts = at.pointer().split("/", -1);
    var pointers = new ArrayList<String>();
    var names = new ArrayList<String>();
    var pointer = new StringBuilder();
    for (int i = 1; i < parts.length - 1; i++) {
      pointer.append('/').append(parts[i]);
      var isUnderWay = !parts[i + 1].equals(ExtensionCompiler.PLACE);
      if (i >= 2 && parts[i - 1].chars().allMatch(Character::isDigit) && isUnderWay) {
        pointers.add(pointer.toString());
        names.add(parts[i].replace("~1", "/").replace("~0", "~"));
      }
    }
    var found = names.lastIndexOf(name);
    if (found < 0) {
      scope.error(
          "there is no task '" + name + "' around this one",
          NearestWord.to(name, Set.copyOf(names)));
      return null;
    }
    return pointers.get(found);
  }

  private TaskPlan map(Source call, @Nullable Source with, TaskCommon common, Placement at) {
    var given = with == null ? call.required("with", "{items, function}") : with;
    if (given == null) {
      return at.nothing(common.name(), common.definition());
    }
    given.allow("map", Set.of("items", "function", "maxConcurrency", "tolerate"), Set.of());
    var items = given.required("items", "the list to go over");
    var function = given.required("function", "the name of a function in use.functions");
    if (items == null || function == null) {
      return at.nothing(common.name(), common.definition());
    }
    var body = function(function, at);
    return body == null
        ? at.nothing(common.name(), common.definition())
        : new TaskPlan.Map(
            common,
            expressions.template(items, at.names().inside()),
            optional(given.member("maxConcurrency"), at),
            optional(given.member("tolerate"), at),
            new Block(List.of(body)));
  }

  private @Nullable Template optional(@Nullable Source source, Placement at) {
    return source == null ? null : expressions.template(source, at.names().inside());
  }

  /** The function's task, which gets an item as its input. */
  private @Nullable TaskPlan function(Source reference, Placement at) {
    var name = reference.text("the name of a function in use.functions");
    var function = name == null ? null : reusables.functions().get(name);
    if (name == null) {
      return null;
    }
    if (function == null) {
      reference.error(
          "there is no function '" + name + "' in use.functions",
          NearestWord.to(name, reusables.functions().keySet()));
      return null;
    }
    if (at.callers().contains(name) || at.callers().size() >= CallCompiler.CALLERS_MAX) {
      reference.error("a function cannot map itself");
      return null;
    }
    var callers = new ArrayList<>(at.callers());
    callers.add(name);
    var pointer = JsonPointers.member(at.pointer() + "/map", name);
    return tasks.extended(
        tasks.task(function, new Placement(pointer, Names.OUTERMOST, Map.of(), callers)));
  }

  private TaskPlan rethrow(Source call, @Nullable Source with, TaskCommon common, Placement at) {
    var given = with == null ? call.required("with", "{error}") : with;
    if (given != null) {
      given.allow("rethrow", Set.of("error"), Set.of());
    }
    var error = given == null ? null : given.required("error", "the error, as a handler has it");
    var template =
        error == null
            ? Template.constant(JsonNodeFactory.instance.objectNode())
            : expressions.template(error, at.names().inside());
    return new TaskPlan.Raise(common, template);
  }
}
