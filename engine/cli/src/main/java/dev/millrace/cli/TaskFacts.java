package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.RetryPlan;
import dev.millrace.core.plan.TaskPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be known of a task beyond what it does, each fact with its name. */
final class TaskFacts {
  private final Map<String, String> facts = new LinkedHashMap<>();

  private TaskFacts() {}

  static Map<String, String> of(TaskPlan task) {
    var facts = new TaskFacts();
    facts.addCommon(task);
    if (task instanceof TaskPlan.Call call) {
      facts.add("stage", call.stage().value());
    }
    if (task instanceof TaskPlan.Subscription subscription) {
      facts.add("stage", subscription.call().stage().value());
    }
    if (task instanceof TaskPlan.Try attempt) {
      facts.addHandler(attempt);
    }
    var profile = task.common().definition().path("metadata").path("millrace");
    profile.properties().forEach(each -> facts.add(each.getKey(), text(each.getValue())));
    return facts.facts;
  }

  static Map<String, String> ofWorkflow(Plan plan) {
    var facts = new TaskFacts();
    var definition = plan.definition();
    if (plan.timeout() != null) {
      facts.add("timeout", PlanWords.duration(plan.timeout()));
    }
    facts.addSchemas(definition);
    if (definition.has("schedule")) {
      facts.add("schedule", text(definition.get("schedule")));
    }
    definition
        .at("/document/metadata/millrace")
        .properties()
        .forEach(each -> facts.add(each.getKey(), text(each.getValue())));
    return facts.facts;
  }

  private void addCommon(TaskPlan task) {
    var definition = task.common().definition();
    if (definition.has("if")) {
      add("if", text(definition.get("if")));
    }
    if (task.common().timeout() != null) {
      add("timeout", PlanWords.timeout(task));
    }
    if (!(task.common().then() instanceof FlowDirective.Continue)) {
      add("then", PlanWords.directive(task.common().then()));
    }
    addSchemas(definition);
  }

  private void addSchemas(JsonNode definition) {
    for (var end : new String[] {"input", "output", "export"}) {
      if (definition.path(end).has("schema")) {
        add(end, "is checked by a schema");
      }
    }
  }

  private void addHandler(TaskPlan.Try attempt) {
    var handler = attempt.handler();
    add("catches", caught(attempt.common().definition().path("catch")));
    RetryPlan retry = handler.retry();
    if (retry != null) {
      add("retry", retry(retry));
    }
    var then = handler.then();
    if (then != null) {
      add("then when caught", PlanWords.directive(then));
    }
  }

  private static String caught(JsonNode handler) {
    var filter = handler.path("errors").path("with");
    var what = filter.isEmpty() ? "every error" : text(filter);
    return what
        + (handler.has("when") ? " when " + text(handler.get("when")) : "")
        + (handler.has("exceptWhen") ? " except when " + text(handler.get("exceptWhen")) : "");
  }

  private static String retry(RetryPlan retry) {
    var limit =
        retry.retriesMax() == null ? "without limit by count" : "up to " + retry.retriesMax();
    return limit
        + ", "
        + backoff(retry.backoff())
        + " from "
        + PlanWords.duration(retry.delay())
        + bound(", an attempt at most ", retry.attemptDurationMax())
        + bound(", together at most ", retry.durationMax());
  }

  private static String bound(String what, dev.millrace.core.plan.@Nullable DurationPlan duration) {
    return duration == null ? "" : what + PlanWords.duration(duration);
  }

  private static String backoff(RetryPlan.Backoff backoff) {
    return switch (backoff) {
      case RetryPlan.Backoff.Constant _ -> "constant";
      case RetryPlan.Backoff.Linear _ -> "linear";
      case RetryPlan.Backoff.Exponential it -> "×" + it.factor() + " up to " + it.delayMax();
    };
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private void add(String name, String value) {
    facts.put(name, value);
  }
}
