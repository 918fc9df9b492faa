package dev.millrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The two calls of the Confluent-compatible REST API that the wire format needs: register a schema,
 * read one back. Keeps nothing; thread-safe.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Schema
 *     Registry API reference</a>
 */
final class RegistryClient {
  static final int RESPONSE_BYTES_MAX = 4 * 1024 * 1024;
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MESSAGE_CHARS_MAX = 500;

  private final RegistrySettings settings;
  private final String base;
  private final HttpClient http;

  RegistryClient(RegistrySettings settings) {
    this.settings = settings;
    this.base = settings.url().toString().replaceAll("/+$", "");
    this.http = HttpClient.newBuilder().connectTimeout(settings.connectTimeout()).build();
  }

  /**
   * Registers the schema as the subject's newest version; once it is there, finds it.
   *
   * @return the id that records carry
   * @throws IllegalStateException if the registry refuses it, e.g. as incompatible
   * @throws RegistryUnavailableException if there is no answer
   */
  int register(String subject, Schema schema) {
    var body = JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
    var path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
    var response = send(request(path).POST(BodyPublishers.ofByteArray(JsonBytes.bytes(body))));
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "the schema registry at "
              + settings.url()
              + " refuses "
              + schema.getFullName()
              + " for the subject "
              + subject
              + ": "
              + describe(response));
    }
    return answer(response).path("id").asInt();
  }

  /**
   * The text of a schema; empty when the registry knows no such id.
   *
   * @throws RegistryUnavailableException if there is no answer
   */
  Optional<String> schema(int id) {
    var response = send(request("/schemas/ids/" + id).GET());
    if (response.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    if (response.statusCode() / 100 != 2) {
      // Neither the id nor the record can be blamed for, say, a refused login.
      throw new RegistryUnavailableException(
          "the schema registry at " + settings.url() + " gives no schema: " + describe(response));
    }
    return Optional.of(answer(response).path("schema").asText());
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(settings.requestTimeout())
            .header("Content-Type", CONTENT_TYPE)
            .header("Accept", CONTENT_TYPE + ", application/json");
    if (settings.authorization() != null) {
      request.header("Authorization", settings.authorization());
    }
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder builder) {
    var request = builder.build();
    var attempt = 1;
    while (true) {
      try {
        var response =
            http.send(
                request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), RESPONSE_BYTES_MAX));
        if (!mayPass(response.statusCode())) {
          return response;
        }
        throw new IOException(describe(response));
      } catch (IOException e) {
        if (attempt++ >= settings.attemptsMax()) {
          throw unavailable(request, e);
        }
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unavailable(request, e);
      }
    }
  }

  private static boolean mayPass(int status) {
    return status == TOO_MANY_REQUESTS || status >= 500;
  }

  private void pause() {
    try {
      Thread.sleep(settings.retryDelay());
    } catch (InterruptedException e) {
      // The next attempt sees the flag and gives up.
      Thread.currentThread().interrupt();
    }
  }

  private RegistryUnavailableException unavailable(HttpRequest request, Exception cause) {
    return new RegistryUnavailableException(
        "the schema registry does not answer "
            + request.method()
            + " "
            + request.uri()
            + " ("
            + settings.attemptsMax()
            + " attempts): "
            + cause,
        cause);
  }

  private JsonNode answer(HttpResponse<byte[]> response) {
    try {
      return JsonBytes.read(response.body(), 0, response.body().length);
    } catch (IOException e) {
      throw new RegistryUnavailableException(
          "what answers at " + settings.url() + " is no schema registry: " + describe(response), e);
    }
  }

  private static String describe(HttpResponse<byte[]> response) {
    var text = new String(response.body(), StandardCharsets.UTF_8);
    return response.statusCode()
        + " "
        + text.substring(0, Math.min(text.length(), MESSAGE_CHARS_MAX));
  }
}
