package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.plan.Catch;
import dev.millrace.core.plan.DurationPlan;
import dev.millrace.core.plan.FlowDirective;
import dev.millrace.core.plan.RetryPlan;
import dev.millrace.core.plan.TaskPlan;
import org.jspecify.annotations.Nullable;

/** What the parts of a plan are called on a screen. */
final class PlanWords {
  private PlanWords() {}

  static String summary(TaskPlan task) {
    var definition = task.common().definition();
    return switch (task) {
      case TaskPlan.Do _ -> "do";
      case TaskPlan.Set _ -> "set " + keys(definition.path("set"));
      case TaskPlan.Switch _ -> "switch";
      case TaskPlan.For loop -> "for each $" + loop.each() + whileText(definition);
      case TaskPlan.Try attempt -> "try" + retry(attempt.handler());
      case TaskPlan.Raise _ -> "raise " + raised(definition.path("raise").path("error"));
      case TaskPlan.Wait wait -> "wait " + duration(wait.duration());
      case TaskPlan.Fork fork ->
          "fork, " + fork.branches().size() + (fork.isRace() ? " in a race" : " at once");
      case TaskPlan.Map _ -> "map " + definition.path("with").path("function").asText();
      case TaskPlan.Emit _ ->
          "emit " + definition.path("emit").path("event").path("with").path("type").asText();
      case TaskPlan.Listen listen ->
          "listen to " + keys(definition.path("listen").path("to")) + signal(listen.signal());
      case TaskPlan.RunWorkflow run ->
          "run workflow " + run.workflow() + (run.isAwaited() ? "" : ", not awaited");
      case TaskPlan.Compensate undo ->
          "compensate" + (undo.scope() == null ? "" : " " + undo.scope());
      case TaskPlan.Call call -> "call " + call.function() + " → stage " + call.stage();
      case TaskPlan.Subscription it -> summary(it.call()) + ", for each message";
      case TaskPlan.Extended it -> extension(it);
      case TaskPlan.Advice it -> it.common().name() + " " + it.extended().name();
    };
  }

  static String extension(TaskPlan.Extended it) {
    var when = it.common().definition().path("when");
    return "extension "
        + it.common().name()
        + (when.isMissingNode() ? "" : " when " + when.asText());
  }

  static String choice(TaskPlan.Case choice) {
    return choice.name()
        + (choice.when() == null ? " (default)" : "")
        + " → "
        + directive(choice.then());
  }

  static String directive(FlowDirective directive) {
    return switch (directive) {
      case FlowDirective.Continue _ -> "continue";
      case FlowDirective.Exit _ -> "exit";
      case FlowDirective.End _ -> "end";
      case FlowDirective.Goto target -> target.task();
    };
  }

  static String timeout(TaskPlan task) {
    return duration(task.common().timeout());
  }

  static String duration(@Nullable DurationPlan duration) {
    return switch (duration) {
      case DurationPlan.Fixed fixed -> fixed.duration().toString();
      case DurationPlan.Computed _ -> "computed";
      case null -> "none";
    };
  }

  private static String retry(Catch handler) {
    RetryPlan retry = handler.retry();
    if (retry == null) {
      return "";
    }
    var limit = retry.retriesMax();
    return ", retry " + (limit == null ? "without limit" : "up to " + limit + "×");
  }

  private static String whileText(JsonNode definition) {
    return definition.has("while") ? " while " + definition.get("while").asText() : "";
  }

  private static String raised(JsonNode error) {
    return error.isTextual()
        ? error.asText()
        : error.path("type").asText() + " " + error.path("status").asText();
  }

  private static String signal(@Nullable String name) {
    return name == null ? "" : ", signal " + name;
  }

  private static String keys(JsonNode value) {
    return value.isObject()
        ? String.join(", ", value.propertyStream().map(e -> e.getKey()).toList())
        : "…";
  }
}
