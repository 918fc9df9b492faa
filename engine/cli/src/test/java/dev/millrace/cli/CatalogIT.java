package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.server.EngineSettings;
import dev.millrace.server.MillraceNode;
import dev.millrace.testkit.BrokerFixture;
import dev.millrace.wire.Submission;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployed definition keeps the function it was deployed with, on a real broker. */
class CatalogIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String DOCUMENT = "catalog/functions/greet/1.0.0/function.yaml";

  private final Topics topics = new Topics(BrokerFixture.namespace());
  private final Connection connection =
      new Connection(BrokerFixture.bootstrapServers(), topics, null);

  @TempDir Path folder;

  @Test
  void a_catalog_that_changes_changes_nothing_that_is_deployed() throws Exception {
    var file = definition();
    var settings = EngineSettings.of(connection.bootstrapServers(), topics, folder);
    try (var node = MillraceNode.start(settings, connection.bootstrapServers(), List.of(), true);
        var client = new WorkflowClient(connection)) {
      assertThat(node.awaitReady(TIMEOUT)).isTrue();
      function("set: {text: Hello}");
      assertThat(run("deploy", file).exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
      var deployed = run("deploy", file, "--allow-catalog", folder.toString());
      assertThat(deployed.out()).contains("deployed shop/greet:1.0.0");

      function("set: {text: Bye}");
      assertThat(output(client, "first")).contains("Hello");
      var changed = run("deploy", file, "--allow-catalog", folder.toString());
      assertThat(changed.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
      assertThat(changed.err()).contains("other content, for instance of " + DOCUMENT);
      var diff = run("diff", "shop/greet:1.0.0", file, "--allow-catalog", folder.toString());
      assertThat(diff.exit()).isEqualTo(ExitCode.REFUSED.code());
      assertThat(diff.out()).contains(DOCUMENT + "  has other content");

      // Comments do not count; retired and brought back, a version is what it was.
      function("# friendly\nset: {text: Hello}");
      assertThat(run("deploy", file, "--allow-catalog", folder.toString()).out())
          .contains("already deployed");
      run("retire", "shop/greet:1.0.0");
      run("retire", "--undo", "shop/greet:1.0.0");
      assertThat(output(client, "second")).contains("Hello");
    }
  }

  private String definition() throws IOException {
    var text =
        """
        document: {dsl: '1.0.3', namespace: shop, name: greet, version: '1.0.0'}
        use: {catalogs: {own: {endpoint: catalog}}}
        do: [{hello: {call: 'greet:1.0.0@own'}}]
        """;
    return Files.writeString(folder.resolve("greet.yaml"), text).toString();
  }

  private void function(String text) throws IOException {
    var document = folder.resolve(DOCUMENT);
    Files.createDirectories(document.resolveSibling(""));
    Files.writeString(document, text);
  }

  private static String output(WorkflowClient client, String instance) {
    var input = JsonNodeFactory.instance.objectNode();
    var start = new Submission.Start(DefinitionRef.parse("shop/greet:1.0.0"), input);
    try (var watch = new RunWatch(client, new InstanceId(instance))) {
      var outcome = watch.run(start, TIMEOUT, _ -> {}).orElseThrow();
      assertThat(outcome).isInstanceOf(Outcome.Completed.class);
      return outcome.toString();
    }
  }

  private CommandLineRun run(String command, String... rest) {
    var arguments = new ArrayList<>(List.of(command, "--home", folder.toString()));
    arguments.addAll(List.of("-b", connection.bootstrapServers(), "-n", topics.namespace()));
    arguments.addAll(List.of(rest));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
