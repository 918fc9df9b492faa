package dev.millrace.stages.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExternalResourcesTest {
  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private Instant now = Instant.EPOCH;
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/doc", 200, "text");
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_document_is_read_once_while_it_is_fresh() throws Exception {
    var resources = resources(Map.of());
    assertThat(resources.read(new Endpoint(at("/doc")))).asString(UTF_8).isEqualTo("text");
    assertThat(resources.read(new Endpoint(at("/doc")))).asString(UTF_8).isEqualTo("text");
    assertThat(asked).hasValue(1);
    now = now.plus(ExternalResources.KEPT_FOR);
    resources.read(new Endpoint(at("/doc")));
    assertThat(asked).hasValue(2);
  }

  @Test
  void a_document_that_is_not_there_is_refused_and_a_server_that_fails_unavailable() {
    answer("/gone", 404, "");
    answer("/broken", 500, "");
    assertThat(failure(resources(Map.of()), at("/gone?key=secret")))
        .hasMessageEndingWith("/gone was answered 404")
        .extracting(ResourceException::answer)
        .isInstanceOf(Refused.class);
    assertThat(failure(resources(Map.of()), at("/broken")).answer())
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void files_are_read_from_the_folders_that_are_allowed_and_from_nowhere_else() throws Exception {
    var inside = Files.writeString(Files.createDirectory(folder.resolve("in")).resolve("a"), "a");
    var outside = Files.writeString(folder.resolve("b"), "b");
    var link = Files.createSymbolicLink(folder.resolve("in/link"), outside);
    var resources = resources(Map.of(ExternalResources.FOLDERS, folder.resolve("in").toString()));
    assertThat(resources.read(new Endpoint(inside.toUri()))).asString(UTF_8).isEqualTo("a");
    for (var path : new Path[] {outside, link, folder.resolve("in/../b")}) {
      assertThat(failure(resources, URI.create("file://" + path)))
          .hasMessageContaining("may not read")
          .hasMessageContaining("--set resource.folders=");
    }
    assertThat(failure(resources(Map.of()), inside.toUri())).hasMessageContaining("may not read");
  }

  @Test
  void a_document_beyond_the_bound_is_refused() {
    answer("/large", 200, "x".repeat(ExternalResources.BYTES_MAX + 1));
    assertThat(failure(resources(Map.of()), at("/large"))).hasMessageContaining("more than");
  }

  @Test
  void addresses_of_the_cloud_and_credentials_in_uris_are_refused() {
    assertThat(failure(resources(Map.of()), URI.create("http://169.254.169.254/latest")))
        .hasMessageContaining("link-local");
    assertThat(failure(resources(Map.of()), URI.create("http://me:pw@localhost/doc")))
        .hasMessageContaining("credentials")
        .hasMessageNotContaining("pw");
  }

  private static ResourceException failure(ExternalResources resources, URI uri) {
    return catchThrowableOfType(ResourceException.class, () -> resources.read(new Endpoint(uri)));
  }

  private ExternalResources resources(Map<String, String> settings) {
    var all = new StageSettings(Path.of("target"), settings);
    return new ExternalResources(all, AuthorizedClient.of(all), () -> now);
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          asked.incrementAndGet();
          var bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
