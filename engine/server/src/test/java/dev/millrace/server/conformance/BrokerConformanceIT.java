package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.server.NamespaceClient;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The conformance kit on a real broker: one node for all of it. */
class BrokerConformanceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path data;

  private static PublicServices services;
  private static List<ScenarioResult> kit = List.of();

  @BeforeAll
  static void runAll() throws Exception {
    services = PublicServices.open();
    var topics = new Topics(BrokerFixture.namespace());
    var address = BrokerFixture.bootstrapServers();
    var settings = Features.settings(services);
    try (var node =
            MillraceNode.start(
                EngineSettings.of(address, topics, data), address, settings.stages(), true);
        var client = new NamespaceClient(address, topics)) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      var onBroker = settings.withEngines(stages -> new BrokerEngine(client, stages)).inTurn();
      if (Features.hasKit()) {
        kit = Features.suite(Features.kit()).run(onBroker, _ -> {});
      }
    }
  }

  @AfterAll
  static void closeServices() throws IOException {
    services.close();
  }

  @TestFactory
  Stream<DynamicTest> every_covered_scenario_of_the_kit_passes() {
    assumeTrue(Features.hasKit(), () -> "no conformance kit at " + Features.kit());
    return covered(kit).map(BrokerConformanceIT::test);
  }

  @Test
  void the_kit_is_whole() {
    assumeTrue(Features.hasKit(), () -> "no conformance kit at " + Features.kit());
    assertThat(covered(kit))
        .hasSize(ConformanceKitTest.SCENARIOS - ConformanceKitTest.NOT_YET_COVERED.size());
  }

  private static Stream<ScenarioResult> covered(List<ScenarioResult> results) {
    return results.stream()
        .filter(result -> !ConformanceKitTest.NOT_YET_COVERED.contains(result.name()));
  }

  private static DynamicTest test(ScenarioResult result) {
    return DynamicTest.dynamicTest(Features.name(result), () -> Features.require(result));
  }
}
