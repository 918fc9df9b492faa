package dev.millrace.stages.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllowedResourcesTest {
  private static final FunctionCatalog CATALOG = new FunctionCatalog(Map.of());

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    stopped.countDown();
    server.stop(0);
  }

  @Test
  void a_function_and_what_it_refers_to_in_turn_are_read_once_each() throws Exception {
    answer("/functions/greet/1.0.0/function.yaml", 200, "{call: '" + at("/other.yaml") + "'}");
    answer("/other.yaml", 200, "set: {x: 1}");
    var compiled =
        compile(calling("greet:1.0.0@here") + "  - b: {call: 'greet:1.0.0@here'}\n", at(""));
    assertThat(compiled)
        .containsOnlyKeys(at("/functions/greet/1.0.0/function.yaml"), at("/other.yaml"));
    assertThat(asked).hasValue(2);
  }

  @Test
  void what_is_not_allowed_is_not_asked_for_and_the_message_says_how_to_allow_it() {
    answer("/functions/greet/1.0.0/function.yaml", 200, "set: {}");
    assertThat(refusal(calling("greet:1.0.0@here"), at("/elsewhere/")))
        .contains("its location is not allowed", "--allow-catalog " + at("/") + ",")
        .contains("MILLRACE_ALLOW_CATALOG");
    assertThat(asked).hasValue(0);
  }

  @Test
  void a_redirection_leads_nowhere() {
    server.createContext(
        "/moved.yaml",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/secret.yaml");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    answer("/secret.yaml", 200, "set: {}");
    assertThat(refusal(calling(at("/moved.yaml")), at("/moved.yaml"))).contains("answered 302");
    assertThat(asked).hasValue(0);
  }

  @Test
  void an_address_of_the_machines_metadata_is_not_asked_even_if_it_is_allowed() {
    var metadata = "http://169.254.169.254/latest/user-data";
    assertThat(refusal(calling(metadata), metadata)).contains("link-local or metadata address");
  }

  @Test
  void a_server_that_says_nothing_costs_a_bounded_time() {
    server.createContext(
        "/slow.yaml",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('#');
          exchange.getResponseBody().flush();
          try {
            stopped.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    var resources =
        AllowedResources.from(AllowedLocations.of(List.of(at("/")))).within(Duration.ofMillis(300));
    var refused =
        catchThrowableOfType(
            InvalidDefinitionException.class,
            () -> resources.compile(calling(at("/slow.yaml")), CATALOG, folder));
    assertThat(refused).hasMessageContaining("no answer within PT0.3S");
  }

  @Test
  void what_is_no_text_is_refused() {
    answer("/latin.yaml", 200, "set: {x: ä}".getBytes(ISO_8859_1));
    assertThat(refusal(calling(at("/latin.yaml")), at("/"))).contains("no text in UTF-8");
  }

  @Test
  void a_catalog_beside_the_definition_is_read_from_its_folder_if_that_is_allowed()
      throws Exception {
    var place = Files.createDirectories(folder.resolve("catalog/functions/greet/1.0.0"));
    Files.writeString(place.resolve("function.yaml"), "set: {x: 1}");
    var definition = calling("greet:1.0.0@beside");
    assertThat(compile(definition, folder.resolve("catalog").toString()))
        .containsOnlyKeys("catalog/functions/greet/1.0.0/function.yaml");
    assertThat(refusal(definition, folder.resolve("other").toString()))
        .contains("its location is not allowed", "--allow-catalog " + folder.resolve("catalog"));
  }

  @Test
  void what_is_given_is_not_read() throws Exception {
    var given = Map.of("https://example.com/f.yaml", "set: {}");
    var compiled =
        AllowedResources.from(AllowedLocations.NONE)
            .knowing(given)
            .compile(calling("https://example.com/f.yaml"), CATALOG, folder);
    assertThat(compiled.resources()).isEqualTo(given);
  }

  @Test
  void many_compilations_of_one_process_read_a_document_once() throws Exception {
    answer("/f.yaml", 200, "set: {}");
    var resources = AllowedResources.from(AllowedLocations.of(List.of(at("/"))));
    resources.compile(calling(at("/f.yaml")), CATALOG, folder);
    resources.knowing(Map.of()).compile(calling(at("/f.yaml")), CATALOG, folder);
    assertThat(asked).hasValue(1);
  }

  private String calling(String function) {
    return """
    document: {dsl: '1.0.3', namespace: test, name: outside, version: '1.0.0'}
    use:
      catalogs:
        here: {endpoint: '%s'}
        beside: {endpoint: catalog/}
    do:
      - a: {call: '%s'}
    """
        .formatted(at("/"), function);
  }

  private Map<String, String> compile(String definition, String allowed)
      throws InvalidDefinitionException {
    return AllowedResources.from(AllowedLocations.of(List.of(allowed)))
        .compile(definition, CATALOG, folder)
        .resources();
  }

  private String refusal(String definition, String allowed) {
    return String.valueOf(
        catchThrowableOfType(InvalidDefinitionException.class, () -> compile(definition, allowed))
            .getMessage());
  }

  private void answer(String path, int status, String text) {
    answer(path, status, text.getBytes(UTF_8));
  }

  private void answer(String path, int status, byte[] bytes) {
    server.createContext(
        path,
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String at(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }
}
