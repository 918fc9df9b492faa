package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.InstanceId;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codec;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.DeploymentNotice;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The real topology on Kafka's test driver, in virtual time, with stages that answer from its
 * outbox. Its engine can be ended after any transaction: what follows begins with the stores that
 * the changelogs amount to, and with the records nobody has consumed.
 */
final class DriverEngine implements ScenarioEngine {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final InstanceId INSTANCE = new InstanceId("scenario");

  /** Ends a scenario whose timers never come to rest. */
  private static final int ALARMS_PER_STEP_MAX = 100_000;

  /** So often a tick may find nothing to do before the time it takes is skipped. */
  private static final int IDLE_ALARMS_MAX = 10;

  /** Ends a scenario whose stages and engine never come to rest. */
  private static final int RECORDS_PER_STEP_MAX = 100_000;

  private final Codecs codecs = AvroCodecs.embedded(new Topics("scenario"));
  private final TopicLog log = new TopicLog();
  private final List<StageRequest> requests = new ArrayList<>();
  private final ScenarioStages stages;
  private final CommitPoints points;
  private DriverRun run;
  private Instant now = START;

  DriverEngine(ScenarioStages stages, CommitPoints points) {
    this.stages = stages;
    this.points = points;
    this.run = begin();
    advanceTo(now);
  }

  private DriverRun begin() {
    return DriverRun.begin(codecs, stages, points, log, now);
  }

  @Override
  public InstanceId instance() {
    return INSTANCE;
  }

  @Override
  public void deploy(Compilation compiled, String definition) {
    var plan = compiled.plan();
    var deployed =
        new DeployedDefinition(plan.id(), definition, plan.hash(), now, compiled.resources());
    run.define(record(plan.id().toString(), codecs.definitions().encode(deployed)));
  }

  @Override
  public void announce(DefinitionId definition) {
    publish(new DeploymentNotice(definition.ref(), now).event());
  }

  @Override
  public void submit(InstanceId instance, Submission submission) {
    send(codecs.topics().submissions(), instance.value(), codecs.submissions().encode(submission));
    settle();
  }

  @Override
  public void publish(JsonNode event) {
    log.append(
        codecs.topics().events(),
        new TestRecord<>(
            event.path("id").asText().getBytes(UTF_8),
            CloudEventRecords.value(event),
            CloudEventRecords.headers(),
            now));
    settle();
  }

  @Override
  public void answer(StageRequest request, StageAnswer answer) {
    queue(request, answer);
    settle();
  }

  @Override
  public void advance(Duration duration) {
    advanceTo(now.plus(duration));
  }

  private void advanceTo(Instant target) {
    var idle = 0;
    for (int alarms = 0; alarms < ALARMS_PER_STEP_MAX; alarms++) {
      var alarm = run.nextAlarm(idle < IDLE_ALARMS_MAX);
      if (alarm == null || alarm.isAfter(target)) {
        moveTo(target);
        return;
      }
      idle = alarm.equals(run.nextAlarm(false)) ? 0 : idle + 1;
      moveTo(alarm);
    }
    throw new AssertionError("the engine's timers do not come to rest before " + target);
  }

  private void moveTo(Instant time) {
    if (time.isAfter(now)) {
      now = time;
    }
    attempt(() -> run.moveTo(time));
    settle();
  }

  @Override
  public void crash() {
    run.close();
    run = begin();
    settle();
    advanceTo(now);
  }

  private void send(String topic, String key, byte[] value) {
    log.append(topic, record(key, value));
  }

  private TestRecord<byte[], byte[]> record(String key, byte[] value) {
    return new TestRecord<>(key.getBytes(UTF_8), value, now);
  }

  /** Until no record waits, neither for the engine nor for a stage. */
  private void settle() {
    for (int records = 0; records < RECORDS_PER_STEP_MAX; records++) {
      if (points.isDue()) {
        points.crashed();
        crash();
        return;
      }
      var next = log.next(run.inputs());
      if (next.isEmpty()) {
        return;
      }
      attempt(() -> run.consume(next.get()));
    }
    throw new AssertionError("engine and stages do not come to rest");
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (!isCrash(e)) {
        throw e;
      }
    }
    run.collect();
    answerNew();
  }

  private static boolean isCrash(@Nullable Throwable e) {
    return e != null && (e instanceof EngineCrash || isCrash(e.getCause()));
  }

  private void answerNew() {
    for (var request : run.takeRequests()) {
      requests.add(request);
      stages.answer(request, now).ifPresent(answer -> queue(request, answer));
    }
  }

  /** As a worker does: what no task waits for is answered to nobody. */
  private void queue(StageRequest request, StageAnswer answer) {
    if (!request.isAwaited()) {
      return;
    }
    var command =
        new WorkflowCommand.CompleteStage(
            request.instanceId(), request.position(), request.attempt(), answer);
    send(
        codecs.topics().commands(),
        request.instanceId().value(),
        codecs.commands().encode(command));
  }

  @Override
  public Observation observe() {
    return new Observation(
        decoded(codecs.topics().outcomes(), codecs.outcomes()),
        journal(),
        requests,
        cloudEvents(codecs.topics().events()),
        cloudEvents(codecs.topics().lifecycle()),
        decoded(codecs.topics().deadLetters(), codecs.deadLetters()),
        points.passed());
  }

  /** What is decoded, and the bytes of all records of all topics. */
  @Override
  public String everything() {
    return observe() + "\n" + log.text();
  }

  /** From the changelog, which holds every entry once, whoever wrote it. */
  private List<JournalEntry> journal() {
    return decoded(codecs.topics().journal(), codecs.journal());
  }

  private List<JsonNode> cloudEvents(String topic) {
    return log.all(topic).stream()
        .map(entry -> Expect.yaml(new String(entry.record().value(), UTF_8)))
        .toList();
  }

  private <T> List<T> decoded(String topic, Codec<T> codec) {
    return log.all(topic).stream()
        .map(entry -> entry.record().value())
        .filter(Objects::nonNull)
        .map(value -> decode(codec, value))
        .toList();
  }

  static <T> T decode(Codec<T> codec, byte[] value) {
    try {
      return codec.decode(value);
    } catch (UndecodableException e) {
      throw new AssertionError("the engine wrote what its codec cannot read", e);
    }
  }

  @Override
  public void close() {
    run.close();
  }
}
