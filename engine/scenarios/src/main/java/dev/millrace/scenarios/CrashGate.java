package dev.millrace.scenarios;

import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios again, once for every transaction they commit, ending the engine after it and
 * going on with another. Neither what a scenario asserts may change, nor outcome, output and the
 * effects outside.
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
    var failures = new ArrayList<String>();
    var points = 0;
    for (int commits = 1; commits <= COMMITS_MAX; commits++) {
      var point = commits;
      var affected = calm.stream().filter(r -> r.observation().commits() >= point).toList();
      if (affected.isEmpty()) {
        break;
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
    if (!end(before).equals(end(after))) {
      return "%s: the outcome was %s and is %s".formatted(place(before), end(before), end(after));
    }
    return before.observation().sideEffects().equals(after.observation().sideEffects())
        ? null
        : "%s: the effects were %s and are %s"
            .formatted(
                place(before),
                before.observation().sideEffects(),
                after.observation().sideEffects());
  }

  /** Not when: an engine that comes back looks at once at what is due, and not at its next tick. */
  private static Optional<Outcome> end(ScenarioResult result) {
    return result.outcome().map(InstanceOutcome::outcome);
  }

  private static String place(ScenarioResult result) {
    var path = result.feature().getPath();
    return path.substring(path.lastIndexOf('/') + 1) + ":" + result.line() + " " + result.name();
  }
}
