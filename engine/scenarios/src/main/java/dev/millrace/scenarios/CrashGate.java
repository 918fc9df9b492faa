package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.LifecycleEvent;
import dev.millrace.core.workflow.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios again, once for every transaction they commit, ending the engine after it and
 * going on with another. Neither what a scenario asserts may change, nor how runs end and with
 * what, nor the effects outside, the events and what is told of lifecycles.
 */
public final class CrashGate {
  /** Bounds a scenario whose commits would keep the gate busy for ever. */
  public static final int COMMITS_MAX = 1_000;

  private final ScenarioSettings settings;

  public CrashGate(ScenarioSettings settings) {
    this.settings = settings;
  }

  /**
   * @param points how many engines were ended
   * @param failures one line for each crash that made a difference
   */
  public record Verdict(int scenarios, int points, List<String> failures) {
    public Verdict {
      failures = List.copyOf(failures);
    }
  }

  /**
   * @param calm scenarios that passed without a crash
   */
  public Verdict judge(List<ScenarioResult> calm) {
    return judge(calm, _ -> true);
  }

  /**
   * @param calm scenarios that passed without a crash
   * @param isPoint whether engines are to be ended after this commit, counted from 1
   */
  public Verdict judge(List<ScenarioResult> calm, IntPredicate isPoint) {
    var failures = new ArrayList<String>();
    var points = 0;
    for (int commits = 1; commits <= COMMITS_MAX; commits++) {
      var point = commits;
      var affected = calm.stream().filter(r -> r.observation().commits() >= point).toList();
      if (affected.isEmpty()) {
        break;
      }
      if (!isPoint.test(point)) {
        continue;
      }
      points += affected.size();
      failures.addAll(crash(affected, point));
    }
    return new Verdict(calm.size(), points, failures);
  }

  private List<String> crash(List<ScenarioResult> calm, int commits) {
    var crashed =
        ScenarioSuite.again(calm).run(settings.crashingAfter(commits), _ -> {}).stream()
            .collect(Collectors.toMap(CrashGate::place, Function.identity()));
    return calm.stream()
        .map(before -> difference(before, crashed))
        .filter(Objects::nonNull)
        .map(line -> "after commit %d, %s".formatted(commits, line))
        .toList();
  }

  private static @Nullable String difference(
      ScenarioResult before, Map<String, ScenarioResult> crashed) {
    var after = crashed.get(place(before));
    if (after == null) {
      return place(before) + " did not run";
    }
    if (after.failure() != null) {
      return "%s: %s: %s".formatted(place(before), after.wrongStep(), after.failure().getMessage());
    }
    return Stream.of(
            change("outcome", end(before), end(after)),
            change("ends of all runs", ends(before), ends(after)),
            change("effects", effects(before), effects(after)),
            change("events", events(before), events(after)),
            change("lifecycle", lifecycle(before), lifecycle(after)))
        .filter(Objects::nonNull)
        .findFirst()
        .map(change -> place(before) + ": " + change)
        .orElse(null);
  }

  private static @Nullable String change(String what, Object before, Object after) {
    return before.equals(after) ? null : "the %s were %s and are %s".formatted(what, before, after);
  }

  /** Not when: an engine that comes back looks at once at what is due, and not at its next tick. */
  private static Optional<Outcome> end(ScenarioResult result) {
    return result.outcome().map(InstanceOutcome::outcome);
  }

  private static List<String> ends(ScenarioResult result) {
    return result.observation().outcomes().stream()
        .map(outcome -> outcome.instanceId() + " " + outcome.outcome().status())
        .sorted()
        .toList();
  }

  private static List<String> effects(ScenarioResult result) {
    return result.observation().sideEffects();
  }

  private static List<String> events(ScenarioResult result) {
    return result.observation().events().stream()
        .map(event ->
            LifecycleEvent.Type.of(event.path("type").asText()) == null
                ? event.path("source").asText() + " " + event.path("id").asText()
                : fact(event))
        .sorted()
        .toList();
  }

  private static List<String> lifecycle(ScenarioResult result) {
    return result.observation().lifecycle().stream().map(CrashGate::fact).sorted().toList();
  }

  /** Not its id: when a run began, and which of its transitions came first, may differ. */
  private static String fact(JsonNode lifecycle) {
    return lifecycle.path("subject").asText()
        + " "
        + lifecycle.path("type").asText()
        + " "
        + lifecycle.at("/data/task").asText()
        + " "
        + lifecycle.at("/data/iteration").asText();
  }

  private static String place(ScenarioResult result) {
    var path = result.feature().getPath();
    return path.substring(path.lastIndexOf('/') + 1) + ":" + result.line() + " " + result.name();
  }
}
