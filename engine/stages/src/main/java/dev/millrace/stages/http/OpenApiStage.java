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
import dev.millrace.stages.http.OpenApiDocument.ElsewhereException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code openapi}: {@code call: openapi} of the definition language.
 *
 * <p>Arguments: {@code document} ({@code {endpoint, authentication}}), {@code operationId}, {@code
 * parameters} by name, {@code authentication}, {@code output} and {@code redirect} as {@link
 * HttpStage} has them. The document is Swagger 2 or OpenAPI 3, in JSON or YAML; it is fetched when
 * it is needed, and kept for {@link #KEPT_FOR}; so are the documents of the same server that its
 * references lead to, as far as the operation needs them. The body of a request is the parameter
 * {@code body}, of a form each field is a parameter.
 *
 * <p>What an exchange means is written in {@link Classification}.
 */
public final class OpenApiStage implements StageFunction {
  public static final String NAME = "openapi";

  /** Bytes of one document, with those that its references lead to. */
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

  private sealed interface Prepared {
    record Call(HttpCall call) implements Prepared {}

    record Nothing(StageAnswer answer) implements Prepared {}
  }

  private sealed interface Loaded {
    record Content(byte[] bytes) implements Loaded {}

    record Nothing(StageAnswer answer) implements Loaded {}
  }

  @Override
  public String dependency(StageRequest request) {
    return HttpCall.dependency(request.arguments().path("document"));
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      return switch (prepared(request)) {
        case Prepared.Nothing(var answer) -> answer;
        case Prepared.Call(var call) -> exchange.answer(call, request.idempotencyKey());
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

  private Prepared prepared(StageRequest request) throws InterruptedException {
    var fetch = fetch(request.arguments().path("document"));
    var kept = documents.getIfPresent(place(fetch));
    return kept == null
        ? loading(request, fetch, null, fetch.uri())
        : prepared(request, fetch, kept);
  }

  private static Place place(HttpCall fetch) {
    return new Place(fetch.uri(), fetch.authentication());
  }

  /** Loads, one after the other, what references lead to until the call can be made. */
  private Prepared prepared(StageRequest request, HttpCall fetch, Kept kept)
      throws InterruptedException {
    try {
      return new Prepared.Call(call(kept.document(), request.arguments()));
    } catch (ElsewhereException e) {
      return loading(request, fetch, kept, e.uri());
    }
  }

  private Prepared loading(StageRequest request, HttpCall fetch, @Nullable Kept before, URI next)
      throws InterruptedException {
    return switch (load(fetch.to(next), request.idempotencyKey())) {
      case Loaded.Nothing(var answer) -> new Prepared.Nothing(answer);
      case Loaded.Content(var bytes) -> {
        var kept = kept(before, next, bytes);
        documents.put(place(fetch), kept);
        yield prepared(request, fetch, kept);
      }
    };
  }

  private static Kept kept(@Nullable Kept before, URI uri, byte[] bytes) {
    var all = bytes.length + (before == null ? 0L : before.bytes());
    if (all > DOCUMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the OpenAPI document, with what it refers to, has more than DOCUMENT_BYTES_MAX = %,d"
                  .formatted(DOCUMENT_BYTES_MAX)
              + " bytes");
    }
    var document =
        before == null ? OpenApiDocument.read(bytes, uri) : before.document().with(uri, bytes);
    return new Kept(document, (int) all);
  }

  private Loaded load(HttpCall fetch, String idempotencyKey) throws InterruptedException {
    return switch (exchange.answer(fetch, idempotencyKey)) {
      case Completed(var content) ->
          new Loaded.Content(Base64.getDecoder().decode(content.asText()));
      case Unknown(var error) -> new Loaded.Nothing(new Unavailable(error, Duration.ZERO));
      case StageAnswer other -> new Loaded.Nothing(other);
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
}
