package dev.millrace.stages.http;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The function {@code http}: {@code call: http} of the definition language.
 *
 * <p>Arguments: {@code method}, {@code endpoint} (text, or {@code {uri, authentication}}), {@code
 * headers}, {@code query}, {@code body}, {@code output} ({@code content}, {@code response} or
 * {@code raw}), {@code redirect}, {@code authentication} (see {@link Authentication}). Every
 * request carries the idempotency key as {@code Idempotency-Key}, unless the definition sets that
 * header itself. With {@code redirect} at most {@link #REDIRECTS_MAX} redirections are followed,
 * without credentials to another origin, and never from https to http.
 *
 * <p>What an exchange means is written in {@link Classification}. The time of an exchange is the
 * stage's, which interrupts it.
 */
public final class HttpStage implements StageFunction {
  public static final String NAME = "http";

  /** How long a connection may take to be made; then nothing was sent. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  public static final int REDIRECTS_MAX = 5;

  /** Default of the setting {@value #RESPONSE_BYTES_MAX_SETTING}. */
  public static final int RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

  public static final String RESPONSE_BYTES_MAX_SETTING = "http.response-bytes-max";

  /** Most characters of a response that an error repeats. */
  static final int SHOWN_LENGTH_MAX = 200;

  private final HttpExchange exchange;

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public HttpStage(StageSettings settings) {
    this(settings, AuthorizedClient.of(settings));
  }

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed
   */
  public HttpStage(StageSettings settings, AuthorizedClient client) {
    this.exchange = new HttpExchange(settings, client, InstantSource.system());
  }

  HttpStage(StageSettings settings, InstantSource clock) {
    this.exchange =
        new HttpExchange(settings, new AuthorizedClient(Destinations.of(settings), clock), clock);
  }

  @Override
  public String dependency(StageRequest request) {
    return HttpCall.dependency(request.arguments());
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      return exchange.answer(HttpCall.read(request.arguments()), request.idempotencyKey());
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }
}
