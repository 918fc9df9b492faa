package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.stages.resource.AllowedLocations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands on definitions that refer to a catalog on a server. */
class CatalogCommandsTest {
  private static final String GREET = "/functions/greet/1.0.0/function.yaml";

  @TempDir Path folder;
  private final Map<String, String> documents = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var document = documents.get(exchange.getRequestURI().getPath());
          var bytes = String.valueOf(document).getBytes(UTF_8);
          exchange.sendResponseHeaders(document == null ? 404 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    documents.put(GREET, "set: {greeting: '${ \"Hello \\(.name)\" }'}\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_definition_is_valid_when_its_catalog_is_allowed_and_has_the_function() throws IOException {
    var file = definition("hello.yaml", "1.0.0");
    var allowed = run("validate", file, "--allow-catalog", address());
    assertThat(allowed.out()).contains("hello.yaml: valid, shop/hello:1.0.0");
    assertThat(allowed.exit()).isZero();
    var closed = run("validate", file);
    assertThat(closed.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(closed.out())
        .contains("hello.yaml:5:19: error:", "--allow-catalog " + address() + "/,");
    documents.clear();
    assertThat(run("validate", file, "--allow-catalog", address()).out())
        .contains("hello.yaml:5:19: error:", "was answered 404");
  }

  @Test
  void a_problem_in_a_function_file_has_the_address_of_the_file_in_front() throws IOException {
    documents.put(GREET, "do:\n  - hello: {sett: {}}\n");
    var file = definition("hello.yaml", "1.0.0");
    var run = run("lint", file, "--allow-catalog", address());
    assertThat(run.exit()).isEqualTo(ExitCode.INVALID_DEFINITION.code());
    assertThat(run.out()).contains(address() + GREET + ":2:5: error: expected a task with one of");
    assertThat(run("validate", "-o", "json", file, "--allow-catalog", address()).out())
        .contains("\"resource\":\"" + address() + GREET + "\"", "\"pointer\":\"/do/0/hello\"");
  }

  @Test
  void a_plan_shows_the_functions_tasks_below_the_call() throws IOException {
    var run = run("plan", definition("hello.yaml", "1.0.0"), "--allow-catalog", address());
    assertThat(run.out())
        .contains("greet  ", "/do/0/hello/call/greet", "with  " + address() + GREET);
  }

  @Test
  void a_function_that_has_changed_is_a_change_of_the_definition() throws IOException {
    var old = definition("old.yaml", "1.0.0");
    var now = definition("new.yaml", "1.0.0", "/other");
    documents.put("/other" + GREET, "set: {greeting: hi}\n");
    var same = run("diff", old, old, "--allow-catalog", address());
    assertThat(same.out()).contains("The same content");
    var other = run("diff", old, now, "--allow-catalog", address());
    assertThat(other.exit()).isEqualTo(ExitCode.REFUSED.code());
  }

  @Test
  void scenarios_run_on_what_the_catalog_has() throws IOException {
    definition("hello.yaml", "1.0.0");
    Files.writeString(
        folder.resolve("hello.feature"),
        """
        Feature: Hello
          Scenario: Somebody is greeted by a function of a catalog
            Given the workflow of "hello.yaml"
            When the workflow is executed
            Then the workflow should complete with output:
              \"""yaml
              greeting: Hello Ada
              \"""
        """);
    assertThat(run("test", folder.toString(), "--allow-catalog", address()).exit()).isZero();
    var closed = run("test", folder.toString());
    assertThat(closed.exit()).isEqualTo(ExitCode.SCENARIO_FAILED.code());
    assertThat(closed.err()).contains("its location is not allowed");
  }

  @Test
  void a_catalog_beside_a_definition_is_found_from_any_working_directory() throws IOException {
    var place = Files.createDirectories(folder.resolve("catalog/functions/greet/1.0.0"));
    Files.writeString(place.resolve("function.yaml"), "set: {}");
    var file = folder.resolve("beside.yaml");
    Files.writeString(
        file,
        """
        document: {dsl: '1.0.3', namespace: shop, name: beside, version: '1.0.0'}
        use: {catalogs: {own: {endpoint: catalog}}}
        do: [{hello: {call: 'greet:1.0.0@own'}}]
        """);
    assertThat(run("validate", file.toString(), "--allow-catalog", folder.toString()).exit())
        .isZero();
  }

  @Test
  void what_is_no_location_is_wrong_usage() throws IOException {
    var run = run("validate", definition("hello.yaml", "1.0.0"), "--allow-catalog", "ftp://x/");
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("--allow-catalog: 'ftp://x/'");
  }

  @Test
  void the_environment_allows_as_the_option_does_which_counts_more() {
    var variable = " https://example.com/a , /tmp ,";
    assertThat(options().allowed(null)).isEqualTo(AllowedLocations.NONE);
    assertThat(options().allowed(variable))
        .isEqualTo(AllowedLocations.of(List.of("https://example.com/a", "/tmp")));
    assertThat(options("--allow-catalog", "/a,/b", "--allow-catalog", "/c").allowed(variable))
        .isEqualTo(AllowedLocations.of(List.of("/a", "/b", "/c")));
  }

  private static CatalogOptions options(String... arguments) {
    return CommandLine.populateCommand(new CatalogOptions(), arguments);
  }

  private String definition(String name, String version) throws IOException {
    return definition(name, version, "");
  }

  private String definition(String name, String version, String path) throws IOException {
    var text =
        """
        document: {dsl: '1.0.3', namespace: shop, name: hello, version: '%s'}
        use:
          catalogs: {shop: {endpoint: '%s'}}
        do:
          - hello: {call: 'greet:1.0.0@shop', with: {name: Ada}}
        """
            .formatted(version, address() + path);
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private CommandLineRun run(String command, String... arguments) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    if (command.equals("test")) {
      all.addAll(List.of("--home", folder.toString()));
    }
    return CommandLineRun.of(all.toArray(String[]::new));
  }
}
