package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.sagas.order.OrderSaga;
import dev.millrace.sagas.order.OrderSaga.Mishap;
import dev.millrace.sagas.travel.TravelSaga;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do about running instances, on a real broker: signal, suspend, resume, settle. */
class PeopleCommandsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);

  @TempDir Path data;

  @Test
  void people_decide_and_instances_go_on() throws Exception {
    var stages = Stages.discover(new StageSettings(data, Map.of()));
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, data.resolve("engine"));
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), stages, true);
        var client = new WorkflowClient(connection)) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      deploy(client, stages);

      var order = OrderSaga.order("o-1", Mishap.REFUND);
      var stuck = watched(client, "o-1", "shop/order", order);
      assertThat(stuck)
          .get()
          .isInstanceOfSatisfying(
              Outcome.CompensationFailed.class, it -> assertThat(it.isFinal()).isFalse());
      command("settle", "o-1", "resolve", "--reason", "paid back in cash");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(watched(client, "o-1", "shop/order", order))
                  .get()
                  .isInstanceOfSatisfying(
                      Outcome.Compensated.class,
                      it ->
                          assertThat(it.undone())
                              .extracting(done -> done.detail())
                              .containsExactly("paid back in cash", "")));

      var trip = TravelSaga.trip(Duration.ofHours(1));
      client.submit(
          new InstanceId("t-1"), new Submission.Start(DefinitionRef.parse("travel/trip"), trip));
      awaitEvent(client, "t-1", WorkflowEvent.ListenStarted.class);
      command("suspend", "t-1", "--reason", "the auditor looks at it");
      awaitEvent(client, "t-1", WorkflowEvent.Suspended.class);
      command("signal", "t-1", "approval", "{\"choice\": \"approve\", \"by\": \"ann\"}");
      command("resume", "t-1");
      assertThat(watched(client, "t-1", "travel/trip", trip))
          .get()
          .isInstanceOf(Outcome.Completed.class);
    }
  }

  private static void deploy(WorkflowClient client, List<StageSpec> stages) throws Exception {
    for (var source : List.of(OrderSaga.definition(), TravelSaga.definition())) {
      var compiled = PlanCompiler.compile(source, Stages.catalog(stages));
      new Deployment(client).deploy(compiled, source);
    }
  }

  private static Optional<Outcome> watched(
      WorkflowClient client, String id, String workflow, JsonNode input) {
    try (var watch = new RunWatch(client, new InstanceId(id))) {
      var start = new Submission.Start(DefinitionRef.parse(workflow), input);
      return watch.run(start, PATIENCE, _ -> {});
    }
  }

  private static void awaitEvent(
      WorkflowClient client, String id, Class<? extends WorkflowEvent> type) {
    try (var journal = client.journal(new InstanceId(id))) {
      await()
          .atMost(PATIENCE)
          .until(() ->
              journal.next().stream()
                  .flatMap(placed -> placed.value().events().stream())
                  .anyMatch(type::isInstance));
    }
  }

  private void command(String... command) {
    var arguments = new ArrayList<>(List.of(command));
    arguments.addAll(
        List.of(
            "--home",
            data.toString(),
            "-b",
            connection.bootstrapServers(),
            "-n",
            topics.namespace()));
    var run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.exit()).as(run.toString()).isZero();
  }
}
