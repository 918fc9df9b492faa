package dev.millrace.core.plan;

import dev.millrace.core.NearestWord;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.Rule;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code document.metadata.millrace.stages}: how the stages of a workflow are to be run. Checked,
 * and said to be without effect: this version enforces none of it.
 */
record StageBoundsCheck(DurationCompiler durations) {
  private static final Set<String> MEMBERS = Set.of("partitions", "concurrency", "maxLag", "onLag");
  private static final Set<String> WHEN_BEHIND = Set.of("pause", "shed", "spill");

  static final int PARTITIONS_MAX = 1_000;
  static final int CONCURRENCY_MAX = 10_000;

  /** Most requests a stage may be told to lie behind. */
  static final int LAG_MAX = 1_000_000_000;

  static StageBoundsCheck of(DurationCompiler durations) {
    return new StageBoundsCheck(durations);
  }

  /**
   * @param tasks of the plan, whose stages these are
   */
  void check(Source document, Collection<TaskPlan> tasks) {
    var stages = document.present("metadata").present("millrace").member("stages");
    if (stages == null || !stages.requireObject("an object of stages by name")) {
      return;
    }
    var used =
        tasks.stream()
            .filter(TaskPlan.Call.class::isInstance)
            .map(task -> ((TaskPlan.Call) task).stage().value())
            .collect(Collectors.toSet());
    for (var stage : stages.members()) {
      checkName(stage, used);
      checkBounds(stage);
    }
  }

  private static void checkName(Source stage, Set<String> used) {
    try {
      var name = new StageName(stage.key()).value();
      if (!used.contains(name)) {
        stage.warning(
            Rule.UNUSED,
            "no task of this definition is work of the stage '" + name + "'",
            NearestWord.to(name, used));
      }
    } catch (IllegalArgumentException e) {
      stage.errorAtKey(String.valueOf(e.getMessage()), null);
    }
  }

  private void checkBounds(Source stage) {
    if (!stage.requireObject("an object with some of " + Source.listed(MEMBERS))) {
      return;
    }
    stage.allow("a stage", MEMBERS, Set.of());
    checkCount(stage, "partitions", PARTITIONS_MAX);
    checkCount(stage, "concurrency", CONCURRENCY_MAX);
    var lag = stage.member("maxLag");
    if (lag != null && lag.value().isNumber()) {
      PolicyCompiler.count(lag, LAG_MAX);
    } else if (lag != null && durations.fixed(lag).isZero()) {
      lag.error("expected a number of requests, or a duration above 0");
    }
    var onLag = stage.member("onLag");
    if (onLag != null) {
      onLag.oneOf(WHEN_BEHIND);
    }
    stage.warning(
        Rule.NOT_ENFORCED,
        "the bounds of stages are not enforced yet by this version; '"
            + stage.key()
            + "' has those of its workers");
  }

  private static void checkCount(Source stage, String name, int max) {
    var count = stage.member(name);
    if (count != null) {
      PolicyCompiler.count(count, max);
    }
  }
}
