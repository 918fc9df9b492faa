package dev.millrace.core.plan;

import dev.millrace.core.NearestWord;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.stage.CallPolicy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code metadata.millrace} of a call or run says of its work: which stage does it, and within
 * which bounds.
 */
record WorkProfile(FunctionCatalog catalog, PolicyCompiler policies) {
  private static final String STAGE = "stage";
  private static final String POLICY = "policy";
  private static final String KEY = "idempotencyKey";

  static Source of(Source task) {
    return task.present("metadata").present("millrace");
  }

  /**
   * @param otherwise the stage that does it when the task does not say
   */
  StageName stage(Source task, StageName otherwise, String function) {
    var source = of(task).member(STAGE);
    var name = source == null ? null : source.text("the name of a stage");
    if (source == null || name == null) {
      return otherwise;
    }
    try {
      var stage = new StageName(name);
      checkKnown(source, stage, otherwise, function);
      return stage;
    } catch (IllegalArgumentException e) {
      source.error(String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  /**
   * The stage a task names for a function that no stage known here has: a worker elsewhere may.
   *
   * @return empty if the task names none
   */
  Optional<StageName> stageElsewhere(Source task, String function) {
    var source = of(task).member(STAGE);
    var name = source == null ? null : source.text("the name of a stage");
    if (source == null || name == null) {
      return Optional.empty();
    }
    try {
      var stage = new StageName(name);
      source.warning(
          Rule.UNKNOWN_STAGE,
          "no stage known here has '" + function + "'; a worker of '" + stage + "' has to have it",
          NearestWord.to(function, catalog.functions()));
      return Optional.of(stage);
    } catch (IllegalArgumentException e) {
      source.error(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Others may run what this process does not know of, so it is only a warning. */
  private void checkKnown(Source source, StageName stage, StageName own, String function) {
    if (stage.equals(own)) {
      return;
    }
    var known = knownStages();
    if (known.contains(stage.value())) {
      source.warning(
          Rule.UNKNOWN_STAGE,
          "the stage '%s' known here has no '%s', which is of '%s'".formatted(stage, function, own),
          own.value());
    } else {
      source.warning(
          Rule.UNKNOWN_STAGE,
          "no stage '" + stage + "' is known here",
          NearestWord.to(stage.value(), known));
    }
  }

  private Set<String> knownStages() {
    return catalog.stages().values().stream().map(StageName::value).collect(Collectors.toSet());
  }

  @Nullable CallPolicy policy(Source task) {
    var source = of(task).member(POLICY);
    return source == null ? null : policies.named(source);
  }

  /**
   * The task of one of the definition's own functions, as the call of it would have it done. Only a
   * function that is itself one call or run has work of its own.
   */
  TaskPlan ofCaller(TaskPlan function, Source call) {
    if (!(function instanceof TaskPlan.Call it)) {
      warnOfNoEffect(call, "the function is not one call or run; say it of the tasks inside");
      return function;
    }
    warnOfNoEffect(call, KEY, "say it of the function's own task");
    var policy = policy(call);
    return new TaskPlan.Call(
        it.common(),
        stage(call, it.stage(), it.function()),
        it.function(),
        it.arguments(),
        it.idempotencyKey(),
        policy == null ? it.policy() : policy,
        it.isAwaited());
  }

  static void warnOfNoEffect(Source call, String why) {
    List.of(STAGE, POLICY, KEY).forEach(word -> warnOfNoEffect(call, word, why));
  }

  private static void warnOfNoEffect(Source call, String word, String why) {
    var source = of(call).member(word);
    if (source != null) {
      source.warning(Rule.NOT_ENFORCED, "'" + word + "' has no effect here: " + why);
    }
  }
}
