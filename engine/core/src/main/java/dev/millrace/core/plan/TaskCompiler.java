package dev.millrace.core.plan;

import static dev.millrace.core.definition.DefinitionBounds.TASKS_MAX;

import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compiles tasks and lists of tasks, and keeps every task it made by its pointer. */
final class TaskCompiler {
  private static final Set<String> COMMON =
      Set.of("if", "input", "output", "export", "timeout", "then", "metadata");
  private static final Map<String, Set<String>> KINDS =
      Map.ofEntries(
          Map.entry("call", Set.of("call", "with")),
          Map.entry("do", Set.of("do")),
          Map.entry("emit", Set.of("emit")),
          Map.entry("for", Set.of("for", "while", "do")),
          Map.entry("fork", Set.of("fork")),
          Map.entry("listen", Set.of("listen", "foreach")),
          Map.entry("raise", Set.of("raise")),
          Map.entry("run", Set.of("run")),
          Map.entry("set", Set.of("set")),
          Map.entry("switch", Set.of("switch")),
          Map.entry("try", Set.of("try", "catch")),
          Map.entry("wait", Set.of("wait")));
  private static final Set<String> DIRECTIVES = Set.of("continue", "exit", "end");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Register register;
  private final Expressions expressions;
  private final DurationCompiler durations;
  private final TransformCompiler transforms;
  private final ErrorCompiler errors;
  private final RetryCompiler retries;
  private final Reusables reusables;
  private final CallCompiler calls;
  private final ForkCompiler forks;
  private final EventCompiler events;
  private final ListenCompiler listens;
  private final WorkflowRunCompiler workflows;
  private final ProfileCompiler profiles;
  private final RunCompiler runs;
  private final ExtensionCompiler extensions;

  /** The tasks of one plan, whichever document each is written in. */
  private static final class Register {
    private final Map<String, TaskPlan> tasks = new HashMap<>();
    private int count;
  }

  TaskCompiler(
      Expressions expressions,
      Reusables reusables,
      FunctionCatalog catalog,
      Outside outside,
      PolicyCompiler policies) {
    this(expressions, reusables, catalog, outside, policies, new Register());
  }

  private TaskCompiler(
      Expressions expressions,
      Reusables reusables,
      FunctionCatalog catalog,
      Outside outside,
      PolicyCompiler policies,
      Register register) {
    this.register = register;
    this.expressions = expressions;
    this.reusables = reusables;
    durations = new DurationCompiler(expressions);
    transforms = new TransformCompiler(expressions, outside);
    errors = new ErrorCompiler(expressions);
    retries = new RetryCompiler(expressions, durations);
    calls = new CallCompiler(expressions, reusables, catalog, outside, policies, this);
    forks = new ForkCompiler(this);
    events = new EventCompiler(expressions);
    listens = new ListenCompiler(expressions, events, transforms, this);
    workflows = new WorkflowRunCompiler(expressions);
    runs = new RunCompiler(expressions, catalog, calls, workflows);
    profiles = new ProfileCompiler(expressions, durations, reusables, retries, this);
    extensions = new ExtensionCompiler(reusables.extensions(), expressions, this);
  }

  ExtensionCompiler extensions() {
    return extensions;
  }

  /** The task with the extensions of its kind around it; the first declared is outermost. */
  TaskPlan extended(TaskPlan task) {
    return extensions.around(task);
  }

  ListenCompiler listens() {
    return listens;
  }

  ProfileCompiler profiles() {
    return profiles;
  }

  Map<String, TaskPlan> tasks() {
    return register.tasks;
  }

  /**
   * For a function in a document of its own, whose tasks become part of the same plan. It sees
   * nothing of the definition that calls it: neither what {@code use} names nor its secrets.
   */
  CallCompiler callsOf(Outside.Foreign function, FunctionCatalog catalog) {
    var alone = new Expressions(TemplateCompiler.ofFunctionElsewhere());
    var policies = PolicyCompiler.none(new DurationCompiler(alone));
    return new TaskCompiler(alone, Reusables.NONE, catalog, function.outside(), policies, register)
        .calls;
  }

  /**
   * A list of tasks.
   *
   * @param list where the list stands
   */
  Block block(Source source, Placement list) {
    if (!source.requireList("a list of tasks: [{name: {…}}]")) {
      return new Block(List.of());
    }
    var siblings = siblings(source);
    var block = new ArrayList<TaskPlan>();
    for (var entry : source.elements()) {
      if (isNamed(entry)) {
        var task = entry.members().getFirst();
        var pointer =
            JsonPointers.member(JsonPointers.element(list.pointer(), block.size()), task.key());
        var place = new Placement(pointer, list.names(), siblings, list.callers());
        block.add(extended(task(task, place)));
      } else {
        block.add(list.nothing("", entry.value()));
      }
    }
    return new Block(block);
  }

  static boolean isNamed(Source entry) {
    return entry.isObject() && entry.value().size() == 1;
  }

  static Map<String, Integer> siblings(Source list) {
    var siblings = new LinkedHashMap<String, Integer>();
    var index = 0;
    for (var entry : list.elements()) {
      if (isNamed(entry)) {
        addSibling(siblings, entry.members().getFirst(), index);
      } else {
        entry.error("expected one task with its name: {name: {…}}");
      }
      index++;
    }
    return siblings;
  }

  private static void addSibling(Map<String, Integer> siblings, Source task, int index) {
    var name = task.key();
    if (name.isBlank() || DIRECTIVES.contains(name)) {
      task.errorAtKey("'" + name + "' cannot be the name of a task", null);
    }
    if (siblings.putIfAbsent(name, index) != null) {
      task.errorAtKey("there is another task '" + name + "' in this list", null);
    }
  }

  /** One task; the key of the source is its name. */
  TaskPlan task(Source source, Placement at) {
    if (++register.count > TASKS_MAX) {
      source.errorAtKey("a definition has at most " + TASKS_MAX + " tasks", null);
      return at.nothing(source.key(), source.value());
    }
    var kind = source.requireObject("a task") ? kind(source) : null;
    if (kind == null) {
      return at.nothing(source.key(), source.value());
    }
    var task = task(kind, source, common(source, at), at);
    register.tasks.put(at.pointer(), task);
    return task;
  }

  /** The word that says what the task does. */
  private static @Nullable String kind(Source source) {
    var names = new HashSet<>(source.names());
    var kinds = new ArrayList<>(KINDS.keySet());
    kinds.retainAll(names);
    if (names.contains("for")) {
      kinds.remove("do");
    }
    if (kinds.size() == 1) {
      return allowing(source, kinds.getFirst());
    }
    complain(source, kinds);
    return null;
  }

  private static String allowing(Source source, String kind) {
    var known = new HashSet<>(COMMON);
    known.addAll(KINDS.getOrDefault(kind, Set.of()));
    source.allow("a task with '" + kind + "'", known, Set.of());
    return kind;
  }

  private static void complain(Source source, List<String> kinds) {
    if (kinds.isEmpty()) {
      source.errorAtKey(
          "expected a task with one of " + Source.listed(KINDS.keySet()), misspelled(source));
    } else {
      source.errorAtKey("a task does one thing, this one does " + Source.listed(kinds), null);
    }
  }

  private static @Nullable String misspelled(Source source) {
    return source.names().stream()
        .filter(name -> !COMMON.contains(name))
        .map(name -> NearestWord.to(name, KINDS.keySet()))
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private TaskCommon common(Source source, Placement at) {
    var names = at.names();
    if (source.has("if") && source.has("then") && !isContinue(source.present("then"))) {
      source
          .present("then")
          .warning(
              Rule.IF_THEN,
              "'then' applies although 'if' is false; use 'switch' for a conditional jump");
    }
    return new TaskCommon(
        source.key(),
        at.pointer(),
        source.value(),
        expressions.optionalExpression(source.member("if"), names.before()),
        transforms.input(source.member("input"), names.before()),
        transforms.output(source.member("output"), names.inside()),
        transforms.output(source.member("export"), names.after()),
        timeout(source.member("timeout")),
        directive(source.member("then"), at),
        profiles.task(source, at));
  }

  private static boolean isContinue(Source then) {
    return then.value().asText().equals("continue");
  }

  private @Nullable DurationPlan timeout(@Nullable Source source) {
    if (source == null) {
      return null;
    }
    return source.isText()
        ? Reusables.named(source, reusables.timeouts(), "timeout")
        : Reusables.timeout(source, durations);
  }

  private static FlowDirective directive(@Nullable Source source, Placement at) {
    var word = source == null ? "continue" : source.text("a flow directive or the name of a task");
    return switch (word) {
      case "continue" -> new FlowDirective.Continue();
      case "exit" -> new FlowDirective.Exit();
      case "end" -> new FlowDirective.End();
      case null -> new FlowDirective.Continue();
      default -> jump(source, word, at);
    };
  }

  private static FlowDirective jump(@Nullable Source source, String task, Placement at) {
    var index = at.siblings().get(task);
    if (index != null) {
      return new FlowDirective.Goto(task, index);
    }
    if (source != null) {
      var words = new HashSet<>(at.siblings().keySet());
      words.addAll(DIRECTIVES);
      source.error(
          "expected continue, exit, end or a task of the same list, found '" + task + "'",
          NearestWord.to(task, words));
    }
    return new FlowDirective.Continue();
  }

  private TaskPlan task(String kind, Source source, TaskCommon common, Placement at) {
    return switch (kind) {
      case "call" -> calls.compile(source, common, at);
      case "do" ->
          new TaskPlan.Do(common, block(source.present("do"), at.inside("/do", at.names())));
      case "emit" -> events.emit(source.present("emit"), common, at);
      case "for" -> loop(source, common, at);
      case "fork" -> forks.compile(source.present("fork"), common, at);
      case "listen" -> listens.compile(source, common, at);
      case "raise" -> raise(source.present("raise"), common, at);
      case "run" -> runs.compile(source, common, at);
      case "set" -> set(source.present("set"), common, at);
      case "switch" -> choice(source.present("switch"), common, at);
      case "try" -> attempt(source, common, at);
      case "wait" ->
          new TaskPlan.Wait(common, durations.compile(source.present("wait"), at.names().inside()));
      default -> throw new IllegalStateException("no compiler for the task kind " + kind);
    };
  }

  private TaskPlan set(Source source, TaskCommon common, Placement at) {
    var isExpression = source.isText() && TemplateCompiler.isEnclosed(source.value().textValue());
    if (!isExpression) {
      source.requireObject("an object, or an expression in ${ }");
    }
    return new TaskPlan.Set(common, expressions.template(source, at.names().inside()));
  }

  private TaskPlan raise(Source source, TaskCommon common, Placement at) {
    if (!source.requireObject("an object with 'error'")) {
      return at.nothing(common.name(), common.definition());
    }
    source.allow("raise", Set.of("error"), Set.of());
    var error = source.required("error", "an error, or the name of one in use.errors");
    var template = error == null ? null : error(error, at);
    return template == null
        ? at.nothing(common.name(), common.definition())
        : new TaskPlan.Raise(common, template);
  }

  private @Nullable Template error(Source source, Placement at) {
    return source.isText()
        ? Reusables.named(source, reusables.errors(), "error")
        : errors.error(source, at.names().inside());
  }

  private TaskPlan choice(Source source, TaskCommon common, Placement at) {
    var matching = new ArrayList<TaskPlan.Case>();
    var otherwise = new ArrayList<TaskPlan.Case>();
    if (source.requireList("a list of cases: [{name: {when, then}}]")) {
      for (var entry : source.elements()) {
        var oneCase = oneCase(entry, at);
        if (oneCase != null) {
          (oneCase.when() == null ? otherwise : matching).add(oneCase);
        }
      }
    }
    if (otherwise.size() > 1) {
      source.error("expected at most one case without 'when', found " + otherwise.size());
    }
    matching.addAll(otherwise);
    return new TaskPlan.Switch(common, List.copyOf(matching));
  }

  private TaskPlan.@Nullable Case oneCase(Source entry, Placement at) {
    if (!isNamed(entry)) {
      entry.error("expected one case with its name: {name: {when, then}}");
      return null;
    }
    var source = entry.members().getFirst();
    if (!source.requireObject("a case: {when, then}")) {
      return null;
    }
    source.allow("a case", Set.of("when", "then"), Set.of());
    return new TaskPlan.Case(
        source.key(),
        expressions.optionalExpression(source.member("when"), at.names().inside()),
        directive(source.required("then", "where to go"), at));
  }

  private TaskPlan loop(Source source, TaskCommon common, Placement at) {
    var loop = source.present("for");
    if (!loop.requireObject("an object: {each, in, at}")) {
      return at.nothing(common.name(), common.definition());
    }
    loop.allow("for", Set.of("each", "in", "at"), Set.of());
    var each = variable(loop.member("each"), "item");
    var index = variable(loop.member("at"), "index");
    if (each.equals(index)) {
      loop.error("'each' and 'at' need different names");
    }
    var inner = at.names().with(each, index.equals(each) ? index + "_" : index);
    var items = loop.required("in", "an expression that yields a list");
    var body = source.required("do", "the tasks of the loop");
    if (items == null || body == null) {
      return at.nothing(common.name(), common.definition());
    }
    return new TaskPlan.For(
        common,
        each,
        index,
        expressions.expressionOrTemplate(items, at.names().inside()),
        expressions.optionalExpression(source.member("while"), inner.inside()),
        block(body, at.inside("/do", inner)));
  }

  static String variable(@Nullable Source source, String otherwise) {
    var name = source == null ? null : source.text("the name of a variable");
    if (source == null || name == null) {
      return otherwise;
    }
    if (!VARIABLE.matcher(name).matches() || Names.RESERVED.contains(name)) {
      source.error("expected letters, digits and underscores, and no name the language has taken");
      return otherwise;
    }
    return name;
  }

  private TaskPlan attempt(Source source, TaskCommon common, Placement at) {
    var body = block(source.present("try"), at.inside("/try", at.names()));
    var handler = source.required("catch", "what to do about an error");
    return handler == null
            || !handler.requireObject("an object: {errors, as, when, retry, do, then}")
        ? at.nothing(common.name(), common.definition())
        : new TaskPlan.Try(common, body, handler(handler, at));
  }

  private Catch handler(Source source, Placement at) {
    source.allow(
        "catch", Set.of("errors", "as", "when", "exceptWhen", "retry", "do", "then"), Set.of());
    if (source.has("retry") && source.has("do")) {
      source.warning(
          Rule.RETRY_THEN_DO,
          "'retry' and 'do': engines differ; here 'do' runs when the retries are spent");
    }
    var as = variable(source.member("as"), "error");
    var deciding = at.names().with(as).with("error").inside();
    var body = source.member("do");
    return new Catch(
        errors.filter(source.member("errors")),
        as,
        expressions.optionalExpression(source.member("when"), deciding),
        expressions.optionalExpression(source.member("exceptWhen"), deciding),
        retry(source.member("retry"), deciding),
        body == null ? null : block(body, at.inside("/catch/do", at.names().with(as))),
        source.has("then") ? directive(source.present("then"), at) : null);
  }

  private @Nullable RetryPlan retry(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    return source.isText()
        ? Reusables.named(source, reusables.retries(), "retry policy")
        : retries.compile(source, variables);
  }
}
