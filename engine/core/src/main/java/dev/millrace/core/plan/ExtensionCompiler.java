package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.expression.Template;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code use.extensions}: tasks that run before and after those they extend. They are compiled into
 * the plan around every such task, and are themselves not extended.
 */
final class ExtensionCompiler {
  /** What stands in a pointer between a task and the extensions around it. */
  static final String PLACE = "extensions";

  private static final String ALL = "all";

  /** The words of the language, and the kinds of tasks they mean. */
  private static final Map<String, Set<String>> KINDS =
      Map.ofEntries(
          Map.entry(ALL, Set.of()),
          Map.entry("call", Set.of("call")),
          Map.entry("composite", Set.of("do", "fork")),
          Map.entry("emit", Set.of("emit")),
          Map.entry("for", Set.of("for")),
          Map.entry("listen", Set.of("listen")),
          Map.entry("raise", Set.of("raise")),
          Map.entry("run", Set.of("run")),
          Map.entry("set", Set.of("set")),
          Map.entry("switch", Set.of("switch")),
          Map.entry("try", Set.of("try")),
          Map.entry("wait", Set.of("wait")));

  private final List<Source> extensions;
  private final Expressions expressions;
  private final TaskCompiler tasks;
  private boolean isWithout;

  /**
   * @param extensions each an extension, whose key is its name
   */
  ExtensionCompiler(List<Source> extensions, Expressions expressions, TaskCompiler tasks) {
    this.extensions = extensions;
    this.expressions = expressions;
    this.tasks = tasks;
  }

  /**
   * Those that can be applied, with what is wrong with the others reported.
   *
   * @param section {@code use.extensions}
   */
  static List<Source> listed(@Nullable Source section) {
    var extensions = new ArrayList<Source>();
    if (section == null || section.value().isEmpty() && section.value().isArray()) {
      return extensions;
    }
    section.requireList("a list of extensions: [{name: {extend, before, after}}]");
    var names = new HashSet<String>();
    for (var entry : section.elements()) {
      if (!TaskCompiler.isNamed(entry)) {
        entry.error("expected one extension with its name: {name: {extend, before, after}}");
        continue;
      }
      var extension = entry.members().getFirst();
      if (!names.add(extension.key())) {
        extension.errorAtKey("there is another extension '" + extension.key() + "'", null);
      } else if (isExtension(extension)) {
        extensions.add(extension);
      }
    }
    return extensions;
  }

  private static boolean isExtension(Source extension) {
    if (!extension.requireObject("an extension: {extend, when, before, after}")) {
      return false;
    }
    extension.allow("an extension", Set.of("extend", "when", "before", "after"), Set.of());
    if (!extension.has("before") && !extension.has("after")) {
      extension.errorAtKey("expected 'before' or 'after': the tasks to run", null);
      return false;
    }
    var extend = extension.required("extend", "the kind of the tasks to extend");
    return extend != null && extend.oneOf(KINDS.keySet()) != null;
  }

  /** They are compiled where they apply; here only to find what is wrong with them. */
  void check() {
    for (var extension : extensions) {
      var at = place(extension.pointer());
      var nothing = at.plain(extension.key(), extension.value());
      when(extension);
      advice(extension, "before", nothing, at);
      advice(extension, "after", nothing, at);
    }
  }

  /** Whether any of them extends a task that is written like this. */
  boolean areMeant(JsonNode task) {
    return !isWithout && extensions.stream().anyMatch(each -> isMeant(each, task));
  }

  private static boolean isMeant(Source extension, JsonNode task) {
    var word = extension.present("extend").value().asText();
    return word.equals(ALL) || KINDS.getOrDefault(word, Set.of()).contains(kind(task));
  }

  /** A loop has {@code do} too. */
  private static String kind(JsonNode task) {
    return KINDS.values().stream()
        .flatMap(Set::stream)
        .filter(word -> task.has(word) && !(word.equals("do") && task.has("for")))
        .findFirst()
        .orElse("");
  }

  /** The task with every extension of its kind around it; the first declared is outermost. */
  TaskPlan around(TaskPlan task) {
    if (isWithout) {
      return task;
    }
    var extended = task;
    for (var extension : extensions.reversed()) {
      if (isMeant(extension, task.common().definition())) {
        extended = extend(extension, task, extended);
      }
    }
    return extended;
  }

  /** Compiles something that is not to be extended. */
  <T> T without(Supplier<T> compilation) {
    var before = isWithout;
    isWithout = true;
    try {
      return compilation.get();
    } finally {
      isWithout = before;
    }
  }

  /**
   * @param inner the task, with those extensions around it that are inside this one
   */
  private TaskPlan extend(Source extension, TaskPlan task, TaskPlan inner) {
    var of = task.common();
    var at = place(JsonPointers.member(of.pointer() + "/" + PLACE, extension.key()));
    var extended =
        new TaskPlan.Extended(
            common(of, at, extension),
            when(extension),
            advice(extension, "before", of, at),
            inner,
            advice(extension, "after", of, at),
            List.copyOf(ways(task)));
    tasks.tasks().put(at.pointer(), extended);
    return extended;
  }

  private static Placement place(String pointer) {
    return new Placement(pointer, Names.OUTERMOST, Map.of(), List.of());
  }

  /** Of what the task says only this counts for whatever stands in its place. */
  private static TaskCommon common(TaskCommon of, Placement at, Source extension) {
    var plain = at.plain(extension.key(), extension.value());
    return new TaskCommon(
        plain.name(),
        plain.pointer(),
        plain.definition(),
        plain.condition(),
        plain.input(),
        plain.output(),
        plain.export(),
        plain.timeout(),
        plain.then(),
        new TaskProfile(null, false, of.profile().isAlwaysRun()));
  }

  private @Nullable Template when(Source extension) {
    return expressions.optionalExpression(extension.member("when"), Names.OUTERMOST.before());
  }

  private TaskPlan.@Nullable Advice advice(
      Source extension, String when, TaskCommon of, Placement around) {
    var source = extension.member(when);
    if (source == null) {
      return null;
    }
    var at = place(around.pointer() + "/" + when);
    var body = without(() -> tasks.block(source, at));
    var advice = new TaskPlan.Advice(at.plain(when, source.value()), body, of);
    tasks.tasks().put(at.pointer(), advice);
    return advice;
  }

  private static Set<FlowDirective> ways(TaskPlan task) {
    var ways = new LinkedHashSet<FlowDirective>();
    ways.add(task.common().then());
    if (task instanceof TaskPlan.Switch choice) {
      choice.cases().forEach(each -> ways.add(each.then()));
    }
    if (task instanceof TaskPlan.Try attempt && attempt.handler().then() != null) {
      ways.add(attempt.handler().then());
    }
    return ways;
  }
}
