package dev.millrace.scenarios;

import dev.millrace.core.InstanceId;
import io.cucumber.plugin.ConcurrentEventListener;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.PickleStepTestStep;
import io.cucumber.plugin.event.Result;
import io.cucumber.plugin.event.Status;
import io.cucumber.plugin.event.TestCase;
import io.cucumber.plugin.event.TestCaseFinished;
import io.cucumber.plugin.event.TestStepFinished;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gathers what became of each scenario, from Cucumber's events and from the steps themselves. */
final class Results implements ConcurrentEventListener {
  private final Consumer<ScenarioResult> listener;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, String> wrongSteps = new ConcurrentHashMap<>();
  private final List<ScenarioResult> finished = new ArrayList<>();

  Results(Consumer<ScenarioResult> listener) {
    this.listener = listener;
  }

  private record Seen(Observation observation, InstanceId instance) {}

  /** Called by the last step of a scenario, while its engine still is. */
  void observed(String scenario, Bench bench) {
    seen.put(scenario, new Seen(bench.observe(), bench.engine().instance()));
  }

  @Override
  public void setEventPublisher(EventPublisher publisher) {
    publisher.registerHandlerFor(TestStepFinished.class, this::stepFinished);
    publisher.registerHandlerFor(TestCaseFinished.class, this::scenarioFinished);
  }

  private void stepFinished(TestStepFinished event) {
    var status = event.getResult().getStatus();
    if (event.getTestStep() instanceof PickleStepTestStep step
        && status != Status.PASSED
        && status != Status.SKIPPED) {
      wrongSteps.putIfAbsent(
          event.getTestCase().getId().toString(),
          step.getStep().getKeyword() + step.getStep().getText());
    }
  }

  private synchronized void scenarioFinished(TestCaseFinished event) {
    var scenario = event.getTestCase();
    var id = scenario.getId().toString();
    var what = seen.remove(id);
    var result =
        new ScenarioResult(
            scenario.getUri(),
            scenario.getLocation().getLine(),
            scenario.getName(),
            wrongSteps.remove(id),
            failure(event.getResult(), scenario),
            what == null ? Observation.NOTHING : what.observation(),
            what == null ? null : what.instance(),
            event.getResult().getDuration());
    finished.add(result);
    listener.accept(result);
  }

  private static @Nullable Throwable failure(Result result, TestCase scenario) {
    if (result.getStatus() == Status.PASSED) {
      return null;
    }
    return result.getError() != null
        ? result.getError()
        : new AssertionError(
            "scenario '%s' has a step that nobody knows; see docs/scenarios.md"
                .formatted(scenario.getName()));
  }

  /** In the order of files and lines, whatever order they ran in. */
  List<ScenarioResult> all() {
    return finished.stream()
        .sorted(
            Comparator.comparing(ScenarioResult::feature).thenComparingInt(ScenarioResult::line))
        .toList();
  }
}
