package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import dev.millrace.core.coordination.CoordinationCommand.WhenFull;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.TaskProfile.Compensation;
import dev.millrace.core.plan.WorkflowProfile.Concurrency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Millrace profile of the language: what stands under {@code metadata.millrace}. A key that is
 * not known there is an error, because these keys are for us alone.
 */
final class ProfileCompiler {
  private static final Set<String> OF_EVERY_TASK =
      Set.of("alwaysRun", "artifacts", "budget", "compensation", "onAbort");
  private static final Set<String> OF_STAGE_WORK = Set.of("idempotencyKey", "policy", "stage");
  private static final Set<String> ABORTS = Set.of("compensate", "none");
  private static final Set<String> BUDGETS = Set.of("tokens", "usd", "toolCalls", "wallClock");
  private static final Set<String> ARTIFACTS = Set.of("produce", "consume", "expireAfter");
  private static final Set<String> LIFECYCLES =
      Arrays.stream(LifecycleLevel.values()).map(LifecycleLevel::word).collect(Collectors.toSet());
  private static final Pattern OWN_BLOCK = Pattern.compile("/do/\\d+/[^/]+");
  private static final int CONCURRENCY_MAX = 1_000_000;

  private final Expressions expressions;
  private final DurationCompiler durations;
  private final Reusables reusables;
  private final RetryCompiler retries;
  private final TaskCompiler tasks;

  ProfileCompiler(
      Expressions expressions,
      DurationCompiler durations,
      Reusables reusables,
      RetryCompiler retries,
      TaskCompiler tasks) {
    this.expressions = expressions;
    this.durations = durations;
    this.reusables = reusables;
    this.retries = retries;
    this.tasks = tasks;
  }

  // Of a task.

  TaskProfile task(Source task, Placement at) {
    var metadata = task.member("metadata");
    var millrace =
        metadata != null && metadata.requireObject("an object")
            ? metadata.member("millrace")
            : null;
    if (millrace == null || !millrace.requireObject("an object")) {
      return TaskProfile.NONE;
    }
    millrace.allow("millrace of this task", allowed(task), Set.of());
    checkBudget(millrace.member("budget"));
    checkArtifacts(millrace.member("artifacts"));
    return new TaskProfile(
        compensation(millrace.member("compensation"), at),
        isUndoneOnAbort(millrace.member("onAbort")),
        isAlwaysRun(millrace.member("alwaysRun"), at));
  }

  private Set<String> allowed(Source task) {
    var allowed = new HashSet<>(OF_EVERY_TASK);
    if (task.has("call") || task.has("run")) {
      allowed.addAll(OF_STAGE_WORK);
    }
    if (task.has("listen")) {
      allowed.add("signal");
    }
    if (task.present("run").has("workflow")) {
      allowed.add("child");
      allowed.removeAll(OF_STAGE_WORK);
    }
    return allowed;
  }

  private @Nullable Compensation compensation(@Nullable Source source, Placement at) {
    if (source == null || !source.requireObject("how to undo the task: {call, with}")) {
      return null;
    }
    source.allow("a compensation", Set.of("call", "with", "retry"), Set.of());
    var call = source.required("call", "the name of a function in use.functions");
    var name = call == null ? null : call.text("the name of a function in use.functions");
    var function = name == null ? null : reusables.functions().get(name);
    if (call == null || name == null || function == null) {
      if (call != null && name != null) {
        call.error(
            "there is no function '" + name + "' in use.functions",
            NearestWord.to(name, reusables.functions().keySet()));
      }
      return null;
    }
    var with = source.member("with");
    return new Compensation(
        name,
        compensating(call, function, at),
        with == null
            ? Template.constant(JsonNodeFactory.instance.objectNode())
            : expressions.template(with, at.names().after()),
        retry(source.member("retry")));
  }

  /** The function's task, which gets what {@code with} came to as its input. */
  private String compensating(Source call, Source function, Placement at) {
    var pointer = JsonPointers.member(at.pointer() + "/compensation", function.key());
    if (at.callers().contains(function.key()) || at.callers().size() >= CallCompiler.CALLERS_MAX) {
      call.error("a compensation cannot call itself");
      return pointer;
    }
    var callers = new ArrayList<>(at.callers());
    callers.add(function.key());
    var task = tasks.task(function, new Placement(pointer, Names.OUTERMOST, Map.of(), callers));
    return tasks.extended(task).pointer();
  }

  private @Nullable RetryPlan retry(@Nullable Source source) {
    if (source == null) {
      return null;
    }
    return source.isText()
        ? Reusables.named(source, reusables.retries(), "retry policy")
        : retries.compile(source, Names.OUTERMOST.with("error").inside());
  }

  private static boolean isUndoneOnAbort(@Nullable Source onAbort) {
    return onAbort != null && "compensate".equals(onAbort.oneOf(ABORTS));
  }

  private static boolean isAlwaysRun(@Nullable Source source, Placement at) {
    if (source == null) {
      return false;
    }
    if (!source.value().isBoolean()) {
      source.error("expected true or false");
    }
    if (!OWN_BLOCK.matcher(at.pointer()).matches()) {
      source.errorAtKey("only a task of the workflow's own list can always run", null);
    }
    return source.value().booleanValue();
  }

  private void checkBudget(@Nullable Source budget) {
    if (budget == null || !budget.requireObject("an object with " + Source.listed(BUDGETS))) {
      return;
    }
    budget.allow("a budget", BUDGETS, Set.of());
    for (var bound : budget.members()) {
      if (bound.key().equals("wallClock")) {
        durations.compile(bound, Names.OUTERMOST.inside());
      } else if (!bound.value().isNumber() || bound.value().doubleValue() < 0) {
        bound.error("expected a number from 0");
      }
    }
    budget.warning(Rule.NOT_ENFORCED, "budgets are not enforced yet by this version");
  }

  private void checkArtifacts(@Nullable Source artifacts) {
    if (artifacts == null
        || !artifacts.requireObject("an object with " + Source.listed(ARTIFACTS))) {
      return;
    }
    artifacts.allow("artifacts", ARTIFACTS, Set.of());
    for (var name : new String[] {"produce", "consume"}) {
      var list = artifacts.member(name);
      if (list != null && list.requireList("a list of names")) {
        list.elements().forEach(each -> each.text("a name"));
      }
    }
    var expiry = artifacts.member("expireAfter");
    if (expiry != null) {
      durations.compile(expiry, Names.OUTERMOST.inside());
    }
    artifacts.warning(Rule.NOT_ENFORCED, "artifacts are not tracked yet by this version");
  }

  // Of the workflow.

  WorkflowProfile workflow(@Nullable Source document) {
    var millrace = document == null ? null : document.present("metadata").member("millrace");
    if (millrace == null || !millrace.isObject()) {
      return WorkflowProfile.NONE;
    }
    checkBudget(millrace.member("budget"));
    return new WorkflowProfile(
        isUndoneOnAbort(millrace.member("onAbort")),
        concurrency(millrace.member("concurrency")),
        lifecycle(millrace.member("lifecycle")));
  }

  private static @Nullable LifecycleLevel lifecycle(@Nullable Source source) {
    var word = source == null ? null : source.oneOf(LIFECYCLES);
    return word == null ? null : LifecycleLevel.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private @Nullable Concurrency concurrency(@Nullable Source source) {
    if (source == null || !source.requireObject("an object: {key, max, whenFull}")) {
      return null;
    }
    source.allow("concurrency", Set.of("key", "max", "whenFull"), Set.of());
    var key = source.member("key");
    var max = source.required("max", "how many may run at a time");
    var whenFull = source.member("whenFull");
    var word = whenFull == null ? "queue" : whenFull.oneOf(Set.of("queue", "reject", "replace"));
    if (max == null || word == null || !isCount(max)) {
      return null;
    }
    return new Concurrency(
        key == null
            ? Template.constant(JsonNodeFactory.instance.textNode(""))
            : expressions.template(key, Names.OF_WORKFLOW_INPUT),
        max.value().intValue(),
        WhenFull.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  private static boolean isCount(Source max) {
    var count = max.value();
    var isCount =
        count.isIntegralNumber()
            && count.canConvertToInt()
            && count.intValue() >= 1
            && count.intValue() <= CONCURRENCY_MAX;
    if (!isCount) {
      max.error("expected a whole number from 1 to " + CONCURRENCY_MAX);
    }
    return isCount;
  }
}
