package dev.millrace.server.conformance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.scenarios.Observation;
import dev.millrace.scenarios.ScenarioEngine;
import dev.millrace.scenarios.ScenarioStages;
import dev.millrace.server.NamespaceClient;
import dev.millrace.wire.Submission;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A scenario on a node that runs on a real broker, one node for all of them. Its time is the
 * world's and its stages are the real ones, so scenarios that want others do not run here.
 */
final class BrokerEngine implements ScenarioEngine {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final AtomicInteger INSTANCES = new AtomicInteger();

  private final NamespaceClient client;
  private final ScenarioStages stages;
  private InstanceId instance = newInstance();
  private String planHash = "";
  private @Nullable Observation ended;

  BrokerEngine(NamespaceClient client, ScenarioStages stages) {
    this.client = client;
    this.stages = stages;
  }

  private static InstanceId newInstance() {
    return new InstanceId("scenario-" + INSTANCES.incrementAndGet());
  }

  @Override
  public InstanceId instance() {
    return instance;
  }

  @Override
  public void deploy(Compilation compiled, String definition) {
    if (!stages.areReal()) {
      throw new UnsupportedOperationException("scripted stages");
    }
    planHash = compiled.plan().hash();
    client.deploy(compiled.plan().id(), definition, compiled.resources());
  }

  /**
   * The kit gives one name to several definitions. An instance that began with the one before is no
   * answer, and another is started.
   */
  @Override
  public void submit(InstanceId to, Submission submission) {
    if (!(submission instanceof Submission.Start(var workflow, var input))) {
      throw new UnsupportedOperationException(submission.getClass().getSimpleName());
    }
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .until(() -> {
          instance = newInstance();
          client.submit(instance.value(), workflow, input);
          awaitEnd();
          return hasRunThisPlan();
        });
    ended = seen();
  }

  private void awaitEnd() {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> client.outcomes().stream().anyMatch(o -> o.instanceId().equals(instance)));
  }

  private boolean hasRunThisPlan() {
    return seen().journal().stream()
        .flatMap(entry -> entry.events().stream())
        .anyMatch(event ->
            event instanceof WorkflowEvent.WorkflowStarted started
                && started.planHash().equals(planHash));
  }

  private Observation seen() {
    return new Observation(
        client.outcomes().stream().filter(o -> o.instanceId().equals(instance)).toList(),
        client.journal().stream().filter(e -> e.instanceId().equals(instance)).toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0);
  }

  @Override
  public Observation observe() {
    return Objects.requireNonNullElse(ended, Observation.NOTHING);
  }

  @Override
  public void announce(DefinitionId definition) {
    throw new UnsupportedOperationException("deployments that are late");
  }

  @Override
  public void publish(JsonNode event) {
    throw new UnsupportedOperationException("events from outside");
  }

  @Override
  public void answer(StageRequest request, StageAnswer answer) {
    throw new UnsupportedOperationException("late answers");
  }

  @Override
  public void advance(Duration duration) {
    throw new UnsupportedOperationException("virtual time");
  }

  @Override
  public void crash() {
    throw new UnsupportedOperationException("crashes");
  }

  @Override
  public void close() {}
}
