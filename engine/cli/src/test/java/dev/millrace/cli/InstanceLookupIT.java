package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.InstanceId;
import dev.millrace.sagas.order.OrderSaga;
import dev.millrace.sagas.order.OrderSaga.Mishap;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line says to mistyped ids, taken ids and inputs that are too large. */
class InstanceLookupIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String GREET =
      """
      document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
      do:
        - hello:
            set: { greeting: '${ "Hello \\(.name)" }' }
      """;
  private static final String PATIENT =
      """
      document: {dsl: '1.0.3', namespace: shop, name: patient, version: '1.0.0'}
      do:
        - pause: { wait: { hours: 1 } }
      """;

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);

  @TempDir Path data;

  @Test
  void what_cannot_be_done_is_said_before_it_is_sent() throws Exception {
    var stages = Stages.discover(new StageSettings(data, Map.of()));
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, data.resolve("engine"));
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), stages, true)) {
      assertThat(node.awaitReady(PATIENCE)).isTrue();
      starts_are_followed_until_they_are_taken_up();
      ids_that_are_none_are_refused();
      what_waits_for_a_person_is_named();
      large_inputs_are_wrong_inputs();
      all_of_them_are_listed();
    }
  }

  private void starts_are_followed_until_they_are_taken_up() throws Exception {
    var greet = file("greet.yaml", GREET);
    var order = "@" + file("order.json", "{\"name\": \"Ada\"}");
    said(ExitCode.OK, run("run", greet, "--id", "g-1", "--input", order), "g-1");
    said(ExitCode.OK, run("run", greet, "--id", "g-1", "-i", order), "g-1");
    said(ExitCode.USAGE, run("run", greet, "--id", "g-1"), "the id g-1 is taken", "Ada");
    said(ExitCode.OK, run("run", greet, "-i", order), "greet-");
    said(ExitCode.OK, run("run", file("patient.yaml", PATIENT), "--id", "p-1"), "p-1");
  }

  private void ids_that_are_none_are_refused() {
    for (var command :
        List.of(
            List.of("cancel"),
            List.of("suspend"),
            List.of("resume"),
            List.of("settle", "retry"),
            List.of("signal", "approval"))) {
      var unknown = new ArrayList<>(command);
      unknown.add(1, "p-11");
      said(ExitCode.USAGE, run(unknown), "no journal of an instance p-11", "--unchecked");
      unknown.add("--unchecked");
      said(ExitCode.OK, run(unknown), "p-11");
      var ended = new ArrayList<>(command);
      ended.add(1, "g-1");
      said(ExitCode.REFUSED, run(ended), "g-1 has ended", "nothing to do", "COMPLETED");
    }
    said(ExitCode.REFUSED, run("settle", "p-1", "retry"), "no compensation of p-1 waits");
    said(ExitCode.OK, run("suspend", "p-1"), "asked to suspend p-1");
    said(ExitCode.OK, run("cancel", "p-1"), "asked to cancel p-1");
  }

  private void what_waits_for_a_person_is_named() throws Exception {
    var saga = file("saga.yaml", OrderSaga.definition());
    var order = OrderSaga.order("o-1", Mishap.REFUND).toString();
    said(ExitCode.COMPENSATION_FAILED, run("run", saga, "--id", "o-1", "-w", "-i", order), "o-1");
    said(
        ExitCode.USAGE,
        run("settle", "o-1", "retry", "--task", "nosuch"),
        "no task 'nosuch' waits for a person; these do: charge");
    said(ExitCode.OK, run("settle", "o-1", "skip", "--task", "charge"), "asked to settle o-1");
    try (var client = new WorkflowClient(connection)) {
      assertThat(client.journal(new InstanceId("o-1")).soFar()).isNotEmpty();
    }
  }

  private void large_inputs_are_wrong_inputs() throws Exception {
    var large = "@" + file("big.json", "{\"name\": \"" + "x".repeat(2_000_000) + "\"}");
    var refused = run("run", data.resolve("greet.yaml").toString(), "--input", large);
    said(ExitCode.USAGE, refused, "2,000,", "1,048,588 at most", "--record-bytes-max");
    assertThat(refused.err()).doesNotContain("Exception");
  }

  private void all_of_them_are_listed() throws Exception {
    var patient = data.resolve("patient.yaml").toString();
    said(ExitCode.OK, run("run", patient, "--id", "p-2"), "p-2");
    var all = run("instances");
    said(
        ExitCode.OK,
        all,
        "p-2  shop/patient:1.0.0  RUNNING since ",
        "pause waits until ",
        "p-1  shop/patient:1.0.0  CANCELLED since ",
        "g-1  shop/greet:1.0.0  COMPLETED since ",
        "o-1  shop/order:");
    assertThat(all.out()).startsWith("p-2 ");
    var waiting = run("instances", "--waiting", "--workflow", "shop/patient", "-o", "json");
    var row = new ObjectMapper().readTree(waiting.out());
    assertThat(row.path("instanceId").asText()).isEqualTo("p-2");
    assertThat(row.path("state").asText()).isEqualTo("RUNNING");
    assertThat(Instant.parse(row.path("since").asText())).isBefore(Instant.now());
    var failed = run("instances", "--failed").out();
    assertThat(failed).contains("p-1 ", "o-1 ").doesNotContain("p-2 ", "g-1 ");
    var cut = run("instances", "--limit", "1");
    said(ExitCode.OK, cut, "p-2", "1 of 5 shown");
    assertThat(cut.out()).doesNotContain("p-1");
    said(ExitCode.OK, run("instances", "--workflow", "shop/nosuch"), "no such instances");
    said(ExitCode.USAGE, run("instances", "--limit", "0"), "--limit is at least 1");
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(data.resolve(name), text).toString();
  }

  private static void said(ExitCode exit, CommandLineRun run, String... words) {
    assertThat(run.exit()).as(run.toString()).isEqualTo(exit.code());
    assertThat(run.out() + run.err()).contains(words);
  }

  private CommandLineRun run(String... command) {
    return run(List.of(command));
  }

  private CommandLineRun run(List<String> command) {
    var arguments = new ArrayList<>(command);
    arguments.addAll(
        List.of(
            "--home",
            data.toString(),
            "-b",
            connection.bootstrapServers(),
            "-n",
            topics.namespace()));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
