package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/**
 * The function {@code openapi}: {@code call: openapi} of the definition language.
 *
 * <p>Arguments: {@code document} ({@code {endpoint, authentication}}), {@code operationId}, {@code
 * parameters} by name, {@code authentication}, {@code output} and {@code redirect} as {@link
 * HttpStage} has them. The document is Swagger 2 or OpenAPI 3, in JSON or YAML; it is fetched when
 * it is needed, and kept for {@link #KEPT_FOR}. The body of a request is the parameter {@code
 * body}, of a form each field is a parameter.
 *
 * <p>What an exchange means is written in {@link Classification}.
 */
public final class OpenApiStage implements StageFunction {
  public static final String NAME = "openapi";

  /** Bytes of one document. */
  public static final int DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

  /** Bytes of all documents that are kept, as they came. */
  public static final long DOCUMENTS_BYTES_MAX = 4L * DOCUMENT_BYTES_MAX;

  /** How long a document is kept before it is fetched again. */
  public static final Duration KEPT_FOR = Duration.ofMinutes(5);

  private final HttpExchange exchange;
  private final Cache<Place, Kept> documents =
      Caffeine.newBuilder()
          .maximumWeight(DOCUMENTS_BYTES_MAX)
          .weigher((Place _, Kept kept) -> kept.bytes())
          .expireAfterWrite(KEPT_FOR)
          .build();

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public OpenApiStage(StageSettings settings) {
    this(settings, AuthorizedClient.of(settings));
  }

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public OpenApiStage(StageSettings settings, AuthorizedClient client) {
    this.exchange = new HttpExchange(settings, client, InstantSource.system());
  }

  private record Place(URI uri, Authentication authentication) {}

  private record Kept(OpenApiDocument document, int bytes) {}

  private sealed interface Found {
    record Document(OpenApiDocument document) implements Found {}

    record Nothing(StageAnswer answer) implements Found {}
  }

  @Override
  public String dependency(StageRequest request) {
    return HttpCall.dependency(request.arguments().path("document"));
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      return switch (document(request)) {
        case Found.Nothing(var answer) -> answer;
        case Found.Document(var document) ->
            exchange.answer(call(document, request.arguments()), request.idempotencyKey());
      };
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }

  private static HttpCall call(OpenApiDocument document, JsonNode arguments) {
    var operation = document.operation(arguments.path("operationId").asText());
    var authentication = Authentication.read(arguments.path("authentication"));
    return new OpenApiRequest(operation, arguments.path("parameters"))
        .call(
            authentication,
            HttpCall.output(arguments.path("output")),
            arguments.path("redirect").asBoolean(false));
  }

  private Found document(StageRequest request) throws InterruptedException {
    var fetch = fetch(request.arguments().path("document"));
    var place = new Place(fetch.uri(), fetch.authentication());
    var kept = documents.getIfPresent(place);
    if (kept != null) {
      return new Found.Document(kept.document());
    }
    return switch (exchange.answer(fetch, request.idempotencyKey())) {
      case Completed(var content) -> read(place, content);
      case Unknown(var error) -> new Found.Nothing(new Unavailable(error, Duration.ZERO));
      case StageAnswer other -> new Found.Nothing(other);
    };
  }

  private static HttpCall fetch(JsonNode document) {
    var arguments = JsonNodeFactory.instance.objectNode().put("method", "GET");
    arguments.put("output", "raw").put("redirect", true);
    arguments.set("endpoint", document.path("endpoint"));
    arguments.set("authentication", document.get("authentication"));
    arguments.putObject("headers").put("Accept", "application/json, application/yaml, */*");
    return HttpCall.read(arguments);
  }

  private Found read(Place place, JsonNode content) {
    var bytes = Base64.getDecoder().decode(content.asText());
    if (bytes.length > DOCUMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the OpenAPI document has more than DOCUMENT_BYTES_MAX = %,d bytes"
              .formatted(DOCUMENT_BYTES_MAX));
    }
    var document = OpenApiDocument.read(bytes, place.uri());
    documents.put(place, new Kept(document, bytes.length));
    return new Found.Document(document);
  }
}
