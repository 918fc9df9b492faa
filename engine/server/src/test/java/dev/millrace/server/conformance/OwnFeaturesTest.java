package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Our own conformance features, in {@code schemas/conformance}. {@code ./millrace test} runs them
 * too, but for those that call a public service.
 */
class OwnFeaturesTest {
  private static PublicServices services;
  private static Peers peers;
  private static List<ScenarioResult> results = List.of();

  @BeforeAll
  static void runTheFeatures() throws Exception {
    services = PublicServices.open();
    peers = Peers.open();
    results = Features.suite(Features.own()).run(Features.settings(services, peers), _ -> {});
  }

  @AfterAll
  static void closeServices() throws Exception {
    services.close();
    peers.close();
  }

  @TestFactory
  Stream<DynamicTest> every_scenario_passes() {
    return results.stream()
        .map(result ->
            DynamicTest.dynamicTest(Features.name(result), () -> Features.require(result)));
  }

  @Test
  void no_two_scenarios_have_one_name() {
    assertThat(results).extracting(Features::name).doesNotHaveDuplicates();
  }

  @Test
  void an_engine_that_ends_after_any_commit_changes_nothing() {
    var passed = results.stream().filter(ScenarioResult::hasPassed).toList();
    var verdict = new CrashGate(Features.settings(services, peers)).judge(passed);
    System.out.println("own features: " + Features.line(verdict));
    assertThat(verdict.failures()).isEmpty();
    assertThat(verdict.points()).isGreaterThan(verdict.scenarios());
  }
}
