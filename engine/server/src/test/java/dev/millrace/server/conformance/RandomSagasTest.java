package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.InstanceId;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.WorkflowEvent.CompensationRegistered;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.scenarios.ScenarioSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random sagas on the real topology, with engines that end after random commits: none is stuck,
 * what completed has been undone, each once in effect, and a crash makes no difference. The rules
 * alone are tried on many more trees in {@code SagaProperties}; this is about what carries them.
 */
class RandomSagasTest {
  private static final int SAGAS = 16;

  /** Of all commits, so many are followed by the end of the engine. */
  private static final double CRASHES = 0.12;

  @Test
  void a_random_saga_undoes_what_it_did_whenever_an_engine_ends(@TempDir Path folder)
      throws IOException {
    var seed = Long.getLong("millrace.seed", System.currentTimeMillis());
    var random = new Random(seed);
    var feature = folder.resolve("random-sagas.feature");
    Files.writeString(feature, RandomSaga.feature(random, SAGAS));
    var settings = ScenarioSettings.of(List.of());
    var calm = ScenarioSuite.of(List.of(feature)).run(settings, _ -> {});
    assertThat(calm).as("-Dmillrace.seed=%d", seed).hasSize(SAGAS).allSatisfy(this::check);
    var verdict = new CrashGate(settings).judge(calm, _ -> random.nextDouble() < CRASHES);
    System.out.println("random sagas, seed " + seed + ": " + Features.line(verdict));
    assertThat(verdict.failures()).as("-Dmillrace.seed=%d", seed).isEmpty();
    assertThat(verdict.points()).isPositive();
  }

  private void check(ScenarioResult result) throws Exception {
    try {
      Features.require(result);
    } catch (Throwable e) {
      throw new AssertionError(result.name(), e);
    }
    var outcome = result.outcome().orElseThrow(() -> new AssertionError(result.name() + " stuck"));
    switch (outcome.outcome()) {
      case Outcome.Completed _ -> {}
      case Outcome.Aborted _ -> assertThat(left(result)).isEmpty();
      case Outcome.Compensated _ -> {
        assertThat(left(result)).isEmpty();
        assertThat(children(result)).doesNotContain("COMPLETED");
      }
      case Outcome.CompensationFailed failed -> throw new AssertionError(failed.toString());
    }
    assertThat(keysOfUndone(result).values()).allSatisfy(keys -> assertThat(keys).hasSize(1));
  }

  /** What the instance has done and not undone. */
  private static Set<Object> left(ScenarioResult result) {
    var left = new HashMap<Integer, Object>();
    for (var entry : result.observation().journal()) {
      if (entry.instanceId().equals(result.instance())) {
        entry
            .events()
            .forEach(event -> {
              switch (event) {
                case CompensationRegistered(var undo, _) -> left.put(undo.number(), what(undo));
                case CompensationStepSettled it -> {
                  var settled = left.remove(it.step());
                  left.values().removeIf(same -> same.equals(settled));
                }
                case dev.millrace.core.workflow.WorkflowEvent _ -> {}
              }
            });
      }
    }
    return new LinkedHashSet<>(left.values());
  }

  private static Object what(Undo undo) {
    return switch (undo.action()) {
      case Undo.Action.Call(_, var arguments) -> arguments;
      case Undo.Action.ByChild(var child) -> child;
    };
  }

  /** How the runs of other workflows ended, each by its last word. */
  private static Set<String> children(ScenarioResult result) {
    var last = new HashMap<InstanceId, String>();
    for (var outcome : result.observation().outcomes()) {
      if (!outcome.instanceId().equals(result.instance())) {
        last.put(outcome.instanceId(), outcome.outcome().status());
      }
    }
    return Set.copyOf(last.values());
  }

  private static Map<String, Set<String>> keysOfUndone(ScenarioResult result) {
    return result.observation().requests().stream()
        .filter(request -> request.arguments().has("undo"))
        .collect(
            Collectors.groupingBy(
                request -> request.arguments().path("undo").asText(),
                Collectors.mapping(StageRequest::idempotencyKey, Collectors.toSet())));
  }

  /** Trees of tasks as scenarios. */
  private static final class RandomSaga {
    private static final String COMPENSATION =
        "metadata: { millrace: { compensation: { call: undo, with: { id: '${ .id }' } } } }";
    private static final String USE =
        "use: { functions: { undo: { call: 'undo:1.0.0@default', with: { undo: '${ .id }' } },"
            + " item: { call: 'charge:1.0.0@default', with: {}, "
            + COMPENSATION
            + " } } }";

    private static final String SCENARIO =
        """
          Scenario: Random saga %d
            Given another workflow with definition:
              \"""yaml
              document: { dsl: '1.0.3', namespace: test, name: child, version: '1.0.0' }
              %s
              do: [ { book: { call: 'charge:1.0.0@default', with: {}, %s } } ]
              \"""
            And a workflow with definition:
              \"""yaml
              document: { dsl: '1.0.3', namespace: test, name: saga, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
              timeout: { after: PT6H }
              %s
              do: %s
              \"""
            And the stage charge returns { id: '${ $key }' }
            And the stage undo is unavailable once
            And the stage undo returns {}
            And the stage decline fails with status 409
            When the workflow is executed
            And the time advances by 7 minutes
            %s
            And the time advances by 7 hours

        """;

    private final Random random;

    private RandomSaga(Random random) {
      this.random = random;
    }

    static String feature(Random random, int sagas) {
      var saga = new RandomSaga(random);
      return IntStream.range(0, sagas)
          .mapToObj(saga::scenario)
          .collect(Collectors.joining("\n", "Feature: Random sagas\n\n", "\n"));
    }

    private String scenario(int number) {
      var then = random.nextBoolean() ? "And the workflow is cancelled" : "And the engine crashes";
      return SCENARIO.formatted(number, USE, COMPENSATION, USE, tasks(3), then);
    }

    private String tasks(int depth) {
      return IntStream.rangeClosed(0, random.nextInt(3))
          .mapToObj(i -> "{ t" + i + ": { " + task(depth) + " } }")
          .collect(Collectors.joining(", ", "[ ", " ]"));
    }

    private String task(int depth) {
      return switch (random.nextInt(depth == 0 ? 6 : 12)) {
        case 0, 1 -> "call: 'charge:1.0.0@default', with: {}, " + COMPENSATION;
        case 2 -> "call: 'decline:1.0.0@default', with: {}";
        case 3 -> "wait: PT5M";
        case 4 ->
            "run: { workflow: { namespace: test, name: child, version: '1.0.0', input: {} } }";
        case 5 ->
            "call: 'map:1.0.0@default', with: { items: '${ [1, 2, 3] }', function: item, maxConcurrency: 2 }";
        case 6, 7 -> "do: " + tasks(depth - 1);
        case 8 -> "fork: { branches: " + tasks(depth - 1) + " }";
        case 9 -> "for: { in: '${ [1, 2] }' }, do: " + tasks(depth - 1);
        case 10 ->
            "try: "
                + tasks(depth - 1)
                + ", catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }";
        case 11 ->
            "try: "
                + tasks(depth - 1)
                + ", catch: { do: [ { undo: { call: 'compensate:1.0.0@default', with: {} } } ] }";
        default -> throw new IllegalStateException("no such kind of task");
      };
    }
  }
}
