package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, gates and schedules on a real broker, asked for from the command line. */
class CoordinationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int RUNS = 12;
  private static final String LISTENER =
      """
      document: {dsl: '1.0.3', namespace: shop, name: listener, version: '1.0.0'}
      do:
        - hear:
            listen:
              to:
                one:
                  with: {type: com.example.paid}
                  correlate: {order: {from: .data.order, expect: '${ .order }'}}
      """;
  private static final String PAYER =
      """
      document: {dsl: '1.0.3', namespace: shop, name: payer, version: '1.0.0'}
      do:
        - pay: {emit: {event: {with: {type: com.example.paid, data: {order: '${ .order }'}}}}}
      """;
  private static final String ALONE =
      """
      document:
        dsl: '1.0.3'
        namespace: shop
        name: alone
        version: '1.0.0'
        metadata: {millrace: {profile: '1', concurrency: {key: '${ .key }', max: 1}}}
      do:
        - arrive: {call: 'enter:1.0.0@default'}
        - stay: {wait: {milliseconds: 50}}
        - depart: {call: 'leave:1.0.0@default'}
      """;
  private static final String BEAT =
      """
      document: {dsl: '1.0.3', namespace: shop, name: beat, version: '1.0.0'}
      schedule: {every: PT1S}
      do:
        - note: {set: {due: '${ .due }'}}
      """;

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger insideMax = new AtomicInteger();
  private final List<StageSpec> stages =
      List.of(
          StageSpec.of(
              "enter",
              request -> {
                insideMax.accumulateAndGet(inside.incrementAndGet(), Math::max);
                return new StageAnswer.Completed(request.arguments());
              }),
          StageSpec.of(
              "leave",
              request -> {
                inside.decrementAndGet();
                return new StageAnswer.Completed(request.arguments());
              }));

  @TempDir Path data;

  @Test
  void instances_share_events_a_gate_and_a_schedule() throws Exception {
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, data);
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), stages, true);
        var client = new WorkflowClient(connection);
        var outcomes = client.outcomes()) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      for (var definition : List.of(LISTENER, PAYER, ALONE, BEAT)) {
        var compiled = PlanCompiler.compile(definition, Stages.catalog(stages));
        new Deployment(client).deploy(compiled, definition);
      }
      var ended = new Ended(outcomes);

      start(client, "seven", "shop/listener", "{\"order\": 7}");
      start(client, "eight", "shop/listener", "{\"order\": 8}");
      start(client, "payer", "shop/payer", "{\"order\": 7}");
      ended.await("seven", "[{\"order\":7}]");
      assertThat(
              millrace("event", "{\"type\": \"com.example.paid\", \"data\": {\"order\": 8}}")
                  .exit())
          .isZero();
      ended.await("eight", "[{\"order\":8}]");

      var told = millrace("lifecycle", "seven").out();
      assertThat(told)
          .contains("workflow.started", "workflow.correlation-completed", "workflow.completed")
          .contains("COMPLETED  [{\"order\":7}]")
          .doesNotContain("eight");
      assertThat(millrace("lifecycle", "-o", "json").out())
          .contains("io.serverlessworkflow.workflow.completed.v1", "\"subject\":\"eight\"");

      for (int i = 0; i < RUNS; i++) {
        start(client, "alone-" + i, "shop/alone", "{\"key\": \"k\"}");
      }
      ended.awaitAll(RUNS, "alone-");
      assertThat(insideMax).hasValue(1);

      ended.awaitAll(3, "shop.beat-");
      awaitSaid("next ", () -> millrace("schedules"));
      assertThat(millrace("schedule", "pause", "shop/beat", "--reason", "audit").exit()).isZero();
      awaitSaid("paused: audit", () -> millrace("schedules"));
      assertThat(millrace("schedule", "trigger", "shop/beat", "--id", "by-hand").exit()).isZero();
      ended.awaitAll(1, "shop.beat-by-hand");
      assertThat(millrace("schedule", "pause", "shop/nothing").err())
          .contains("there is no schedule shop/nothing");
    }
  }

  private static void start(WorkflowClient client, String id, String workflow, String input) {
    client.submit(
        new InstanceId(id), new Submission.Start(DefinitionRef.parse(workflow), json(input)));
  }

  private CommandLineRun millrace(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "-b", connection.bootstrapServers(),
            "-n", topics.namespace(),
            "--home", data.toString()));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static void awaitSaid(String words, Callable<CommandLineRun> command) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(command.call().out()).contains(words));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** The instances that have ended so far. */
  private static final class Ended {
    private final Following<InstanceOutcome> outcomes;
    private final List<InstanceOutcome> all = new ArrayList<>();

    Ended(Following<InstanceOutcome> outcomes) {
      this.outcomes = outcomes;
    }

    void await(String id, String output) {
      awaitAll(1, id);
      assertThat(of(id))
          .singleElement()
          .extracting(InstanceOutcome::outcome)
          .isEqualTo(new Outcome.Completed(json(output)));
    }

    void awaitAll(int count, String prefix) {
      org.awaitility.Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> {
            outcomes.next().forEach(it -> all.add(it.value()));
            return of(prefix).size() >= count;
          });
      assertThat(of(prefix))
          .extracting(InstanceOutcome::outcome)
          .allMatch(Outcome.Completed.class::isInstance);
    }

    private List<InstanceOutcome> of(String prefix) {
      return all.stream().filter(it -> it.instanceId().value().startsWith(prefix)).toList();
    }
  }
}
