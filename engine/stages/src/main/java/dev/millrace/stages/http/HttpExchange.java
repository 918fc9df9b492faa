package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.secret.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP exchange from call to answer, redirections included. Thread-safe. */
final class HttpExchange {
  private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
  private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);

  private final AuthorizedClient client;
  private final int responseBytesMax;
  private final InstantSource clock;

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  HttpExchange(StageSettings settings, AuthorizedClient client, InstantSource clock) {
    this.client = client;
    this.responseBytesMax =
        settings
            .value(HttpStage.RESPONSE_BYTES_MAX_SETTING)
            .map(Integer::parseInt)
            .orElse(HttpStage.RESPONSE_BYTES_MAX);
    this.clock = clock;
  }

  /**
   * @throws IllegalArgumentException if the call cannot be made as it is
   */
  StageAnswer answer(HttpCall call, String idempotencyKey) throws InterruptedException {
    return exchange(call, idempotencyKey, 0);
  }

  private StageAnswer exchange(HttpCall call, String idempotencyKey, int redirects)
      throws InterruptedException {
    try {
      var response = client.send(call, idempotencyKey);
      try (var body = response.body()) {
        LOG.debug("{} {}: {}", call.method(), shownUri(call), response.statusCode());
        var target = redirection(call, response);
        return target == null
            ? answer(call, response, body)
            : follow(call, response, target, idempotencyKey, redirects);
      }
    } catch (NoTokenException e) {
      return e.answer();
    } catch (IOException e) {
      LOG.info("{} {}: {}", call.method(), shownUri(call), Redaction.shown(e.toString()));
      return Classification.ofFailure(e, call.shownUri());
    }
  }

  private static String shownUri(HttpCall call) {
    return Redaction.shown(call.shownUri());
  }

  private static @Nullable URI redirection(HttpCall call, HttpResponse<?> response) {
    if (!call.redirect() || !REDIRECTIONS.contains(response.statusCode())) {
      return null;
    }
    var target =
        response.headers().firstValue("location").map(it -> resolved(call.uri(), it)).orElse(null);
    boolean downgrades =
        target != null
            && "https".equalsIgnoreCase(call.uri().getScheme())
            && !"https".equalsIgnoreCase(target.getScheme());
    return downgrades ? null : target;
  }

  /** Null if the server sent what is no URI: then there is nowhere to go. */
  private static @Nullable URI resolved(URI base, String location) {
    try {
      return base.resolve(location);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private StageAnswer follow(
      HttpCall call, HttpResponse<?> response, URI target, String idempotencyKey, int redirects)
      throws InterruptedException {
    int status = response.statusCode();
    if (redirects == HttpStage.REDIRECTS_MAX) {
      return new Refused(
          Kind.COMMUNICATION.error(
              status,
              "more than "
                  + HttpStage.REDIRECTS_MAX
                  + " redirections, the last from "
                  + call.shownUri()));
    }
    boolean asGet =
        status == 303 || (status != 307 && status != 308 && call.method().equals("POST"));
    return exchange(
        call.redirected(HttpCall.checked(target), asGet && !call.method().equals("HEAD")),
        idempotencyKey,
        redirects + 1);
  }

  private StageAnswer answer(HttpCall call, HttpResponse<?> response, InputStream body)
      throws IOException {
    int status = response.statusCode();
    if (!Classification.isCompleted(status, call.redirect())) {
      return Classification.ofStatus(
          status,
          call.isSafe(),
          RetryAfter.pause(response.headers().firstValue("retry-after"), clock.instant()),
          detail(call, response, body));
    }
    var bytes = body.readNBytes(responseBytesMax + 1);
    return bytes.length > responseBytesMax
        ? new Refused(
            Kind.RUNTIME.error(
                "%s answered with more than %s = %,d bytes"
                    .formatted(
                        call.shownUri(), HttpStage.RESPONSE_BYTES_MAX_SETTING, responseBytesMax)))
        : completed(call, response, bytes);
  }

  private static StageAnswer completed(HttpCall call, HttpResponse<?> response, byte[] bytes) {
    Optional<JsonNode> output = HttpOutput.of(call, response, bytes);
    return output.isPresent()
        ? new Completed(output.get())
        : new Refused(
            Kind.COMMUNICATION.error(
                "%s %s answered %d with a body that is not the JSON its content type says"
                    .formatted(call.method(), call.shownUri(), response.statusCode())));
  }

  private static String detail(HttpCall call, HttpResponse<?> response, InputStream body)
      throws IOException {
    var sent = HttpOutput.sent(call, response);
    var text = new String(body.readNBytes(4 * HttpStage.SHOWN_LENGTH_MAX), StandardCharsets.UTF_8);
    var shown = Secrets.removed(text, sent).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    var said = shown.substring(0, Math.min(HttpStage.SHOWN_LENGTH_MAX, shown.length()));
    return "%s %s answered %d%s"
        .formatted(
            call.method(),
            call.shownUri(),
            response.statusCode(),
            said.isEmpty() ? "" : ": " + said);
  }
}
