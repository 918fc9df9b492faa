package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.testkit.JavaCommand;
import dev.millrace.testkit.RunningProcess;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} between the runs of a schedule: none is missing, none is there twice. */
class ScheduleCrashIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int KILLS = 2;

  /** So many runs between one crash and the next. */
  private static final int RUNS = 2;

  private static final DefinitionId TICK = new DefinitionId("test", "tick", "1.0.0");
  private static final String SOURCE =
      """
      document: {dsl: '1.0.3', namespace: test, name: tick, version: '1.0.0'}
      schedule: {every: {seconds: 1}}
      do:
        - work: {set: {worked: true}}
      """;

  @TempDir Path data;

  private final Topics topics = new Topics(BrokerFixture.namespace());

  @Test
  void an_engine_killed_between_due_times_misses_no_run_and_makes_none_twice() {
    var command =
        JavaCommand.of(
            EngineProcess.class,
            BrokerFixture.bootstrapServers(),
            topics.namespace(),
            data.toString());
    var engine = started(command);
    try (var client = new NamespaceClient(BrokerFixture.bootstrapServers(), topics)) {
      client.deploy(TICK, SOURCE);
      for (int kills = 0; kills < KILLS; kills++) {
        awaitRuns(client, dues(client).size() + RUNS);
        engine.kill();
        engine = started(command);
      }
      awaitRuns(client, dues(client).size() + RUNS);
      assertNoneIsMissingOrTwice(client);
    } finally {
      engine.close();
    }
  }

  private static RunningProcess started(JavaCommand command) {
    var engine = command.start();
    engine.awaitLine(EngineProcess.READY, PATIENCE);
    return engine;
  }

  private static void awaitRuns(NamespaceClient client, int runs) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> dues(client).size() >= runs);
  }

  /** Runs end on several partitions: those that are due by now are waited for. */
  private static void assertNoneIsMissingOrTwice(NamespaceClient client) {
    var first = dues(client).stream().min(Instant::compareTo).orElseThrow();
    var last = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var all = Stream.iterate(first, due -> !due.isAfter(last), due -> due.plus(INTERVAL)).toList();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(dues(client)).containsAll(all));
    assertThat(dues(client)).doesNotHaveDuplicates();
    assertThat(client.journal().stream().collect(Collectors.groupingBy(JournalEntry::instanceId)))
        .allSatisfy((_, entries) ->
            assertThat(entries).extracting(JournalEntry::sequence).doesNotHaveDuplicates());
    assertThat(client.deadLetters()).isEmpty();
  }

  /** What the runs that have ended were due for. */
  private static List<Instant> dues(NamespaceClient client) {
    return client.outcomes().stream()
        .map(outcome -> outcome.instanceId().value())
        .map(id -> Instant.parse(id.substring("test.tick-".length())))
        .toList();
  }
}
