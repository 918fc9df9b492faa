package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls: of http, of functions of the default catalog, of the definition's own functions, and of
 * those that other documents hold.
 */
final class CallCompiler {
  /** How deep functions may call one another. */
  static final int CALLERS_MAX = 16;

  private static final String CATALOG = "default";

  private static final String OWN =
      "; one of a stage of your own needs the stage's name in metadata.millrace.stage, or its jar"
          + " here (MILLRACE_CLASSPATH)";

  private static final String CATALOG_VERSION = "1.0.0";
  private static final Pattern CATALOG_FUNCTION =
      Pattern.compile("(?<name>[^:@\\s]+):(?<version>[^:@\\s]+)@(?<catalog>[^:@\\s]+)");

  private final Expressions expressions;
  private final Map<String, Source> functions;
  private final EndpointCompiler endpoints;
  private final FunctionCatalog catalog;
  private final Outside outside;
  private final TaskCompiler tasks;
  private final EngineFunctions engine;
  private final WorkProfile profile;

  /** The calls that the language itself has. */
  private final Map<String, Kind> kinds;

  /** A call of the language, and the stage whose work it is. */
  private record Kind(String stage, ArgumentsOfCall arguments) {}

  /** Turns what stands in {@code with} into the arguments of a stage. */
  @FunctionalInterface
  private interface ArgumentsOfCall {
    Template compile(Source with, Set<String> variables);
  }

  CallCompiler(
      Expressions expressions,
      Reusables reusables,
      FunctionCatalog catalog,
      Outside outside,
      PolicyCompiler policies,
      TaskCompiler tasks) {
    this.outside = outside;
    this.profile = new WorkProfile(catalog, policies);
    this.expressions = expressions;
    this.functions = reusables.functions();
    this.endpoints =
        new EndpointCompiler(
            expressions, new AuthenticationCompiler(expressions, reusables.authentications()));
    this.catalog = catalog;
    this.tasks = tasks;
    this.kinds =
        Map.of(
            "http", new Kind("http", new HttpCallCompiler(expressions, endpoints)::compile),
            "openapi", new Kind("http", new OpenApiCallCompiler(expressions, endpoints)::compile),
            "mcp", new Kind("mcp", new McpCallCompiler(endpoints)::compile),
            "grpc", new Kind("grpc", new GrpcCallCompiler(endpoints)::compile),
            "a2a", new Kind("a2a", new A2aCallCompiler(endpoints)::compile),
            "asyncapi", new Kind("asyncapi", new AsyncApiCallCompiler(endpoints)::compile));
    this.engine = new EngineFunctions(expressions, reusables, tasks);
  }

  EndpointCompiler endpoints() {
    return endpoints;
  }

  TaskPlan compile(Source source, TaskCommon common, Placement at) {
    var target = source.present("call");
    var function = target.text("the name of a function");
    var with = source.member("with");
    if (function == null || with != null && !with.requireObject("an object of arguments")) {
      return at.nothing(common.name(), common.definition());
    }
    var own = functions.get(function);
    if (own != null) {
      return inline(source, own, own.key(), arguments(with, at), common, at, profile);
    }
    if (Location.isUrl(function)) {
      return elsewhere(source, outside.functionAt(target), arguments(with, at), common, at);
    }
    var kind = kinds.get(function);
    return kind == null
        ? ofCatalog(source, target, function, common, at)
        : ofLanguage(source, function, kind, common, at);
  }

  private Template arguments(@Nullable Source with, Placement at) {
    return arguments(with, at.names().inside());
  }

  private Template arguments(@Nullable Source with, Set<String> variables) {
    return with == null
        ? Template.constant(JsonNodeFactory.instance.objectNode())
        : expressions.template(with, variables);
  }

  private TaskPlan ofLanguage(
      Source source, String function, Kind kind, TaskCommon common, Placement at) {
    var with = source.required("with", "the arguments of the call");
    if (with == null) {
      return at.nothing(common.name(), common.definition());
    }
    var arguments = kind.arguments().compile(with, at.names().outgoing());
    var stage = new StageName(kind.stage());
    var foreach = with.present("subscription").member("foreach");
    return foreach == null || !function.equals("asyncapi")
        ? call(source, stage, function, arguments, common, at)
        : subscription(
            foreach,
            common,
            at,
            place ->
                call(
                    source,
                    stage,
                    function,
                    arguments,
                    place.plain(common.name(), common.definition()),
                    at));
  }

  /**
   * @param call the call that yields the messages, standing where it is told to
   */
  private TaskPlan subscription(
      Source foreach, TaskCommon common, Placement at, Function<Placement, TaskPlan.Call> call) {
    var place =
        new Placement(at.pointer() + "/with/subscription", at.names(), Map.of(), at.callers());
    var messages = call.apply(place);
    var handling = tasks.listens().messages(foreach, common, place);
    if (handling == null) {
      return at.nothing(common.name(), common.definition());
    }
    tasks.tasks().put(messages.pointer(), messages);
    tasks.tasks().put(handling.pointer(), handling);
    return new TaskPlan.Subscription(common, messages, handling);
  }

  private TaskPlan ofCatalog(
      Source source, Source target, String function, TaskCommon common, Placement at) {
    var match = CATALOG_FUNCTION.matcher(function);
    if (!match.matches()) {
      target.error("there is no function '" + function + "'", nearest(function));
      return at.nothing(common.name(), common.definition());
    }
    var name = match.group("name");
    if (!match.group("catalog").equals(CATALOG)) {
      var theirs = outside.functionOf(target, match.group("catalog"), name, match.group("version"));
      return elsewhere(source, theirs, arguments(source.member("with"), at), common, at);
    }
    if (kinds.containsKey(name)) {
      target.error("'" + name + "' is no function of a catalog", name);
      return at.nothing(common.name(), common.definition());
    }
    if (EngineFunctions.NAMES.contains(name) && match.group("version").equals(CATALOG_VERSION)) {
      WorkProfile.warnOfNoEffect(source, "there is no stage in it");
      return engine.compile(name, source, common, at);
    }
    if (HumanApproval.NAME.equals(name) && match.group("version").equals(CATALOG_VERSION)) {
      var own = HumanApproval.source(source.findings());
      return HumanApproval.accepts(source)
          ? tasks
              .extensions()
              .without(() ->
                  inline(
                      source,
                      own,
                      own.key(),
                      arguments(source.member("with"), at),
                      common,
                      at,
                      profile))
          : at.nothing(common.name(), common.definition());
    }
    if (name.startsWith(RunCompiler.PREFIX)) {
      target.error("a process is not called; write a task with 'run'");
      return at.nothing(common.name(), common.definition());
    }
    var reason = catalog.whyUnavailable(name);
    if (reason.isPresent()) {
      target.unsupported("'" + name + "' cannot run here: " + reason.get());
      return at.nothing(common.name(), common.definition());
    }
    var stage = catalog.stageOf(name).or(() -> profile.stageElsewhere(source, name));
    if (stage.isEmpty() || !match.group("version").equals(CATALOG_VERSION)) {
      var near = nearest(function);
      target.error(
          "the default catalog has no function '" + function + "'" + (near == null ? OWN : ""),
          near);
      return at.nothing(common.name(), common.definition());
    }
    var with = source.member("with");
    var arguments = arguments(with, at.names().outgoing());
    catalog
        .contractOf(name)
        .filter(_ -> arguments instanceof ConstantTemplate || !expressions.compiler().isLoose())
        .ifPresent(contract ->
            ArgumentsCheck.check(with == null ? nothing(source) : with, arguments, contract));
    return call(source, stage.get(), name, arguments, common, at);
  }

  /** The arguments of a call without any; what is wrong with them is wrong with the call. */
  private static Source nothing(Source call) {
    return new Source(
        JsonNodeFactory.instance.objectNode(), call.present("call").pointer(), call.findings());
  }

  private @Nullable String nearest(String function) {
    var words = new HashSet<>(functions.keySet());
    words.addAll(kinds.keySet());
    words.addAll(catalog.functions());
    words.addAll(EngineFunctions.NAMES);
    words.add(HumanApproval.NAME);
    var name = function.replaceFirst(":.*", "");
    var near = words.contains(name) ? name : NearestWord.to(name, words);
    return near == null || kinds.containsKey(near) || functions.containsKey(near)
        ? near
        : qualified(near);
  }

  private static String qualified(String name) {
    return name + ":" + CATALOG_VERSION + "@" + CATALOG;
  }

  /** Work for a stage, as the task's metadata would have it. */
  TaskPlan.Call call(
      Source source,
      StageName stage,
      String function,
      Template arguments,
      TaskCommon common,
      Placement at) {
    var key = WorkProfile.of(source).member("idempotencyKey");
    return new TaskPlan.Call(
        common,
        profile.stage(source, stage, function),
        function,
        arguments,
        key == null ? null : key(key, at),
        profile.policy(source),
        true);
  }

  private Template key(Source source, Placement at) {
    source.text("text or an expression");
    var template = expressions.template(source, at.names().inside());
    if (template instanceof ConstantTemplate) {
      source.warning(
          Rule.CONSTANT_KEY, "a constant idempotency key makes all calls of this task one");
    }
    return template;
  }

  /** A call of a function in another document. */
  private TaskPlan elsewhere(
      Source call,
      Outside.@Nullable Foreign function,
      Template arguments,
      TaskCommon common,
      Placement at) {
    return function == null
        ? at.nothing(common.name(), common.definition())
        : tasks
            .callsOf(function, catalog)
            .inline(call, function.source(), function.uri(), arguments, common, at, profile);
  }

  /**
   * A call of one of the definition's own functions: a block of one task below the call, whose
   * input is what the call passes.
   *
   * @param name what tells the function from all others
   * @param caller whose bounds and stages the call may name
   */
  private TaskPlan inline(
      Source call,
      Source function,
      String name,
      Template arguments,
      TaskCommon common,
      Placement at,
      WorkProfile caller) {
    var target = call.present("call");
    if (at.callers().contains(name) || at.callers().size() >= CALLERS_MAX) {
      target.error(
          "functions cannot call themselves, nor one another more than " + CALLERS_MAX + " deep");
      return at.nothing(common.name(), common.definition());
    }
    var callers = new ArrayList<>(at.callers());
    callers.add(name);
    var place =
        new Placement(
            JsonPointers.member(at.pointer() + "/call", function.key()),
            Names.OUTERMOST,
            Map.of(),
            callers);
    var task = called(call, function, arguments, place, caller);
    return new TaskPlan.Do(common, new Block(List.of(task)));
  }

  private TaskPlan called(
      Source call, Source function, Template arguments, Placement at, WorkProfile caller) {
    var input = new Transform(null, new Arguments(arguments));
    if (!function.has("input") && !tasks.extensions().areMeant(function.value())) {
      return register(withInput(caller.ofCaller(tasks.task(function, at), call), input), at);
    }
    var inner =
        new Placement(
            JsonPointers.member(at.pointer() + "/call", function.key()),
            at.names(),
            at.siblings(),
            at.callers());
    var wrapper =
        new TaskPlan.Do(
            at.plain(function.key(), function.value()),
            new Block(
                List.of(
                    tasks.extended(
                        register(caller.ofCaller(tasks.task(function, inner), call), inner)))));
    return register(withInput(wrapper, input), at);
  }

  private TaskPlan register(TaskPlan task, Placement at) {
    tasks.tasks().put(at.pointer(), task);
    return task;
  }

  private static TaskPlan withInput(TaskPlan task, Transform input) {
    var old = task.common();
    var common =
        new TaskCommon(
            old.name(),
            old.pointer(),
            old.definition(),
            old.condition(),
            input,
            old.output(),
            old.export(),
            old.timeout(),
            old.then(),
            old.profile());
    return switch (task) {
      case TaskPlan.Do it -> new TaskPlan.Do(common, it.body());
      case TaskPlan.Set it -> new TaskPlan.Set(common, it.value());
      case TaskPlan.Switch it -> new TaskPlan.Switch(common, it.cases());
      case TaskPlan.For it ->
          new TaskPlan.For(common, it.each(), it.at(), it.items(), it.condition(), it.body());
      case TaskPlan.Try it -> new TaskPlan.Try(common, it.body(), it.handler());
      case TaskPlan.Raise it -> new TaskPlan.Raise(common, it.error());
      case TaskPlan.Wait it -> new TaskPlan.Wait(common, it.duration());
      case TaskPlan.Call it ->
          new TaskPlan.Call(
              common,
              it.stage(),
              it.function(),
              it.arguments(),
              it.idempotencyKey(),
              it.policy(),
              it.isAwaited());
      case TaskPlan.Fork it -> new TaskPlan.Fork(common, it.branches(), it.isRace());
      case TaskPlan.Map it ->
          new TaskPlan.Map(common, it.items(), it.concurrency(), it.tolerated(), it.body());
      case TaskPlan.Emit it -> new TaskPlan.Emit(common, it.event());
      case TaskPlan.Listen it ->
          new TaskPlan.Listen(
              common, it.consumption(), it.filters(), it.read(), it.foreach(), it.signal());
      case TaskPlan.Subscription it -> new TaskPlan.Subscription(common, it.call(), it.handling());
      case TaskPlan.RunWorkflow it ->
          new TaskPlan.RunWorkflow(
              common,
              it.workflow(),
              it.input(),
              it.isAwaited(),
              it.childId(),
              it.isCancelledWithParent());
      case TaskPlan.Compensate it -> new TaskPlan.Compensate(common, it.scope());
      case TaskPlan.Extended _, TaskPlan.Advice _ ->
          throw new IllegalStateException("not what a task compiles to: " + task);
    };
  }

  /**
   * What a call passes to a function. Evaluated when the function's task is about to begin, which
   * has no {@code $input} yet; the call's own is the data at that point.
   */
  private record Arguments(Template template) implements Template {
    @Override
    public JsonNode evaluate(Scope scope) {
      return template.evaluate(new OfCaller(scope));
    }
  }

  private record OfCaller(Scope scope) implements Scope {
    @Override
    public JsonNode current() {
      return scope.current();
    }

    @Override
    public @Nullable JsonNode variable(String name) {
      return name.equals("input") ? scope.current() : scope.variable(name);
    }

    @Override
    public Instant now() {
      return scope.now();
    }
  }
}
