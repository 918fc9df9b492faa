package dev.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.worker.StageWorkers;
import dev.millrace.stages.worker.WorkerSettings;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.testkit.JavaCommand;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int INSTANCES = 200;
  private static final int TASKS = 3;
  private static final DefinitionId COUNT = new DefinitionId("test", "count", "1.0.0");
  private static final String SOURCE =
      """
      document: {dsl: '1.0.3', namespace: test, name: count, version: '1.0.0'}
      do:
        - one: {call: 'work:1.0.0@default', with: {n: '${ .n }'}}
        - two: {call: 'work:1.0.0@default', with: {n: '${ .n }'}}
        - three: {call: 'work:1.0.0@default', with: {n: '${ .n }'}}
      """;

  @TempDir Path data;

  private final AtomicInteger executions = new AtomicInteger();
  private final StageSpec work =
      StageSpec.of(
          "work",
          request -> {
            executions.incrementAndGet();
            var next = request.arguments().path("n").asInt() + 1;
            return new StageAnswer.Completed(numbered(next));
          });
  private Topics topics;

  @BeforeEach
  void newNamespace() {
    topics = new Topics(BrokerFixture.namespace());
  }

  @Test
  void a_workflow_of_three_tasks_runs_through_real_topics() throws Exception {
    try (var node = node();
        var client = client()) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      client.deploy(COUNT, SOURCE);
      client.submit("i-0", COUNT.ref(), numbered(0));

      await().atMost(PATIENCE).until(() -> !client.outcomes().isEmpty());

      assertThat(client.outcomes())
          .extracting(InstanceOutcome::outcome)
          .containsExactly(new Outcome.Completed(numbered(TASKS)));
    }
  }

  @Test
  void any_kafka_client_may_submit_json_and_what_is_wrong_with_it_is_said() throws Exception {
    try (var node = node();
        var client = client()) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      client.deploy(COUNT, SOURCE);
      client.send(topics.submissions(), "bad", "{\"workflo\": 1}".getBytes(UTF_8));
      client.send(
          topics.submissions(),
          "good",
          "{\"workflow\": \"test/count\", \"input\": {\"n\": 0}}".getBytes(UTF_8));

      await().atMost(PATIENCE).until(() -> client.outcomes().size() == 1);

      assertThat(client.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.detail()).contains("workflow"));
    }
  }

  @Test
  void an_engine_closed_in_the_middle_and_opened_again_makes_every_transition_once()
      throws Exception {
    try (var client = client();
        var workers = workersOnTopicsOf(node())) {
      assertThat(workers.workers()).hasSize(1);
      client.deploy(COUNT, SOURCE);
      submitAll(client);
      var settings = EngineSettings.of(BrokerFixture.bootstrapServers(), topics, data);
      try (var engine = Engine.start(settings, dev.millrace.stages.Stages.catalog(List.of(work)))) {
        await().atMost(PATIENCE).until(() -> executions.get() > INSTANCES / 2);
        assertThat(engine.state()).isNotNull();
      }
      try (var engine = Engine.start(settings, dev.millrace.stages.Stages.catalog(List.of(work)))) {
        awaitAllOutcomes(client);
        assertThat(engine.state()).isNotNull();
      }
      assertEveryTransitionHappenedOnce(client);
    }
  }

  @Test
  void an_engine_killed_in_the_middle_and_started_again_makes_every_transition_once()
      throws Exception {
    var command =
        JavaCommand.of(
            EngineProcess.class,
            BrokerFixture.bootstrapServers(),
            topics.namespace(),
            data.toString());
    var first = command.start();
    first.awaitLine(EngineProcess.READY, PATIENCE);
    try (var client = client();
        var workers = workers()) {
      assertThat(workers.workers()).hasSize(1);
      client.deploy(COUNT, SOURCE);
      submitAll(client);
      await().atMost(PATIENCE).until(() -> executions.get() > INSTANCES / 2);

      first.kill();
      try (var second = command.start()) {
        awaitAllOutcomes(client);
        assertThat(second.isAlive()).isTrue();
      }
      assertEveryTransitionHappenedOnce(client);
    }
  }

  private void submitAll(NamespaceClient client) {
    for (int i = 0; i < INSTANCES; i++) {
      client.submit("i-" + i, DefinitionRef.parse("test/count"), numbered(0));
    }
  }

  private static void awaitAllOutcomes(NamespaceClient client) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> client.outcomes().size() >= INSTANCES);
  }

  private static void assertEveryTransitionHappenedOnce(NamespaceClient client) {
    assertThat(client.outcomes())
        .hasSize(INSTANCES)
        .extracting(InstanceOutcome::outcome)
        .containsOnly(new Outcome.Completed(numbered(TASKS)));
    var journals =
        client.journal().stream().collect(Collectors.groupingBy(JournalEntry::instanceId));
    assertThat(journals).hasSize(INSTANCES);
    journals.forEach((_, entries) -> assertWhole(entries));
    assertThat(client.deadLetters()).isEmpty();
  }

  private static void assertWhole(List<JournalEntry> entries) {
    assertThat(entries)
        .extracting(JournalEntry::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(0, TASKS).boxed().toList());
    var events = entries.stream().flatMap(entry -> entry.events().stream()).toList();
    assertThat(events).filteredOn(e -> e instanceof WorkflowEvent.StageRequested).hasSize(TASKS);
    assertThat(events).filteredOn(e -> e instanceof WorkflowEvent.TaskCompleted).hasSize(TASKS);
    assertThat(events).filteredOn(e -> e instanceof WorkflowEvent.WorkflowFinished).hasSize(1);
  }

  private static com.fasterxml.jackson.databind.JsonNode numbered(int n) {
    return JsonNodeFactory.instance.objectNode().set("n", IntNode.valueOf(n));
  }

  private MillraceNode node() {
    var settings = EngineSettings.of(BrokerFixture.bootstrapServers(), topics, data);
    return MillraceNode.start(settings, BrokerFixture.bootstrapServers(), List.of(work), true);
  }

  /** Workers that outlive the node that made their topics. */
  private StageWorkers workersOnTopicsOf(MillraceNode node) {
    node.close();
    return workers();
  }

  private StageWorkers workers() {
    return StageWorkers.start(
        List.of(work),
        WorkerSettings.of(BrokerFixture.bootstrapServers(), AvroCodecs.embedded(topics)));
  }

  private NamespaceClient client() {
    return new NamespaceClient(BrokerFixture.bootstrapServers(), topics);
  }
}
