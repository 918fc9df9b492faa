package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Codec;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of one task through eight files that docs/architecture.md describes, on a real broker:
 * every station is read from its own topic.
 */
class TaskWalkIT {
  private static final StageName CHARGE_CARD = new StageName("charge-card");
  private static final InstanceId ORDER = new InstanceId("order-1");
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final String DEFINITION =
      """
      document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
      do:
        - charge:
            call: charge-card:1.0.0@default
            with: { cents: '${ .euros * 100 }' }
      """;

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final AvroCodecs codecs = AvroCodecs.embedded(topics);
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);
  private final List<StageSpec> stages =
      List.of(
          StageSpec.of(
              CHARGE_CARD.value(),
              request -> new StageAnswer.Completed(json("{\"receipt\": \"r-1\"}"))));

  @TempDir Path data;

  @Test
  void one_task_walks_from_its_submission_to_its_outcome() throws Exception {
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, data);
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), stages, true);
        var client = new WorkflowClient(connection)) {
      assertThat(node.awaitReady(READY_TIMEOUT)).isTrue();
      var compiled = PlanCompiler.compile(DEFINITION, Stages.catalog(stages));
      new Deployment(client).deploy(compiled, DEFINITION);

      // A client says what it wants; this is all a client has to do.
      var start = new Submission.Start(DefinitionRef.parse("shop/order"), json("{\"euros\": 5}"));
      try (var watch = new RunWatch(client, ORDER)) {
        assertThat(watch.run(start, READY_TIMEOUT, _ -> {}))
            .contains(new Outcome.Completed(json("{\"receipt\": \"r-1\"}")));
      }

      // 1, 2: the submission became a command of the instance.
      assertThat(read(topics.submissions(), codecs.submissions())).containsExactly(start);
      var commands = read(topics.commands(), codecs.commands());
      assertThat(commands)
          .first()
          .isEqualTo(new WorkflowCommand.Start(ORDER, start.workflow(), start.input()));

      // 3, 4, 5: what was decided stands in the journal, with its values.
      var events =
          read(topics.journal(), codecs.journal()).stream()
              .flatMap(entry -> entry.events().stream())
              .toList();
      assertThat(events)
          .hasExactlyElementsOfTypes(
              WorkflowEvent.WorkflowStarted.class,
              WorkflowEvent.StageRequested.class,
              WorkflowEvent.TaskCompleted.class,
              WorkflowEvent.WorkflowFinished.class);

      // 6: the request stands in the outbox, evaluated, with the key of its occurrence.
      var requests = read(topics.stage(CHARGE_CARD), codecs.stageRequests(CHARGE_CARD));
      assertThat(requests)
          .singleElement()
          .returns(json("{\"cents\": 500}"), StageRequest::arguments)
          .returns(1, StageRequest::attempt)
          .satisfies(request ->
              assertThat(request.idempotencyKey())
                  .isEqualTo(request.position().idempotencyKey(ORDER)));

      // 7, 8: the worker's answer came back as a command, and finished the instance.
      assertThat(commands)
          .last()
          .isEqualTo(
              new WorkflowCommand.CompleteStage(
                  ORDER,
                  requests.getFirst().position(),
                  1,
                  new StageAnswer.Completed(json("{\"receipt\": \"r-1\"}"))));
      assertThat(read(topics.outcomes(), codecs.outcomes()))
          .singleElement()
          .satisfies(outcome -> assertThat(outcome.outcome().status()).isEqualTo("COMPLETED"));
      assertThat(read(topics.deadLetters(), codecs.deadLetters())).isEmpty();
    }
  }

  private <T> List<T> read(String topic, Codec<T> codec) {
    try (var all =
        new Following<>(
            TopicTail.ofTopic(connection.bootstrapServers(), topic), codec, _ -> true)) {
      return all.soFar().stream().map(Following.Placed::value).toList();
    }
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
