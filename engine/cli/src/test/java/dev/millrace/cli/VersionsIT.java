package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a version, from its deployment to its deletion, on a real broker. */
class VersionsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final InstanceId SLEEPER = new InstanceId("sleeper");
  private static final DefinitionRef NAP = DefinitionRef.parse("shop/nap");
  private static final DefinitionId NAP_1 = new DefinitionId("shop", "nap", "1.0.0");
  private static final String DEFINITION =
      """
      document: {dsl: '1.0.3', namespace: shop, name: nap, version: '1.0.0'}
      do:
        - sleep: { wait: { hours: 1 } }
      """;

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);

  @TempDir Path folder;

  @Test
  void a_version_is_deployed_retired_and_deleted_and_its_instance_is_never_left_alone()
      throws Exception {
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, folder);
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), List.of(), true);
        var client = new WorkflowClient(connection)) {
      assertThat(node.awaitReady(TIMEOUT)).isTrue();
      assertThat(run("deploy", file("1.0.0", 1)).exit()).isZero();
      assertThat(run("deploy", file("1.1.0", 1)).exit()).isZero();
      client.submit(SLEEPER, start(NAP_1.ref()));
      await().atMost(TIMEOUT).until(() -> running(client) == 1);

      // Another content under the same version is refused; the instance goes on undisturbed.
      var changed = run("deploy", file("1.0.0", 2));
      assertThat(changed.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
      assertThat(changed.err()).contains("shop/nap:1.0.0", "other content", "higher version");
      assertThat(running(client)).isEqualTo(1);

      assertThat(run("versions", "shop/nap", "--running").out().lines())
          .satisfiesExactly(
              line -> assertThat(line).contains("shop/nap:1.1.0", "takes starts", "0 running"),
              line -> assertThat(line).contains("shop/nap:1.0.0", "takes starts", "1 running"));

      // A version in use cannot be deleted.
      var tooEarly = run("delete", "shop/nap:1.0.0");
      assertThat(tooEarly.exit()).isEqualTo(ExitCode.REFUSED.code());
      assertThat(tooEarly.err()).contains("retire it first");

      // A retired one takes no starts, and is not brought back by accident.
      assertThat(run("retire", "shop/nap:1.0.0").out()).contains("retired: shop/nap:1.0.0");
      assertThat(run("retire", "shop/nap:1.0.0").out()).contains("already retired");
      assertThat(run("deploy", file("1.0.0", 1)).err()).contains("retire --undo shop/nap:1.0.0");
      assertThat(run("versions", "shop/nap", "-o", "json").out())
          .contains("\"definition\":\"shop/nap:1.0.0\"", "\"retiredAt\":\"20");
      assertThat(run("delete", "shop/nap:1.0.0").err()).contains("retired a moment ago");

      // Retired for long enough, but an instance runs.
      client.deploy(
          client.deployed(NAP_1).orElseThrow().retired(Instant.now().minus(Duration.ofHours(1))));
      var running = run("delete", "shop/nap:1.0.0");
      assertThat(running.exit()).isEqualTo(ExitCode.REFUSED.code());
      assertThat(running.err()).contains("1 instance runs");
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> {
            var late = new InstanceId("late-" + Instant.now().toEpochMilli());
            client.submit(late, start(NAP_1.ref()));
            assertThat(run("dead-letters").out()).contains("retired", "takes no new starts");
          });

      // The instance has ended: now the version can go, and can come again.
      run("cancel", SLEEPER.value());
      await().atMost(TIMEOUT).until(() -> running(client) == 0);
      assertThat(run("delete", "shop/nap:1.0.0").out()).contains("deleted shop/nap:1.0.0");
      assertThat(run("versions", "shop/nap").out()).doesNotContain("shop/nap:1.0.0");
      assertThat(run("retire", "shop/nap:1.0.0").err()).contains("is not deployed");
    }
  }

  private static long running(WorkflowClient client) {
    var quiet = CommandLineRun.silent();
    return client.running(NAP, quiet).values().stream().mapToLong(Long::longValue).sum();
  }

  private static Submission start(DefinitionRef workflow) {
    return new Submission.Start(workflow, JsonNodeFactory.instance.objectNode());
  }

  private String file(String version, int hours) throws IOException {
    var text =
        DEFINITION.replace("'1.0.0'", "'" + version + "'").replace("hours: 1", "hours: " + hours);
    return Files.writeString(folder.resolve("nap.yaml"), text).toString();
  }

  private CommandLineRun run(String command, String... rest) {
    var arguments = new ArrayList<>(List.of(command, "--home", folder.toString()));
    arguments.addAll(List.of("-b", connection.bootstrapServers(), "-n", topics.namespace()));
    arguments.addAll(List.of(rest));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
