package dev.millrace.stages.a2a;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Classification;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.http.NoTokenException;
import dev.millrace.stages.http.RetryAfter;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.resource.ResourceException;
import dev.millrace.stages.rpc.JsonRpcFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function {@code a2a}: {@code call: a2a} of the definition language, by JSON-RPC over HTTP.
 *
 * <p>Arguments: {@code method}, {@code server} or {@code agentCard}, {@code parameters}. The output
 * is the result of the request, or the list of results of a method that streams them. The
 * idempotency key is the request's id, the header {@code Idempotency-Key}, and the {@code
 * messageId} of a message that has none.
 *
 * <p>What an exchange means is written in {@link Classification} and {@link JsonRpcFailure}. A
 * method that only reads counts as safe. A stream that breaks off is as a connection that broke.
 */
public final class A2aStage implements StageFunction {
  public static final String NAME = "a2a";

  /** Longest time for one request: agents take theirs. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** Largest response, in bytes; {@link #RESPONSE_BYTES_MAX} if not set. */
  public static final String RESPONSE_BYTES_MAX_SETTING = "a2a.response-bytes-max";

  public static final int RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

  /** Most events of a stream. */
  public static final int EVENTS_MAX = 10_000;

  private static final String EVENT_STREAM = "text/event-stream";
  private static final JsonMapper JSON = new JsonMapper();
  private static final Logger LOG = LoggerFactory.getLogger(A2aStage.class);

  private final AuthorizedClient client;
  private final ExternalResources resources;
  private final int responseBytesMax;

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public A2aStage(StageSettings settings, ExternalResources resources, AuthorizedClient client) {
    this.client = client;
    this.resources = resources;
    this.responseBytesMax =
        settings
            .value(RESPONSE_BYTES_MAX_SETTING)
            .map(Integer::parseInt)
            .orElse(RESPONSE_BYTES_MAX);
  }

  @Override
  public String dependency(StageRequest request) {
    return A2aCall.dependency(request.arguments());
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      var call = A2aCall.read(request.arguments(), request.idempotencyKey());
      return exchange(call, endpoint(call), request.idempotencyKey());
    } catch (ResourceException e) {
      return e.answer();
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }

  /** Credentials for a card are for the agent too, if it is where its card is. */
  private Endpoint endpoint(A2aCall call) throws ResourceException, InterruptedException {
    if (call.server() != null) {
      return call.server();
    }
    if (call.card() == null) {
      throw new IllegalArgumentException("neither 'server' nor 'agentCard'");
    }
    return call.card().at(AgentCard.endpoint(resources.read(call.card())));
  }

  private StageAnswer exchange(A2aCall call, Endpoint endpoint, String idempotencyKey)
      throws InterruptedException {
    var shown = ExternalResources.shown(endpoint.uri());
    try {
      var response =
          client.send(
              request(call, endpoint.uri(), idempotencyKey),
              endpoint.authentication(),
              BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        return answer(call, shown, response, body);
      }
    } catch (EventStream.TooLongException _) {
      return tooLong(shown);
    } catch (NoTokenException e) {
      return e.answer();
    } catch (IOException e) {
      LOG.info("{} of {}: {}", call.method(), shown, e.toString());
      return Classification.ofFailure(e, shown);
    }
  }

  private static HttpRequest request(A2aCall call, URI endpoint, String idempotencyKey) {
    var body = JSON.createObjectNode();
    body.put("jsonrpc", "2.0");
    body.put("id", idempotencyKey);
    body.put("method", call.method());
    body.set("params", call.parameters());
    return HttpRequest.newBuilder(endpoint)
        .header("Content-Type", "application/json")
        .header("Accept", call.isStream() ? EVENT_STREAM : "application/json")
        .header("Idempotency-Key", idempotencyKey)
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
  }

  private StageAnswer answer(A2aCall call, String shown, HttpResponse<?> response, InputStream body)
      throws IOException {
    int status = response.statusCode();
    if (!Classification.isCompleted(status, false)) {
      return Classification.ofStatus(
          status,
          call.isSafe(),
          RetryAfter.pause(response.headers().firstValue("retry-after"), Instant.now()),
          "%s of %s was answered %d".formatted(call.method(), shown, status));
    }
    if (response.headers().firstValue("content-type").orElse("").startsWith(EVENT_STREAM)) {
      return results(call, shown, EventStream.read(body, EVENTS_MAX, responseBytesMax));
    }
    var bytes = body.readNBytes(responseBytesMax + 1);
    return bytes.length > responseBytesMax
        ? tooLong(shown)
        : results(call, shown, List.of(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static StageAnswer results(A2aCall call, String shown, List<String> messages) {
    var results = JsonNodeFactory.instance.arrayNode();
    for (var message : messages) {
      var response = json(message);
      if (response.path("error").isObject()) {
        return failure(response.path("error")).answer(call.method(), shown);
      }
      if (!response.has("result")) {
        return new Refused(
            Kind.COMMUNICATION.error(
                "%s of %s was answered with what is no JSON-RPC".formatted(call.method(), shown)));
      }
      results.add(response.get("result"));
    }
    return call.isStream() ? new Completed(results) : single(call, shown, results);
  }

  private static StageAnswer single(A2aCall call, String shown, JsonNode results) {
    return results.size() == 1
        ? new Completed(results.get(0))
        : new Refused(
            Kind.COMMUNICATION.error(
                "%s of %s was answered with %d results"
                    .formatted(call.method(), shown, results.size())));
  }

  private static JsonRpcFailure failure(JsonNode error) {
    return new JsonRpcFailure(
        error.path("code").asInt(), error.path("message").asText(), error.path("data"));
  }

  /** What is no JSON is a value without anything. */
  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private StageAnswer tooLong(String shown) {
    return new Refused(
        Kind.RUNTIME.error(
            "%s answered with more than %,d events or %s = %,d bytes"
                .formatted(shown, EVENTS_MAX, RESPONSE_BYTES_MAX_SETTING, responseBytesMax)));
  }
}
