package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.workflow.PureScenarios.Pure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Scenarios that need nothing outside, run by us and by the executor of the language's Java SDK.
 * They have to end alike, or the difference is on a list here with its reason. What on the list no
 * longer differs has to leave it.
 */
class DifferentialTest {
  /** The kit's scenarios without network. */
  private static final int KIT = 12;

  /** So many of our own are run at least: fewer, and the agreement would mean nothing. */
  private static final int OURS_MIN = 35;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Nothing here waits for longer than this, in a time that is ours to move. */
  private static final Duration VIRTUAL = Duration.ofMinutes(1);

  private enum Often {
    ALWAYS,
    BY_CHANCE
  }

  private record Known(Often often, String reason, List<String> scenarios) {
    static Known always(String reason, String... scenarios) {
      return new Known(Often.ALWAYS, reason, List.of(scenarios));
    }

    static Known byChance(String reason, String... scenarios) {
      return new Known(Often.BY_CHANCE, reason, List.of(scenarios));
    }
  }

  private static final List<Known> KNOWN =
      List.of(
          Known.byChance(
              "branches that compete: whichever is first",
              "Fork Task With Competing Concurrent Sub Tasks"),
          Known.byChance(
              "the SDK keeps the cases of a switch in no order; the specification's are a list",
              "Of several cases that match, the first is taken"),
          Known.always(
              "dsl.md 2.8 row 3: the SDK's emit hands its input on; the kit wants the event",
              "Emit Task",
              "What a task emits is published once",
              "Rule 3 - the output of emit is the event"),
          Known.always(
              "the SDK does not start a definition that raises an error without a detail",
              "Raise task with inline error",
              "A filter accepts an error only if all it names is equal",
              "An error of the definition is raised by its name"),
          Known.always(
              "dsl.md 2.8 row 1: the SDK runs do after every attempt, and then raises the error",
              "What nobody outside has part in is retried first, and then handled"),
          Known.always(
              "dsl.md 2.8 row 4: no case matches, and the SDK goes on with the next task; the kit"
                  + " wants the task's then",
              "Switch task with implicit default case"),
          Known.always(
              "the SDK evaluates export.as on the context; the specification says on the output",
              "What a task exports becomes the context of those after it",
              "An export replaces the context and does not merge into it",
              "A merge into the context is written by hand"),
          Known.always(
              "the SDK's $task has a reference without its first slash, and rawInput for input",
              "A task knows its name, its place and its raw input"),
          Known.always(
              "the SDK has no variable for the caught error",
              "The caught error has the name the definition gives it"),
          Known.always(
              "the SDK's fork gives outputs as they come, each under its branch's name; the"
                  + " specification says outputs in the order of the branches",
              "Every branch begins with the fork's input"),
          Known.always(
              "the SDK tests while on the input of the loop, not on what the last round gave",
              "A loop ends when its condition no longer holds"),
          Known.always(
              "the SDK breaks with a ClassCastException",
              "A loop over what is no array is an error where it stands"),
          Known.always(
              "what does not fit its schema breaks the SDK; the specification says validation, 400",
              "Input of the workflow that does not fit ends it before its first task",
              "What is exported is checked",
              "Output of the workflow that does not fit is no success"));

  private record Compared(Pure scenario, End ours, End theirs) {
    boolean agree() {
      return ours.agreesWith(theirs);
    }

    Optional<Known> known() {
      return KNOWN.stream().filter(it -> it.scenarios().contains(scenario.name())).findFirst();
    }

    boolean isExpected() {
      return known().map(it -> it.often() == Often.BY_CHANCE || !agree()).orElseGet(this::agree);
    }
  }

  @Test
  void the_kit_ends_alike_but_for_known_reasons() throws InterruptedException {
    var kit = upwards("shared/ctk");
    assumeTrue(kit.isPresent(), "no conformance kit beside the repository");
    assertThat(compare("the conformance kit", PureScenarios.under(kit.get()))).hasSize(KIT);
  }

  @Test
  void our_scenarios_end_alike_but_for_known_reasons() throws InterruptedException {
    var compared = compare("our own", ours());
    assertThat(compared).hasSizeGreaterThanOrEqualTo(OURS_MIN);
  }

  @Test
  void every_scenario_on_the_list_is_run() {
    var kit = upwards("shared/ctk");
    assumeTrue(kit.isPresent(), "no conformance kit beside the repository");
    var names =
        Stream.concat(PureScenarios.under(kit.get()).stream(), ours().stream()).map(Pure::name);
    assertThat(names.toList())
        .containsAll(KNOWN.stream().flatMap(it -> it.scenarios().stream()).toList());
  }

  private static List<Compared> compare(String what, List<Pure> scenarios)
      throws InterruptedException {
    var all = new ArrayList<Compared>();
    for (var scenario : scenarios) {
      all.add(new Compared(scenario, run(scenario), JavaSdk.run(scenario, PATIENCE)));
    }
    System.out.printf(
        "%s: %d run by both engines, %d end alike%n",
        what, all.size(), all.stream().filter(Compared::agree).count());
    all.stream().filter(it -> !it.agree()).forEach(DifferentialTest::print);
    assertThat(all).allMatch(Compared::isExpected);
    return all;
  }

  private static void print(Compared it) {
    System.out.printf(
        "  %s: %s%n    we: %s%n    the SDK: %s%n",
        it.scenario().name(),
        it.known().map(Known::reason).orElse("NOT KNOWN"),
        it.ours(),
        it.theirs());
  }

  private static End run(Pure scenario) {
    try {
      var plan = PlanCompiler.compile(scenario.definition(), InstanceUnderTest.CATALOG).plan();
      var run = InstanceUnderTest.of(plan).start(scenario.input()).after(VIRTUAL);
      return run.state() instanceof WorkflowState.Finished it ? end(it.outcome()) : new End.Hung();
    } catch (InvalidDefinitionException _) {
      return new End.Refused();
    }
  }

  private static End end(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed(var output) -> new End.Completed(output);
      case Outcome.Failed(var error) -> End.Failed.of(error.type(), error.status());
      case Outcome.Cancelled _, Outcome.Compensated _, Outcome.CompensationFailed _ ->
          new End.Broken(outcome.status());
    };
  }

  private static List<Pure> ours() {
    return PureScenarios.under(upwards("schemas/conformance").orElseThrow());
  }

  private static Optional<Path> upwards(String folder) {
    return Stream.iterate(Path.of("").toAbsolutePath(), it -> it != null, Path::getParent)
        .map(it -> it.resolve(folder))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
